"""What a reader with a screen reader, or without pictures, does not get.

WCAG 2.2: 1.1.1, 1.3.1, 1.4.2, 2.2.2, 2.4.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from cardgen.lint import elements
from cardgen.lint.card import ReadCard
from cardgen.lint.elements import Element, Table
from cardgen.lint.rule import Problem, Rule
from cardgen.lint.words import quote, times

_IMAGE = re.compile(r"!\[(?P<alt>[^\]\n]*+)\]\(")
_NO_ALT: Final = frozenset({"", "alt text", "image", "image.png", "image.jpg", "image/png", "image/jpeg", "img", "png"})
_LINK = re.compile(r"(?<![!\\])\[(?P<text>[^\[\]\n!]{1,20})\]\([^()\s]++(?P<title>[ \t]+[\"'(][^)\n]*+)?\)")
_TAGS = re.compile(r"<[^>]*+>|&[a-z]+;")
_SAYS_NOTHING: Final = frozenset({"click", "click here", "here", "link", "read more", "this", "this link"})
_LONGEST: Final = 200
_MIN_ROWS: Final = 3


class _Link(NamedTuple):
    """A link with the text that stands in it; `is_named` is whether a title or a label says more."""

    text: str
    is_named: bool
    start: int
    end: int


@lru_cache(maxsize=1)
def _links(card: ReadCard) -> Sequence[_Link]:
    """The links of a card; remembered for the rules that ask after each other."""
    return tuple(_found(card))


def _found(card: ReadCard) -> Iterator[_Link]:
    for element in elements.of(card).all:
        if element.tag.name == "a" and element.closing and element.closing.start - element.tag.end < _LONGEST:
            start, end = element.tag.start, element.closing.end
            inside = card.own[element.tag.end : element.closing.start]
            is_named = "title=" in element.tag.attributes or "aria-label" in element.tag.attributes
            if "<img" not in inside:
                yield _Link(_TAGS.sub("", inside).strip(), is_named, start, end)
    if "](" in card.prose:
        for found in _LINK.finditer(card.prose):
            yield _Link(card.own[slice(*found.span("text"))].strip(), bool(found["title"]), *found.span())


def _image(card: ReadCard) -> Iterator[Problem]:
    for tag in card.tags:
        if tag.name == "img" and not tag.is_closing and not {"alt", "role", "aria-hidden"} & tag.values.keys():
            yield _without_alt(card, tag.start, tag.end, 'alt="" is for pictures that only decorate')
    if "![" in card.prose:
        for found in _IMAGE.finditer(card.prose):
            if found["alt"].strip().lower() in _NO_ALT:
                yield _without_alt(card, found.start(), found.end() - 1, "write it between the brackets")


def _without_alt(card: ReadCard, start: int, end: int, how: str) -> Problem:
    return Problem(
        f"a picture has no text for those who do not see it: {quote(card.text[start:end])}", start, end,
        f"say in a few words what it shows; {how}",
    )  # fmt: skip


def _emoji(card: ReadCard) -> Iterator[Problem]:
    found = [each for each in _links(card) if each.text and not each.is_named and not any(map(str.isalnum, each.text))]
    if found:
        first = found[0]
        yield Problem(
            f"a link says only {quote(first.text)}: who does not see the page cannot tell where it leads"
            f"{times(len(found))}", first.start, first.end, "give it a title that names what it leads to, or words",
        )  # fmt: skip


def _link_text(card: ReadCard) -> Iterator[Problem]:
    for each in _links(card):
        if each.text.lower() in _SAYS_NOTHING and not each.is_named:
            yield Problem(
                f"the link {quote(each.text)} does not say where it leads", each.start, each.end,
                "let the name of what it leads to be the link",
            )  # fmt: skip


def _headless(card: ReadCard) -> Iterator[Problem]:
    for table in elements.of(card).tables:
        if len(table.rows) >= _MIN_ROWS and not _has_head(table) and _is_data(card, table):
            tag = table.element.tag
            yield Problem(
                f"a table of {len(table.rows)} rows has no header cells", tag.start, tag.end,
                "write the cells that name the columns as <th>",
            )  # fmt: skip


def _has_head(table: Table) -> bool:
    return any(cell.tag.name == "th" for row in table.rows for cell in row)


def _is_data(card: ReadCard, table: Table) -> bool:
    """Not what only puts pictures beside each other."""
    end = table.element.closing
    inside = card.prose[table.element.tag.end : end.start if end else None]
    is_wide = all(len(row) > 1 for row in table.rows[:_MIN_ROWS])
    return is_wide and "<img" not in inside and "<video" not in inside and "role" not in table.element.tag.values


def _autoplay(card: ReadCard) -> Iterator[Problem]:
    if "autoplay" in card.prose:
        for element in elements.of(card).all:
            if element.tag.name in {"video", "audio"} and _plays(element):
                yield Problem(
                    f"the {element.tag.name} plays by itself, and nobody can stop it", element.tag.start,
                    element.tag.end, "leave `autoplay` out, or give it `controls`",
                )  # fmt: skip


def _plays(element: Element) -> bool:
    values = element.tag.values
    return "autoplay" in values and "controls" not in values


RULES = (
    Rule("image-alt", "accessibility", "warning", "A picture has no text in its place.", _image),
    Rule("link-emoji", "accessibility", "warning", "A link says only an emoji.", _emoji),
    Rule("link-text", "accessibility", "warning", "A link does not say where it leads.", _link_text),
    Rule("table-headless", "accessibility", "warning", "A table has no header cells.", _headless),
    Rule("autoplay", "accessibility", "warning", "A video or a sound plays by itself.", _autoplay),
)
