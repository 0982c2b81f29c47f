"""Markdown and HTML as rules look for it: code, comments, tags and headings, found by patterns that take linear time.

What is passed over is blanked out with as many characters as it had, so that offsets stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

_FENCE = re.compile(r"\n {0,3}(?P<run>`{3,}(?=[^`\n]*$)|~{3,})[ \t]*(?P<info>[^\n]*)$", re.MULTILINE)
_RUN = re.compile("`+")
_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?![ \t]*\n)[^\n]+)*+")
_COMMENT = re.compile(r"<!--(?:>|->|.*?(?:-->|\Z))", re.DOTALL)
_TAG = re.compile(
    r"<(?P<closing>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)"
    r"(?P<attributes>(?:\s++[^\s\"'<>/=]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'<>]++))?+)*+)\s*+(?P<empty>/?)>"
)
_ATTRIBUTE = re.compile(r"([^\s\"'>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_NO_WORDS = re.compile(r"<[A-Za-z/!][^<>]*+>|(?<=\]\()[^()\n]*+|https?://[^\s<>\"')]++|\bwww\.[^\s<>\"')]++")
_HEADING = re.compile(r"\n {0,3}(?P<marks>#{1,6})(?:[ \t]+(?P<text>[^\n]*?))?(?:[ \t]+#+)?[ \t]*$", re.MULTILINE)
_UNDERLINE = re.compile(r"\n {0,3}(?:=|--)")
_UNDERLINED = re.compile(r"^(?P<text> {0,3}[^\s>#|<*+`~-][^\n]*)\n {0,3}(?P<marks>=+|-{2,})[ \t]*$", re.MULTILINE)


class Fence(NamedTuple):
    """Code between fences: where its text stands, and what the opening fence says of it, such as `python`."""

    info: str
    start: int
    end: int


class Tag(NamedTuple):
    """An HTML tag; `attributes` is as it is written. One that is empty closes itself with `/>`."""

    name: str
    is_closing: bool
    attributes: str
    start: int
    end: int
    is_empty: bool

    @property
    def values(self) -> Mapping[str, str]:
        """Its attributes by their names in lower case; the first of a name counts."""
        return _values(self.attributes)


@lru_cache(maxsize=512)
def _values(attributes: str) -> Mapping[str, str]:
    """Siblings share most of their tags, and several rules look at each."""
    found: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(attributes):
        found.setdefault(name.lower(), next(filter(None, values), ""))
    return MappingProxyType(found)


class Heading(NamedTuple):
    """A heading of the body, from 1 to 6."""

    level: int
    text: str
    start: int
    end: int


def fences(text: str, start: int) -> Iterator[Fence]:
    text, at = "\n" + text, start
    while opening := _FENCE.search(text, at):
        run = opening["run"]
        closing = re.compile(rf"\n {{0,3}}{run[0]}{{{len(run)},}}[ \t]*$", re.MULTILINE).search(text, opening.end())
        end = closing.start() if closing else len(text) - 1
        yield Fence(opening["info"].strip(), min(opening.end(), end), end)
        at = closing.end() if closing else len(text)


def without_spans(text: str) -> str:
    """The text with code spans blanked out; a span ends with its paragraph."""
    if "`" not in text:
        return text
    paragraphs = (found for found in _PARAGRAPH.finditer(text) if "`" in found[0])
    return blanked(text, (span for paragraph in paragraphs for span in _spans(paragraph)))


def _spans(paragraph: re.Match[str]) -> Iterator[tuple[int, int]]:
    """A run of backticks and the next one that is as long hold a code span."""
    runs = [found.span() for found in _RUN.finditer(paragraph.string, *paragraph.span())]
    last = {end - start: number for number, (start, end) in enumerate(runs)}
    at = 0
    while at < len(runs):
        start, end = runs[at]
        at += 1
        if last[end - start] >= at:
            while runs[at][1] - runs[at][0] != end - start:
                at += 1
            yield start, runs[at][1]
            at += 1


def without_comments(text: str) -> str:
    """The text with HTML comments blanked out; one that is never closed reaches to the end."""
    return _COMMENT.sub(_blank, text) if "<!--" in text else text


def words(prose: str) -> str:
    """The text with HTML tags and addresses blanked out."""
    return _NO_WORDS.sub(_blank, prose)


def tags(prose: str) -> tuple[Tag, ...]:
    """The HTML tags of a text, in order."""
    return tuple(map(_tag, _TAG.finditer(prose)))


def _tag(found: re.Match[str]) -> Tag:
    closing, name, attributes, empty = found.groups()
    return Tag(name.lower(), closing == "/", attributes, *found.span(), empty == "/")


def headings(prose: str) -> tuple[Heading, ...]:
    """The headings of a text, in order."""
    found = [_heading(each, len(each["marks"]), span) for span, each in in_lines(_HEADING, prose)]
    if _UNDERLINE.search(prose):
        every = _UNDERLINED.finditer(prose)
        found += [_heading(each, 1 if each["marks"][0] == "=" else 2, each.span()) for each in every]
    return tuple(sorted(found, key=lambda each: each.start))


def _heading(found: re.Match[str], level: int, span: tuple[int, int]) -> Heading:
    return Heading(level, (found["text"] or "").strip(), *span)


def in_lines(pattern: re.Pattern[str], text: str) -> Iterator[tuple[tuple[int, int], re.Match[str]]]:
    """The matches of a pattern that begins with a line end, with the places of what follows that: it is searched for
    several times as fast as `^`, and the text is taken as if a line end stood before it."""
    for found in pattern.finditer("\n" + text):
        yield (found.start(), found.end() - 1), found


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with these places, in their order, blanked out."""
    pieces, at = [], 0
    for start, end in spans:
        pieces += [text[at:start], _blanks(text[start:end])]
        at = end
    return "".join([*pieces, text[at:]])


def _blank(found: re.Match[str]) -> str:
    return _blanks(found[0])


def _blanks(text: str) -> str:
    if "\n" not in text:
        return " " * len(text)
    return "\n".join(" " * len(line) for line in text.split("\n"))
