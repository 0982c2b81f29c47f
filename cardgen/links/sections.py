"""A Markdown text cut into sections that mean the same alone as in their place, so that each can be remembered.

A section ends at a blank line, if the next line begins at the margin: then every list, quote, table and paragraph has
ended, and so has most HTML. What a blank line does not end, such as code between fences, or a comment, is looked for;
where it may lie inside something else, the rest of the text is left in one piece.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}(?=[^`]*$)|~{3,})")
_LASTING = re.compile(
    r" {0,3}<(?:(?P<name>script|pre|style|textarea)(?=[\s>]|$)|!--|\?|(?-i:!\[CDATA\[)|![A-Z])", re.IGNORECASE
)
_SOMEWHERE = re.compile(r"[ \t>*+\-\d.)]+(?:`{3}|~{3}|<(?:script|pre|style|textarea|!--|\?|!))", re.IGNORECASE)
_INTERESTING = re.compile(r"^[ \t>*+\-\d.)]*(?:`{3}|~{3}|<)", re.MULTILINE)
_CUT = re.compile(r"\n[ \t]*\n(?=[^ \t\n])")
_NEAR = 1_000
_ENDS = {"!--": "-->", "?": "?>", "![CDATA[": "]]>"}
_CLOSING = re.compile(r"</(?:script|pre|style|textarea)>", re.IGNORECASE)


def cut(text: str) -> Iterator[str]:
    """The sections of a text, in their order; joined they are the text."""
    start = 0
    for end in _ends(text):
        yield text[start:end]
        start = end
    yield text[start:]


def _ends(text: str) -> Iterator[int]:
    """Where sections end: after a blank line, in nothing that goes on behind it."""
    closed = 0
    for match in _CUT.finditer(text):
        end = match.end()
        if end <= closed:
            continue
        after = _closed_after(text, closed, end)
        if after is None:
            return
        closed = max(end, after)
        if after <= end:
            yield end


def _closed_after(text: str, start: int, end: int) -> int | None:
    """Where everything is closed that begins between two places and that a blank line does not end; None if that
    cannot be told."""
    at = start
    while match := _INTERESTING.search(text, at, end):
        line_end = _line_end(text, match.start())
        line = text[match.start() : line_end]
        if _SOMEWHERE.match(line) and not _FENCE.match(line) and not _LASTING.match(line):
            return None
        found = _end_of_block(text, line, line_end)
        if found is None or (found > line_end and _in_html(text, start, match.start())):
            return None
        at = found
        if at >= end:
            return at
    return end


def _end_of_block(text: str, line: str, line_end: int) -> int | None:
    """The end of the block that a line begins, or of the line; None if nothing ends the block."""
    if fence := _FENCE.match(line):
        mark = fence["fence"]
        closing = re.compile(rf"^ {{0,3}}{mark[0]}{{{len(mark)},}}[ \t]*$", re.MULTILINE).search(text, line_end)
        return _line_end(text, closing.start()) if closing else None
    if lasting := _LASTING.match(line):
        return _end_of_lasting(text, lasting, line_end - len(line))
    return line_end


def _end_of_lasting(text: str, lasting: re.Match[str], start: int) -> int | None:
    """The end of the line on which a comment, a script and the like ends."""
    if lasting["name"]:
        closing = _CLOSING.search(text, start)
        at = closing.start() if closing else -1
    else:
        end = _ENDS.get(lasting.group().strip()[1:], ">")
        at = text.find(end, start + lasting.end() - len(end) + 1)  # `<!-->` is a whole comment
    return None if at < 0 else _line_end(text, at)


def _in_html(text: str, start: int, at: int) -> bool:
    """Whether a line of the same block, before this place, looks like HTML: then it holds no fence and no comment of
    its own."""
    start = max(start, at - _NEAR)
    block = text.rfind("\n\n", start, at)
    if block < 0 and start == at - _NEAR:
        return True  # too far away to look
    return any(line.lstrip(" \t>*+-.)0123456789").startswith("<") for line in text[max(start, block) : at].split("\n"))


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
