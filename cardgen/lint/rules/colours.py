"""Colours that a reader cannot tell from what they stand on. The Hub has a light and a dark theme, and each reader
has one of them: white, and #0b0f19 with text in #d1d5db."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from cardgen.lint import painting
from cardgen.lint.card import ReadCard
from cardgen.lint.painting import THEMES, Painted
from cardgen.lint.rule import Problem, Rule
from cardgen.lint.words import quote, times

_LEAST: Final = 4.5
_LEAST_LARGE: Final = 3.0
"""WCAG 2.2, 1.4.3. What states no background is held to this too: no colour reaches 4.5:1 on both themes."""

_SAME: Final = 1.1


def _contrast(card: ReadCard) -> Iterator[Problem]:
    counts: Counter[object] = Counter()
    first: dict[object, Painted] = {}
    for each in painting.of(card):
        if not _is_hidden(each) and min(map(each.ratio, THEMES)) < _least(each):
            key = (each.colour, each.grounds, each.is_large)
            counts[key] += 1
            first.setdefault(key, each)
    for look, painted in first.items():
        yield _problem(card, painted, counts[look])


def _problem(card: ReadCard, each: Painted, count: int) -> Problem:
    theme = min(THEMES, key=each.ratio)
    tag = each.element.tag
    hint = "leave the colour of text to the theme" if not each.grounds else (
        "take a translucent background, such as rgba(59, 130, 246, 0.25), and leave the colour of text to the theme"
    )  # fmt: skip
    return Problem(
        f"{quote(card.text[tag.start : tag.end])[1:-1]}: in the {theme.name} theme its text has a contrast of "
        f"{each.ratio(theme):.1f}:1; {_least(each):g}:1 is the least{times(count)}", tag.start, tag.end, hint,
    )  # fmt: skip


def _least(each: Painted) -> float:
    return _LEAST if each.grounds and not each.is_large else _LEAST_LARGE


def _is_hidden(each: Painted) -> bool:
    """Whether nobody sees the text, whatever their theme."""
    return max(map(each.ratio, THEMES)) < _SAME


def _camouflage(card: ReadCard) -> Iterator[Problem]:
    for each in painting.of(card):
        if _is_hidden(each):
            tag = each.element.tag
            yield Problem(
                f"{quote(card.text[tag.start : tag.end])[1:-1]} hides its text: it has the colour of its background",
                tag.start, tag.end, "show the text, or leave it out",
            )  # fmt: skip


RULES = (
    Rule("text-camouflaged", "hidden text", "warning", "Text has the colour of its background.", _camouflage),
    Rule("contrast", "accessibility", "warning", "Text can hardly be read on one of the Hub's themes.", _contrast),
)
