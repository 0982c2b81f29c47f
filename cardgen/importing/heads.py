"""The columns of a published table as the manifest has them: groups of columns to any depth."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from cardgen.importing.grid import Grid
from cardgen.importing.shaped import Leaf, Written
from cardgen.model import Heading

JOINER = " · "
"""What cardgen puts between the names of a group and its column in a Markdown table, which has no spans."""


def corner(grid: Grid) -> str:
    """The heading over the rows' names."""
    return " ".join(dict.fromkeys(heading.label for heading in grid.columns()[0] if heading.label))


def read(grid: Grid) -> tuple[list[Written], list[Leaf]]:
    """The columns without the first, as the manifest has them, and those among them that are no groups."""
    leaves: list[Leaf] = []
    columns = grid.columns()[1:]
    return _level(_unjoined(columns) if grid.format == "markdown" else columns, (), leaves), leaves


def _level(columns: Sequence[list[Heading]], groups: tuple[Written, ...], leaves: list[Leaf]) -> list[Written]:
    written: list[Written] = []
    for _, same in groupby(columns, key=lambda column: id(column[0]) if column else 0):
        members = list(same)
        label = members[0][0].label if members[0] else ""
        if any(len(column) > 1 for column in members):
            group: Written = {"name": label} if label else {}
            rest = [column[1:] or column[:1] for column in members]
            inner = _level(rest, (*groups, group) if label else groups, leaves)
            if label:
                group["columns"] = inner
            written += [group] if label else inner
        else:
            for _ in members:
                leaf: Written = {}
                leaves.append(Leaf(leaf, groups, label))
                written.append(leaf)
    return written


def _unjoined(columns: Sequence[list[Heading]]) -> list[list[Heading]]:
    """Columns side by side whose names begin alike, as cardgen prints groups in Markdown, as groups again."""

    def first(column: list[Heading]) -> str:
        start, joiner, _ = column[0].label.partition(JOINER) if column else ("", "", "")
        return start if joiner else ""

    found: list[list[Heading]] = []
    for start, same in groupby(columns, key=first):
        members = list(same)
        if start and len(members) > 1:
            group = Heading(start, colspan=len(members))
            inner = [[Heading(column[0].label.removeprefix(start + JOINER))] for column in members]
            found += [[group, *column] for column in _unjoined(inner)]
        else:
            found += members
    return found
