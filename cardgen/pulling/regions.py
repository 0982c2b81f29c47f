"""The edits of a card's text, each with what is around it: whole lines, and the values of the manifest in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cardgen.pulling import merge
from cardgen.pulling.merge import Edit
from cardgen.pulling.trace import Hole, Trace

MAX_EDITS: Final = 1_000
"""Edits of one card that are looked at."""

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Region:
    """Lines of a card from their text to that of the Hub. `start` is where they stand in the card, as its holes do."""

    text: str
    new: str
    holes: tuple[Hole, ...]
    start: int

    def old(self, hole: Hole) -> str:
        """What stands in a hole now."""
        return self.text[hole.start - self.start : hole.end - self.start]

    def fill(self) -> list[str]:
        """What stands in each hole on the Hub; nothing if what parts them was edited too."""
        edges = [0, *(edge - self.start for each in self.holes for edge in (each.start, each.end)), len(self.text)]
        first, *parts, last = [self.text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
        position, end = len(first), len(self.new) - len(last)
        if not self.new.startswith(first) or not self.new.endswith(last) or position > end:
            return []
        texts: list[str] = []
        for part in parts:
            found = self.new.find(part, position, end)
            if found < 0:
                return []
            texts.append(self.new[position:found])
            position = found + len(part)
        return [*texts, self.new[position:end]]


def lines(text: str) -> tuple[str, ...]:
    """The lines of a text, each with its end."""
    return tuple(_LINE.findall(text))


def find(traced: Trace, target: str) -> Iterator[Region]:
    """The edits that make `target` of a card; one may come with more around it, to be tried if it fails with less."""
    return _Regions(traced, target).all()


class _Regions:
    """The lines of a card beside those of its target."""

    def __init__(self, traced: Trace, target: str) -> None:
        self.old, self.new = lines(traced.text), lines(target)
        self.starts = _starts(self.old)
        self.holes = traced.holes
        self.edits = merge.edits(self.old, self.new)

    def all(self) -> Iterator[Region]:
        first = self.edits[:MAX_EDITS]
        return (self.region(*extent) for edit in first for extent in self.extents(edit) if self.inside(*extent))

    def extents(self, edit: Edit) -> Iterator[tuple[int, int]]:
        """The lines that an edit may be read in: those that it changes, or with the text before it, or after it."""
        yield self.closed(edit.start, edit.end)
        if edit.start == edit.end:
            blank = [not line.strip() for line in self.old]
            before = next((line for line in reversed(range(edit.start)) if not blank[line]), 0)
            after = next((line for line in range(edit.end, len(blank)) if not blank[line]), len(blank) - 1)
            yield self.closed(before, edit.end)
            yield self.closed(edit.start, after + 1)

    def closed(self, first: int, last: int) -> tuple[int, int]:
        """Lines with all that belongs to them: whole holes, and whole edits."""
        while True:
            wider = self.with_holes(first, last)
            for edit in self.edits:
                if _meets(edit, *wider):
                    wider = min(wider[0], edit.start), max(wider[1], edit.end)
            if wider == (first, last):
                return wider
            first, last = wider

    def with_holes(self, first: int, last: int) -> tuple[int, int]:
        for hole in self.holes:
            if hole.start < self.starts[last] and hole.end > self.starts[first]:
                while self.starts[first] > hole.start:
                    first -= 1
                while self.starts[last] < hole.end:
                    last += 1
        return first, last

    def inside(self, first: int, last: int) -> tuple[Hole, ...]:
        """The holes in some lines."""
        start, end = self.starts[first], self.starts[last]
        return tuple(each for each in self.holes if start <= each.start and each.end <= end)

    def region(self, first: int, last: int) -> Region:
        """Lines with what became of them: where there is no edit, both sides are the same."""
        edits = [edit for edit in self.edits if _meets(edit, first, last)]
        new_first = edits[0].new_start - (edits[0].start - first)
        new_last = edits[-1].new_start + len(edits[-1].new) + (last - edits[-1].end)
        text, new = "".join(self.old[first:last]), "".join(self.new[new_first:new_last])
        return Region(text, new, self.inside(first, last), self.starts[first])


def _meets(edit: Edit, first: int, last: int) -> bool:
    """Whether an edit changes some of these lines; an insertion, also where they begin or end."""
    if edit.start == edit.end or first == last:
        return edit.start <= last and edit.end >= first
    return edit.start < last and edit.end > first


def _starts(of: Sequence[str]) -> list[int]:
    """Where each line starts, and where the last one ends."""
    starts = [0]
    for line in of:
        starts.append(starts[-1] + len(line))
    return starts
