"""Blocks that end elsewhere than they look: Markdown's code, and HTML between its lines.

CommonMark 0.31, 4.4 to 4.6: a block of HTML ends at the first blank line, and Markdown means nothing in it; after a
blank line, what is indented by four is code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cardgen.lint import elements
from cardgen.lint.card import MAX_CHARACTERS, ReadCard
from cardgen.lint.elements import Element
from cardgen.lint.markdown import in_lines
from cardgen.lint.rule import Problem, Rule
from cardgen.lint.words import quote, times

_BLOCK: Final = (
    "blockquote|center|dd|details|div|dl|dt|figcaption|figure|footer|h[1-6]|header|li|ol|p|section|summary|table|tbody"
    "|td|tfoot|th|thead|tr|ul"
)
_HTML = re.compile(rf"\n {{0,3}}</?(?:{_BLOCK})\b[^\n]*+(?:\n(?![ \t]*$)[^\n]*+)*+", re.MULTILINE | re.IGNORECASE)
_MARKDOWN = re.compile(
    r"!?\[[^\[\]\n]{1,200}\]\((?:https?://|[./#])[^()\s]*\)|(?<![*\w])\*\*(?=\S)[^*\n<>]{1,200}\*\*(?![*\w])"
    r"|(?:(?<=^)|(?<=\n))[ \t]*+#{1,6} \S[^\n]*"
)
_SIGNS: Final = ("](", "**", "# ")
_INDENTED = re.compile(r"\n[ \t]*\n(?P<line>(?: {4}| {0,3}\t)[ \t]*+</?[A-Za-z][^\n]*)")
_LISTED = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]|[ \t]{2,}[^<\s]")


def _unclosed(card: ReadCard) -> Iterator[Problem]:
    if card.fences and card.fences[-1].end == len(card.own) and len(card.text) <= MAX_CHARACTERS:
        opening = card.own[: card.fences[-1].start].rstrip("\n")
        start = opening.rfind("\n") + 1
        yield Problem(
            f"{quote(opening[start:])} opens code that never ends: all that follows is shown as code", start,
            len(opening), "close it with a line of as many backticks",
        )  # fmt: skip


def _unrendered(card: ReadCard) -> Iterator[Problem]:
    for span, block in in_lines(_HTML, card.prose):
        is_likely = any(sign in block[0] for sign in _SIGNS)
        if found := [*_MARKDOWN.finditer(card.prose, *span)] if is_likely else []:
            yield Problem(
                f"Markdown means nothing inside of HTML: {quote(found[0][0])} is shown as it stands"
                f"{times(len(found))}", *found[0].span(), "write it as HTML, or with blank lines around it",
            )  # fmt: skip


def _coded(card: ReadCard) -> Iterator[Problem]:
    seen: set[int] = set()
    outermost = [each for each in elements.of(card).all if each.parent is None]
    for found in _INDENTED.finditer(card.prose):
        element = _around(card, outermost, found.start("line"))
        if element and id(element) not in seen and not _is_listed(card, found.start()):
            seen.add(id(element))
            yield Problem(
                f"{quote(found['line'])} is shown as code: a blank line in <{element.tag.name}> ends the HTML, and it "
                "is indented by four or more", *found.span("line"), "leave out the blank line, or the blanks before it",
            )  # fmt: skip


def _around(card: ReadCard, outermost: list[Element], at: int) -> Element | None:
    """The element that a place stands in, if it begins its line, and is no code itself."""
    for element in outermost:
        end = element.closing.start if element.closing else element.tag.end
        if element.tag.start < at < end:
            line = card.prose[card.prose.rfind("\n", 0, element.tag.start) + 1 : element.tag.start]
            return element if not line.strip() and len(line) < 4 and "\t" not in line else None
    return None


def _is_listed(card: ReadCard, at: int) -> bool:
    """Whether the line before belongs to a list, whose items are indented."""
    return bool(_LISTED.match(card.prose, card.prose.rfind("\n", 0, at) + 1))


RULES = (
    Rule("fence-unclosed", "structure", "warning", "Code between fences never ends.", _unclosed),
    Rule("markdown-in-html", "structure", "warning", "Markdown stands where it means nothing.", _unrendered),
    Rule("html-as-code", "structure", "warning", "HTML is shown as code.", _coded),
)
