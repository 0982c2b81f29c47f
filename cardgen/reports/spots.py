"""Places as other programs name them: a file, a line, a column."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cardgen.links.places import Place
from cardgen.model import Finding

_SOURCE = re.compile(r"(?P<file>.+?):(?P<line>\d{1,9}):(?P<column>\d{1,9})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file; line and column count from 1. `end_column` is the first that no longer belongs to it, and 0 if
    that is not known."""

    file: str
    line: int = 1
    column: int = 1
    end_column: int = 0


def source_spot(source: str) -> Spot | None:
    """What a source such as `collections/a.yaml:3:5` names; None if it does not name a place."""
    found = _SOURCE.fullmatch(source)
    return Spot(found["file"], max(int(found["line"]), 1), max(int(found["column"]), 1)) if found else None


def place_spot(place: Place) -> Spot | None:
    """Where somebody would mend what stands at a place: in its source, or in the card itself if there is none."""
    return source_spot(place.source) or (Spot(place.card, max(place.line, 1)) if place.card else None)


def finding_spot(finding: Finding) -> Spot | None:
    """The same for what lint found, which may have columns on its card."""
    if source := source_spot(finding.source):
        return source
    if not finding.card:
        return None
    return Spot(finding.card, max(finding.line, 1), max(finding.column, 1), finding.end_column)
