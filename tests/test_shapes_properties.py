"""Random collections of any shape: their tables, parsed again, say cell by cell what the manifest says."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from hypothesis import given, settings

from cardgen.model import Card
from random_shapes import EMPTY, Expected, Line, Said, collections
from rendered import SeenCell, html, tables, unbalanced
from shapes import build
from texts import seen

MARK = "⟦own⟧"
At = tuple[int, int]


def laid_out(rows: list[list[SeenCell]]) -> dict[At, SeenCell]:
    """The cell at every place, as HTML lays out cells: each at the first free place of its row, over its spans."""
    grid: dict[At, SeenCell] = {}
    for row, cells in enumerate(rows):
        column = 0
        for cell in cells:
            while (row, column) in grid:
                column += 1
            for down in range(cell.rowspan):
                for right in range(cell.colspan):
                    assert grid.setdefault((row + down, column + right), cell) is cell, "no two cells in one place"
    return grid


def heads(table: Expected, paths: list[tuple[str, ...]]) -> list[list[Said]]:
    """The rows of headings: names one over the other, the last one down to the body; in Markdown all in one."""
    if table.form == "markdown":
        return [[(table.corner, ()), *((" · ".join(filter(None, path)), ()) for path in paths)]]
    depth = max(map(len, paths))
    return [[(table.corner, ()), *((path[min(level, len(path) - 1)], ()) for path in paths)] for level in range(depth)]


def upright(table: Expected) -> list[list[Said]]:
    width = len(table.leaves)
    rows = heads(table, [leaf.path for leaf in table.leaves])
    for line in table.lines:
        if line.is_group:
            rows.append([(line.name, ()), *([(line.name, ()) if table.form == "html" else EMPTY] * width)])
        else:
            rows.append([(line.name, ()), *line.cells])
    return rows


def turned(table: Expected) -> list[list[Said]]:
    lines = [line for line in table.lines if not line.is_group]
    rows = heads(table, paths(table))
    for number, leaf in enumerate(table.leaves):
        rows.append([(" · ".join(filter(None, leaf.path)), ()), *(line.cells[number] for line in lines)])
    return rows


def paths(table: Expected) -> list[tuple[str, ...]]:
    """The rows' names under those of their groups."""
    found: list[tuple[str, ...]] = []
    group: tuple[str, ...] = ()
    for line in table.lines:
        if line.is_group:
            group = (line.name,)
        else:
            found.append((*group, line.name))
    return found


def said(cell: Said, joiner: str) -> Said:
    """A cell as it is seen: what stands between its links counts as text."""
    text, links = cell
    between = "" if joiner == "<br>" else joiner
    return seen(f"{text} {between * (len(links) - 1)}"), tuple((seen(label), unquote(url)) for label, url in links)


def places(table: Expected, own: str) -> tuple[set[At], set[At]]:
    """Where the mark of a repo stands, and what else is coloured."""
    lines = [line for line in table.lines if not line.is_group]
    top = len(heads(table, paths(table) if table.transpose else [leaf.path for leaf in table.leaves]))
    for number, line in enumerate(lines):
        for column, repos in enumerate(line.places):
            if own in repos:
                row = top + (column if table.transpose else table.lines.index(line))
                return {(row, 1 + (number if table.transpose else column))}, set()
        if own in line.repos:
            return _places_of_row(table, line, number, top)
    return set(), set()


def _places_of_row(table: Expected, line: Line, number: int, top: int) -> tuple[set[At], set[At]]:
    if table.transpose:
        first = len(paths(table)[number]) - 1 if table.form == "html" else 0
        return {(level, number + 1) for level in range(first, top)}, set()
    row = top + table.lines.index(line)
    return {(row, 0)}, {(row, column) for column, repos in enumerate(line.places, 1) if not repos}


def check(card: Card, shown: list[list[SeenCell]], table: Expected, own: str) -> int:
    """Compare a table on a card with what it should say; returns the number of own places."""
    grid = laid_out(shown)
    rows = turned(table) if table.transpose else upright(table)
    assert set(grid) == {(row, column) for row, cells in enumerate(rows) for column in range(len(cells))}
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            at = grid[row, column]
            found = (seen(at.text), tuple((label, unquote(url)) for label, url in at.links))
            assert found == said(cell, table.joiner), (card.repo.repo_id, row, column)
    marked, coloured = places(table, own)
    assert {at for at, cell in grid.items() if cell.is_marked} == marked
    assert {at for at, cell in grid.items() if cell.color} == (marked | coloured if table.form == "html" else set())
    return len({id(grid[at]) for at in marked})


@settings(max_examples=100)
@given(collections())
def test_the_tables_of_every_card_say_what_the_manifest_says(
    drawn: tuple[dict[str, Any], list[tuple[str, Expected]]],
) -> None:
    manifest, expected = drawn
    repos = {
        (kind, repo)
        for kind, table in expected
        for line in table.lines
        for group in (line.repos, *line.places)
        for repo in group
    }
    cards = build(manifest).values()
    assert {card.repo.key for card in cards} == repos
    for card in cards:
        shown = tables(card.text, MARK)
        assert len(shown) == len(expected)
        own = [
            check(card, each, table, card.repo.repo_id if kind == card.repo.repo_type else "")
            for each, (kind, table) in zip(shown, expected, strict=True)
        ]
        assert sum(own) == 1
        assert unbalanced(html(card.text)) == []


@settings(max_examples=20)
@given(collections())
def test_a_build_is_always_the_same(drawn: tuple[dict[str, Any], list[tuple[str, Expected]]]) -> None:
    first, again = build(drawn[0]), build(drawn[0])
    assert [(name, card.text) for name, card in first.items()] == [(name, card.text) for name, card in again.items()]
