"""Places as other programs name them: a file, a line, a column."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cardgen.links.places import Place

_SOURCE = re.compile(r"(?P<file>.+?):(?P<line>\d+):(?P<column>\d+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1


def place_spot(place: Place) -> Spot | None:
    """Where somebody would mend what stands at a place: in its source, or in the card itself if there is none."""
    if source := _SOURCE.fullmatch(place.source):
        return Spot(source["file"], int(source["line"]), int(source["column"]))
    return Spot(place.card, max(place.line, 1)) if place.card else None
