"""Where in the manifest or a template that comes from which lint finds on a card."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import yaml

from cardgen.links.places import trace
from cardgen.lint.card import ReadCard
from cardgen.lint.rule import Problem
from cardgen.model import SourceText
from cardgen.yaml_nodes import LOADER

MIN_CHARACTERS: Final = 3
"""What is shorter stands anywhere, and would be traced to the wrong place."""


_COMMENT = re.compile(r"(?<![^\s])#[^\n]*")


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
        for raw, before in _written(card, problem):
            if place := self._trace(raw, manifest):
                return _moved(place, before)
        return card.origin

    def _place(self, raw: str, manifest: str) -> str:
        """The card's own manifest first, then the templates; another manifest made another card."""
        own = [_said(each) for each in self._sources if each.name == manifest]
        shared = [each for each in self._sources if each.name.startswith("templates/")]
        return trace(raw, (*own, *shared))


def _written(card: ReadCard, problem: Problem) -> Iterator[tuple[str, int]]:
    """How a source may write it, and how many characters stand before what is wrong: a key with its value, or just the
    words, also before they were escaped."""
    raw = card.text[problem.start : problem.end].strip().partition("\n")[0].strip()
    if problem.start < card.body_at:
        start, end = card.text.rfind("\n", 0, problem.start) + 1, card.text.find("\n", problem.start)
        line = card.text[start:end].strip().removeprefix("- ")
        yield line, max(problem.start - card.text.find(line, start), 0)
    for form in dict.fromkeys((raw, html.unescape(raw))):
        if len(form) >= MIN_CHARACTERS:
            yield form, 0


def _moved(place: str, characters: int) -> str:
    file, _, column = place.rpartition(":")
    return f"{file}:{int(column) + characters}"


@lru_cache(maxsize=4)
def _said(source: SourceText) -> SourceText:
    """A manifest with its comments blanked out: no card says what they say."""
    scalars = _scalars(source.text)
    comments = (found.span() for found in _COMMENT.finditer(source.text))
    text = source.text
    for start, end in comments:
        number = bisect_right(scalars, (start, len(text)))
        if not number or scalars[number - 1][1] <= start:
            text = text[:start] + " " * (end - start) + text[end:]
    return SourceText(source.name, text)


def _scalars(text: str) -> list[tuple[int, int]]:
    """Where the scalars of YAML text begin and end, in order."""
    try:
        events = [event for event in yaml.parse(text, Loader=LOADER) if isinstance(event, yaml.ScalarEvent)]
    except yaml.YAMLError:
        return []
    return [(each.start_mark.index, each.end_mark.index) for each in events if each.start_mark and each.end_mark]
