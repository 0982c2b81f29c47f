"""Where in the manifest or a template that comes from which lint finds on a card."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from cardgen.links.places import trace
from cardgen.lint.card import ReadCard
from cardgen.lint.rule import Problem
from cardgen.model import SourceText

MIN_CHARACTERS: Final = 3
"""What is shorter stands anywhere, and would be traced to the wrong place."""


class Origins:
    """Traces what is written on cards to the texts that they were made of."""

    def __init__(self, sources: Sequence[SourceText]) -> None:
        self._sources = sources
        self._trace = lru_cache(maxsize=1000)(self._place)

    def of(self, card: ReadCard, problem: Problem) -> str:
        """The place in a source as `file:line:column`; where the manifest states the repo, if it cannot be told."""
        if problem.start < 0 or not self._sources:
            return card.origin
        manifest = card.origin.rpartition(":")[0].rpartition(":")[0]
        return next(filter(None, (self._trace(raw, manifest) for raw in _written(card, problem))), card.origin)

    def _place(self, raw: str, manifest: str) -> str:
        """The card's own manifest first, then the templates; another manifest made another card."""
        own = [each for each in self._sources if each.name == manifest]
        shared = [each for each in self._sources if each.name.startswith("templates/")]
        return trace(raw, (*own, *shared))


def _written(card: ReadCard, problem: Problem) -> Iterator[str]:
    """How a source may write it: a key with its value, or just the words, also before they were escaped."""
    raw = card.text[problem.start : problem.end].strip().partition("\n")[0].strip()
    if problem.start < card.body_at:
        end = card.text.find("\n", problem.start)
        line = card.text[card.text.rfind("\n", 0, problem.start) + 1 : end].strip()
        yield line.removeprefix("- ")
    for form in dict.fromkeys((raw, html.unescape(raw))):
        if len(form) >= MIN_CHARACTERS:
            yield form
