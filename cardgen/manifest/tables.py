"""A table of the manifest becomes the table on the cards: what each cell says, where it leads, whose place it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from cardgen.facts import words
from cardgen.manifest import columns, schema
from cardgen.manifest.columns import Leaf
from cardgen.manifest.document import Path
from cardgen.manifest.drafts import Grid, Place, row_key, row_name
from cardgen.manifest.messages import short
from cardgen.manifest.targets import Targets
from cardgen.model import Cell, Facts, Heading, RepoType, Row, Table, Target
from cardgen.repo_facts import Fact
from cardgen.suggest import did_you_mean

MAX_STEPS = 64
"""Cells that `same_as` may lead through, one after the other."""

_TYPES: dict[str, RepoType] = {"models": "model", "datasets": "dataset"}


class Maker(Struct, frozen=True):
    """Makes the tables of a collection, with its links and the facts of its repos."""

    links: Targets
    facts: Facts

    def table(self, grid: Grid, name: str, title: str) -> Table:
        shape = grid.shape
        table = Table(
            name=name,
            title=shape.title or title,
            head=columns.head(shape.columns, shape.corner or ""),
            rows=tuple(self._row(grid, index) for index in range(len(shape.rows))),
            text=shape.text or "",
            footnote=shape.footnote or "",
            joiner=shape.joiner,
            format=shape.format,
            shown_on=tuple(_TYPES[each] for each in shape.shown_on),
        )
        return transpose(table, [leaf.heading for leaf in grid.leaves]) if shape.transpose else table

    def _row(self, grid: Grid, index: int) -> Row:
        row = grid.shape.rows[index]
        if row.group:
            return Row((Cell(row.group, colspan=len(grid.leaves) + 1, is_heading=True),))
        cells = (self._cell(grid, index, number) for number in range(len(grid.leaves)))
        own = grid.drafts.get((index, None), ())
        return Row((Cell(row_name(row)), *cells), place_of=tuple(draft.key for draft in own))

    def _cell(self, grid: Grid, index: int, number: int) -> Cell:
        row, leaf = grid.shape.rows[index], grid.leaves[number]
        if leaf.shape.value:
            return self._value(grid, index, leaf)
        if leaf.shape.fact:
            return Cell(self._fact(grid, index, leaf.shape.fact) or grid.shape.missing or "")
        if leaf.shape.link:
            return self._link(grid, index, leaf)
        drafts = grid.drafts.get((index, number), ())
        cell = grid.cell(row, leaf) or schema.Cell()
        if cell.same_as:
            return self._same_as(grid, (index, number), cell)
        path: Path = (*grid.path, "cells", row_key(row), leaf.key, "targets")
        targets = (*self.links.own(grid, drafts), *self.links.given(grid, cell.targets, path))
        places = tuple(draft.key for draft in drafts) + tuple(each.repo for each in targets if each.repo)
        text = cell.text or ("" if targets else grid.shape.missing or "")
        return Cell(text, targets, tuple(dict.fromkeys(places)))

    def _value(self, grid: Grid, index: int, leaf: Leaf) -> Cell:
        value = grid.shape.rows[index].values.get(leaf.shape.value or "", grid.shape.missing or "")
        if isinstance(value, str):
            return Cell(value)
        path: Path = (*grid.rows_path, index, "values", leaf.shape.value or "", "targets")
        return Cell(value.text or "", tuple(self.links.given(grid, value.targets, path)))

    def _fact(self, grid: Grid, index: int, fact: Fact) -> str:
        """A fact of the row's repo; without one, what the repos of its cells agree on. Other formats do not count."""
        own: list[Place] = [(index, None)]
        cells: list[Place] = [(index, number) for number in grid.numbers.values()]
        main = [grid.drafts[place][0] for place in (own if own[0] in grid.drafts else cells) if place in grid.drafts]
        texts = {words.text(self.facts[draft.key], fact) for draft in main if draft.key in self.facts} - {""}
        return texts.pop() if len(texts) == 1 else ""

    def _link(self, grid: Grid, index: int, leaf: Leaf) -> Cell:
        drafts = grid.drafts.get((index, None), ())
        if not drafts:
            return Cell(grid.shape.missing or "")
        if leaf.shape.link is True:
            return Cell(targets=tuple(self.links.own(grid, drafts)))
        return Cell(targets=tuple(self.links.on_host(grid, drafts[0], str(leaf.shape.link), (*leaf.path, "link"))))

    def _same_as(self, grid: Grid, place: tuple[int, int], cell: schema.Cell) -> Cell:
        """A cell that shares another one's model: it says so and leads there, but is nobody's place."""
        other = _find(grid, place)
        if other is None:
            return Cell()
        row, leaf = grid.shape.rows[other[0]], grid.leaves[other[1]]
        names = ((row_name(row), other[0] != place[0]), (leaf.name, other[1] != place[1]))
        name = " ".join(part for part, moved in names if moved)
        text = cell.text or f"(same as {name})"
        first = self._cell(grid, *other).targets[:1]
        return Cell(targets=(Target(text, first[0].url, first[0].title),)) if first else Cell(text)


def _find(grid: Grid, place: tuple[int, int]) -> tuple[int, int] | None:
    """The cell that `same_as` leads to in the end; notes a cell that is not there, and a circle."""
    seen = {place}
    first = _path(grid, place)
    while cell := grid.cell(grid.shape.rows[place[0]], grid.leaves[place[1]]):
        if cell.same_as is None:
            break
        step = _step(grid, place, cell.same_as)
        if step is None:
            return None
        place = step
        if place in seen:
            grid.document.complain_at(first, "the cells are the same as each other in a circle")
            return None
        if len(seen) > MAX_STEPS:
            grid.document.complain_at(first, f"leads through more than {MAX_STEPS} cells")
            return None
        seen.add(place)
    return place


def _step(grid: Grid, place: tuple[int, int], to: schema.Reference) -> tuple[int, int] | None:
    """The cell that another one is the same as; notes one that is not there."""
    if to.row is None and to.column is None:
        grid.document.complain_at(_path(grid, place), "`same_as` needs the row or the column of the other cell")
        return None
    for what, key, known in (("row", to.row, grid.indexes), ("column", to.column, grid.numbers)):
        if key is not None and key not in known:
            message = f"there is no {what} {short(key)}{did_you_mean(key, known)}"
            grid.document.complain_at((*_path(grid, place), what), message)
            return None
    return grid.indexes.get(to.row or "", place[0]), grid.numbers.get(to.column or "", place[1])


def _path(grid: Grid, place: tuple[int, int]) -> Path:
    return (*grid.path, "cells", row_key(grid.shape.rows[place[0]]), grid.leaves[place[1]].key, "same_as")


def transpose(table: Table, names: Sequence[str]) -> Table:
    """The table with its rows as columns, and its columns, which are called `names`, as rows.

    The rows' names become headings, under the headings of their groups. Equal values span their columns, unless the
    table is printed as Markdown, which has no spans.
    """
    groups: list[tuple[str, list[Row]]] = [("", [])]
    for row in table.rows:
        if row.cells[0].is_heading:
            groups.append((row.cells[0].text, []))
        else:
            groups[-1][1].append(row)
    rows = [row.cells[1:] for _, members in groups for row in members]
    body = zip(*rows, strict=True) if rows else [()] * len(names)
    return replace(
        table,
        head=_head_of(table.head[0][0].label, groups),
        rows=tuple(
            Row((Cell(name, is_heading=True), *(_spanned(cells) if table.format == "html" else cells)))
            for name, cells in zip(names, body, strict=True)
        ),
    )


def _head_of(corner: str, groups: Sequence[tuple[str, Sequence[Row]]]) -> tuple[tuple[Heading, ...], ...]:
    """Rows as headings, those of a group under its name."""
    depth = min(len(groups), 2)
    top, below = [Heading(corner, rowspan=depth)], list[Heading]()
    for group, members in groups:
        names = [Heading(row.cells[0].text, 1, 1 if group else depth, row.place_of) for row in members]
        top += [Heading(group, colspan=len(names))] if group else names
        below += names if group else ()
    return (tuple(top), tuple(below))[:depth]


def _spanned(cells: tuple[Cell, ...]) -> Iterator[Cell]:
    for cell, same in groupby(cells):
        width = len(list(same))
        if cell.targets or not cell.text:
            yield from (cell for _ in range(width))
        else:
            yield replace(cell, colspan=width)
