"""A table of the manifest becomes the table on the cards: what each cell says, where it leads, whose place it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import quote

from cardgen.facts import words
from cardgen.manifest import columns, schema
from cardgen.manifest.columns import Leaf
from cardgen.manifest.document import Path
from cardgen.manifest.drafts import Draft, Grid, Place, fill, row_key, row_name
from cardgen.manifest.messages import short
from cardgen.model import Cell, Facts, Heading, Repo, RepoKey, RepoType, Row, Table, Target, repo_url
from cardgen.repo_facts import Fact
from cardgen.suggest import did_you_mean

LABEL = "🤗"
"""What a link to a repo says, as cards on the Hub commonly do; the repo's id is the link's title."""

MAX_STEPS = 64
"""Cells that `same_as` may lead through, one after the other."""


@dataclass(frozen=True)
class Maker:
    """Makes the tables of a collection: knows its repos, its hosts, and the facts of the repos."""

    repos: Mapping[RepoKey, Repo]
    hosts: Mapping[str, schema.Host]
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
            joiner=shape.joiner or " ",
            format=shape.format,
            shown_on=tuple(_TYPES[each] for each in shape.shown_on),
        )
        return transpose(table) if shape.transpose else table

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
        path: Path = (*grid.path, "cells", row_key(row), leaf.key)
        if cell.same_as:
            return self._same_as(grid, (index, number), cell, path)
        targets = (*self._own(grid, drafts), *self._targets(grid, cell.targets, (*path, "targets")))
        places = tuple(draft.key for draft in drafts) + tuple(each.repo for each in targets if each.repo)
        text = cell.text or ("" if targets else grid.shape.missing or "")
        return Cell(text, targets, tuple(dict.fromkeys(places)))

    def _value(self, grid: Grid, index: int, leaf: Leaf) -> Cell:
        value = grid.shape.rows[index].values.get(leaf.shape.value or "", grid.shape.missing or "")
        if isinstance(value, str):
            return Cell(value)
        path: Path = (*grid.rows_path, index, "values", leaf.shape.value or "")
        return Cell(value.text or "", tuple(self._targets(grid, value.targets, (*path, "targets"))))

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
            return Cell(targets=tuple(self._own(grid, drafts)))
        return Cell(targets=tuple(self._on_host(grid, drafts[0], str(leaf.shape.link), (*leaf.path, "link"))))

    def _own(self, grid: Grid, drafts: tuple[Draft, ...]) -> Iterator[Target]:
        """The links to the repos of a place, on the Hub and on the table's other hosts."""
        for draft in drafts:
            label = draft.label or grid.shape.label or LABEL
            yield Target(label, repo_url(draft.repo_type, draft.repo_id), draft.repo_id, draft.key)
        for number, host in enumerate(grid.shape.hosts if drafts else ()):
            yield from self._on_host(grid, drafts[0], host, (*grid.path, "hosts", number))

    def _on_host(self, grid: Grid, draft: Draft, host: str, path: Path) -> Iterator[Target]:
        if shape := self._host(grid, host, path):
            yield Target(shape.label, host_url(shape, draft.repo_id))

    def _host(self, grid: Grid, host: str, path: Path) -> schema.Host | None:
        if host not in self.hosts:
            grid.document.complain_at(
                path, f"there is no host {short(host)} in `hosts`{did_you_mean(host, self.hosts)}"
            )
        return self.hosts.get(host)

    def _targets(self, grid: Grid, shapes: tuple[schema.Target, ...], path: Path) -> Iterator[Target]:
        for number, shape in enumerate(shapes):
            place: Path = (*path, number)
            if (shape.repo is None) == (shape.url is None):
                grid.document.complain_at(place, "a target is either a repo or a url")
            elif shape.url is not None:
                yield Target(shape.label or shape.url, shape.url)
            else:
                yield from self._repo_target(grid, shape, place)

    def _repo_target(self, grid: Grid, shape: schema.Target, path: Path) -> Iterator[Target]:
        repo_id = grid.full_id(shape.repo or "", (*path, "repo"))
        if shape.host:
            if host := self._host(grid, shape.host, (*path, "host")):
                yield Target(shape.label or host.label, host_url(host, repo_id), repo_id)
            return
        repo_type: RepoType = shape.type or grid.repo_type
        key = (repo_type, repo_id)
        whole = not (shape.revision or shape.file)
        label = shape.label or grid.shape.label or LABEL
        url = repo_url(repo_type, repo_id) + _inside(shape)
        yield Target(label, url, repo_id, key if whole and key in self.repos else None)

    def _same_as(self, grid: Grid, place: tuple[int, int], cell: schema.Cell, path: Path) -> Cell:
        """A cell that shares another one's model: it says so and leads there, but is nobody's place."""
        other = _find(grid, place, cell, path)
        if other is None:
            return Cell()
        row, leaf = grid.shape.rows[other[0]], grid.leaves[other[1]]
        names = ((row_name(row), other[0] != place[0]), (leaf.name, other[1] != place[1]))
        name = " ".join(part for part, moved in names if moved)
        text = cell.text or f"(same as {name})"
        drafts = grid.drafts.get(other, ())
        if not drafts:
            return Cell(text)
        return Cell(targets=(Target(text, repo_url(drafts[0].repo_type, drafts[0].repo_id), drafts[0].repo_id),))


_TYPES: Mapping[str, RepoType] = {"models": "model", "datasets": "dataset"}


def host_url(host: schema.Host, repo_id: str) -> str:
    """The address of a repo on another host."""
    namespace, _, name = repo_id.partition("/")
    return fill(host.url, {"namespace": host.namespace or namespace, "name": name})


def _inside(shape: schema.Target) -> str:
    """The end of the address of a revision or a file of a repo. The Hub takes a revision as one part of a path."""
    revision = quote(shape.revision or "main", safe="")
    if shape.file:
        return f"/blob/{revision}/{quote(shape.file)}"
    return f"/tree/{revision}" if shape.revision else ""


def _find(grid: Grid, place: tuple[int, int], cell: schema.Cell, path: Path) -> tuple[int, int] | None:
    """The cell that `same_as` leads to in the end; notes a cell that is not there, and a circle."""
    rows, keys = grid.indexes, grid.numbers
    seen = {place}
    while cell.same_as:
        for what, key, known in (("row", cell.same_as.row, rows), ("column", cell.same_as.column, keys)):
            if key is not None and key not in known:
                message = f"there is no {what} {short(key)}{did_you_mean(key, known)}"
                grid.document.complain_at((*path, "same_as", what), message)
                return None
        place = (rows.get(cell.same_as.row or "", place[0]), keys.get(cell.same_as.column or "", place[1]))
        if place in seen:
            grid.document.complain_at((*path, "same_as"), "the cells are the same as each other in a circle")
            return None
        if len(seen) > MAX_STEPS:
            grid.document.complain_at((*path, "same_as"), f"leads through more than {MAX_STEPS} cells")
            return None
        seen.add(place)
        cell = grid.cell(grid.shape.rows[place[0]], grid.leaves[place[1]]) or schema.Cell()
    return place


def transpose(table: Table) -> Table:
    """The table with its rows as columns: the rows' names become headings, equal values span their columns."""
    names = [heading.label for heading in table.head[0]]
    head = (Heading(names[0]), *(Heading(row.cells[0].text, place_of=row.place_of) for row in table.rows))
    body = zip(*(row.cells[1:] for row in table.rows), strict=True)
    rows = (Row((Cell(label, is_heading=True), *_spanned(cells))) for label, cells in zip(names[1:], body, strict=True))
    return replace(table, head=(head,), rows=tuple(rows))


def _spanned(cells: tuple[Cell, ...]) -> Iterator[Cell]:
    for cell, same in groupby(cells):
        width = len(list(same))
        if cell.targets or not cell.text:
            yield from (cell for _ in range(width))
        else:
            yield replace(cell, colspan=width)
