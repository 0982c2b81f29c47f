"""The outline of a card, as its headings make it: the Hub's table of contents and screen readers go by it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from cardgen.lint.card import ReadCard
from cardgen.lint.markdown import Heading, in_lines
from cardgen.lint.rule import Problem, Rule
from cardgen.lint.words import quote, times

_LEVELS: Final = {f"h{level}": level for level in range(1, 7)}
_GLUED = re.compile(
    r"^ {0,3}(?P<marks>#{2,6})(?=\w)[^\n#]*$|(?<=\n\n)(?P<mark>#)(?=[A-Z][a-z])[^\n#]*(?=\n\n)", re.MULTILINE
)
_NO_BLANK = re.compile(r"\n {0,3}#{1,6}\w")


@lru_cache(maxsize=1)
def _outline(card: ReadCard) -> Sequence[Heading]:
    """The headings of a card in Markdown and in HTML, in order; remembered for the rules that ask after each other."""
    tags = [
        Heading(_LEVELS[tag.name], card.text[tag.start : tag.end], tag.start, tag.end)
        for tag in card.tags
        if tag.name in _LEVELS and not tag.is_closing
    ]
    return sorted((*card.headings, *tags), key=lambda each: each.start) if tags else card.headings


def _jump(card: ReadCard) -> Iterator[Problem]:
    for above, below in pairwise(_outline(card)):
        if below.level > above.level + 1:
            yield Problem(
                f"{quote(below.text)} is a heading of level {below.level} under one of level {above.level}",
                below.start, below.end, f"make it one of level {above.level + 1}",
            )  # fmt: skip


def _untitled(card: ReadCard) -> Iterator[Problem]:
    outline = _outline(card)
    if outline and all(each.level > 1 for each in outline):
        yield Problem(
            "no heading of the card is of level 1, its title", outline[0].start, outline[0].end,
            "begin with a line such as `# Name of the model`",
        )  # fmt: skip


def _titles(card: ReadCard) -> Iterator[Problem]:
    titles = [each for each in _outline(card) if each.level == 1]
    if len(titles) > 1:
        second = titles[1]
        yield Problem(
            f"{quote(second.text)} is a second title of the card{times(len(titles) - 1)}", second.start, second.end,
            "a page has one heading of level 1; begin sections with ##",
        )  # fmt: skip


def _glued(card: ReadCard) -> Iterator[Problem]:
    if not any(in_lines(_NO_BLANK, card.prose)):
        return
    for found in _GLUED.finditer(card.prose):
        marks = "marks" if found["marks"] else "mark"
        yield Problem(
            f"{quote(found[0])} is no heading, but text: a blank is missing behind the #", *found.span(marks),
            f"write {found[marks]} and a blank", f"{found[marks]} " if found["marks"] else None,
        )  # fmt: skip


RULES = (
    Rule("heading-jump", "structure", "warning", "A heading leaves a level out.", _jump),
    Rule("title-missing", "structure", "warning", "The card has no title.", _untitled),
    Rule("title-twice", "structure", "warning", "The card has more than one title.", _titles),
    Rule("heading-glued", "structure", "warning", "A heading is none, because a blank is missing.", _glued),
)
