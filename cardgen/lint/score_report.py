"""Scores of completeness as text, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from cardgen.diff import printable
from cardgen.lint.completeness import Score, mean

VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Scored:
    """The cards of a manifest, or those that were named, with their scores."""

    name: str
    scores: tuple[Score, ...]


def text(groups: Sequence[Scored]) -> str:
    """For people: the score of each group, then its cards, those that lack the same together."""
    return "\n".join(line for group in groups for line in _lines(group)) + "\n"


def _lines(group: Scored) -> Iterator[str]:
    count = len(group.scores)
    yield f"{mean(group.scores):3d} %  {group.name} ({count} card{'' if count == 1 else 's'})"
    for (percent, missing), alike in groupby(sorted(group.scores, key=_likeness), key=_likeness):
        first, *others = alike
        more = f" and {len(others)} more" if others else ""
        yield f"    {percent:3d} %  {printable(first.card)}{more}"
        if missing:
            yield f"           add: {' · '.join(missing)}"


def _likeness(score: Score) -> tuple[int, tuple[str, ...]]:
    return score.percent, score.missing


def as_json(groups: Sequence[Scored]) -> str:
    """For programs; `version` changes if a key goes away."""
    made = {
        "version": VERSION,
        "groups": [
            {
                "name": group.name,
                "percent": mean(group.scores),
                "cards": [
                    {"card": each.card, "percent": each.percent, "missing": each.missing} for each in group.scores
                ],
            }
            for group in groups
        ],
    }
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"
