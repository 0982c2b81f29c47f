"""Columns nested to any depth: the spans of the head add up to a grid without a gap and without an overlap."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cardgen.model import Heading, Table
from manifests import BASE, load

Tree = list[Any]
"""The columns of a group: None is a column, a list is a group."""


def trees(depth: int) -> st.SearchStrategy[Tree]:
    inner = st.none() if depth == 1 else st.none() | trees(depth - 1)
    return st.lists(inner, min_size=1, max_size=4)


def leaves(tree: Tree) -> int:
    return sum(1 if each is None else leaves(each) for each in tree)


def depth(tree: Tree) -> int:
    return 1 + max((depth(each) for each in tree if each is not None), default=0)


def columns(tree: Tree, path: str = "c") -> list[dict[str, Any]]:
    """The tree as a manifest has it; a name tells the way to its column."""
    return [
        {"key": f"{path}-{number}"}
        if each is None
        else {"name": f"{path}-{number}", "columns": columns(each, f"{path}-{number}")}
        for number, each in enumerate(tree)
    ]


def table(tree: Tree) -> Table:
    shape = {"repo": "{column}", "corner": "corner", "rows": [{"key": "r"}], "columns": columns(tree)}
    (made,) = load(BASE + f"models: {json.dumps(shape)}\n").tables
    return made


def laid_out(head: tuple[tuple[Heading, ...], ...]) -> dict[tuple[int, int], list[str]]:
    """The labels at every place of the grid, as HTML lays out cells: each at the first free place of its row."""
    grid: dict[tuple[int, int], list[str]] = {}
    for row, headings in enumerate(head):
        column = 0
        for heading in headings:
            while (row, column) in grid:
                column += 1
            for down in range(heading.rowspan):
                for right in range(heading.colspan):
                    grid.setdefault((row + down, column + right), []).append(heading.label)
    return grid


@given(trees(4))
def test_the_cells_of_the_head_tile_the_grid(tree: Tree) -> None:
    made = table(tree)
    grid = laid_out(made.head)
    assert set(grid) == {(row, column) for row in range(depth(tree)) for column in range(leaves(tree) + 1)}
    assert all(len(labels) == 1 for labels in grid.values())
    assert len(made.head) == depth(tree)
    assert len(made.rows[0].cells) == leaves(tree) + 1


@given(trees(4))
def test_every_column_stands_under_its_groups_and_over_its_cells(tree: Tree) -> None:
    made = table(tree)
    grid = laid_out(made.head)
    bottom = depth(tree) - 1
    for column, cell in enumerate(made.rows[0].cells):
        above = list(dict.fromkeys(grid[row, column][0] for row in range(bottom + 1)))
        if column == 0:
            assert above == ["corner"]
        else:
            key = cell.targets[0].title.removeprefix("lab/")
            steps = key.split("-")
            assert above == ["-".join(steps[: end + 1]) for end in range(1, len(steps))]
