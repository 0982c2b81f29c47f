"""The repos that a table of the manifest names: by pattern, by exception, by row, in every format."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cardgen import repo_ids
from cardgen.manifest import columns, schema
from cardgen.manifest.columns import Leaf
from cardgen.manifest.document import Document, Path
from cardgen.manifest.messages import short
from cardgen.model import CardData, RepoKey, RepoType
from cardgen.suggest import did_you_mean

MAX_CELLS = 20_000
"""Cells of one table: every card shows all of them, so that the work grows with their square."""

NO_PART_OF_A_NAME = "cannot be part of a repo's name, which has only letters, digits, '-', '_' and '.'"

_UNFIT = re.compile(r"[^A-Za-z0-9._-]")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

Place = tuple[int, int | None]
"""A row and a leaf column of a table, by index; None is the row itself."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A repo before its card data is complete. `layers` go from general to special; `path` leads to the manifest."""

    repo_id: str
    repo_type: RepoType
    name: str
    label: str
    layers: tuple[CardData, ...]
    path: Path
    place: Place
    texts: tuple[str, ...] = ()

    @property
    def key(self) -> RepoKey:
        return (self.repo_type, self.repo_id)


@dataclass(frozen=True)
class Grid:
    """A table of the manifest, its leaf columns, and the drafts at each place: the model first, then its formats."""

    document: Document
    namespace: str
    repo_type: RepoType
    shape: schema.Table
    rows_path: Path
    path: Path

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        return tuple(columns.leaves(self.shape.columns, (*self.path, "columns")))

    @cached_property
    def drafts(self) -> Mapping[Place, tuple[Draft, ...]]:
        """Every repo of the table by its place. Raises TooMuch."""
        found: dict[Place, tuple[Draft, ...]] = {}
        for place in self._places() if self.size <= MAX_CELLS else ():
            if drafts := tuple(self._drafts_at(place)):
                self.document.count_repos(len(drafts))
                found[place] = drafts
        return found

    def _places(self) -> Iterator[Place]:
        for index, row in enumerate(self.shape.rows):
            yield index, None
            for number in self.numbers.values() if self.indexes.get(row_key(row)) == index else ():
                yield index, number

    def _drafts_at(self, place: Place) -> Iterator[Draft]:
        index, number = place
        if number is not None:
            return self._cell_drafts(index, number)
        row = self.shape.rows[index]
        return self._row_drafts(index, row) if row.repo else iter(())

    @property
    def size(self) -> int:
        return len(self.shape.rows) * len(self.leaves)

    @cached_property
    def indexes(self) -> Mapping[str, int]:
        """The rows by key; of two with the same key, the first."""
        return {row_key(row): index for index, row in reversed(list(enumerate(self.shape.rows))) if row_key(row)}

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The leaf columns by key, from left to right; of two with the same key, the first."""
        first: dict[str, int] = {}
        for number, leaf in enumerate(self.leaves):
            if leaf.key:
                first.setdefault(leaf.key, number)
        return first

    def cell(self, row: schema.Row, leaf: Leaf) -> schema.Cell | None:
        """What the manifest says of a cell; None is a cell without a repo."""
        return self.shape.cells.get(row_key(row), {}).get(leaf.key, schema.Cell())

    def full_id(self, name: str, path: Path) -> str:
        """A repo's id with its namespace; notes a mistake if the Hub would not take it."""
        problem = repo_ids.problem(name) if "/" in name else repo_ids.part_problem(name)
        if name and problem:
            self.document.complain_at(path, f"the {self.repo_type} repo {short(name)} {problem}")
        return name if "/" in name else f"{self.namespace}/{name}"

    def _row_drafts(self, index: int, row: schema.Row) -> Iterator[Draft]:
        path: Path = (*self.rows_path, index, "repo")
        texts = (row.text,) if row.text else ()
        name = row.name or (row.repo or "").partition("/")[2] or row.repo or ""
        main = Draft(
            self.full_id(row.repo or "", path), self.repo_type, name, "", (row.card_data,), path, (index, None), texts
        )
        yield main
        yield from self._formats(main, {"row": row_key(row)})

    def _cell_drafts(self, index: int, number: int) -> Iterator[Draft]:
        row, leaf = self.shape.rows[index], self.leaves[number]
        cell = self.cell(row, leaf)
        pattern = leaf.pattern or self.shape.repo or ""
        if cell is None or not (cell.repo or self._has_pattern(cell, pattern, index, leaf)):
            return
        keys = {"row": row_key(row), "column": leaf.key}
        exception = leaf.key in self.shape.cells.get(row_key(row), {})
        path: Path = (*self.path, "cells", row_key(row), leaf.key) if exception else (*self.rows_path, index)
        main = Draft(
            repo_id=self.full_id(cell.repo or fill(pattern, keys), path),
            repo_type=self.repo_type,
            name=cell.name or f"{row_name(row)}, {leaf.name}",
            label="",
            layers=(row.card_data, *(column.card_data for column in leaf.columns), cell.card_data),
            path=path,
            place=(index, number),
            texts=tuple(text for text in (row.text, *(column.text for column in leaf.columns)) if text),
        )
        yield main
        yield from self._formats(main, keys)

    def _formats(self, main: Draft, keys: Mapping[str, str]) -> Iterator[Draft]:
        for number, shape in enumerate(self.shape.formats):
            path: Path = (*self.path, "formats", number, "repo")
            repo_id = self.full_id(fill(shape.repo, {**keys, "repo": main.repo_id.partition("/")[2]}), path)
            name, layers = f"{main.name}, {shape.label}", (*main.layers, shape.card_data)
            yield Draft(repo_id, main.repo_type, name, shape.label, layers, path, main.place, main.texts)

    def _has_pattern(self, cell: schema.Cell, pattern: str, index: int, leaf: Leaf) -> bool:
        """Whether a cell's repo can be told by its pattern."""
        return is_by_pattern(cell) and pattern in self._usable_patterns and self._keys_fit(pattern, index, leaf)

    @cached_property
    def _usable_patterns(self) -> frozenset[str]:
        patterns = {self.shape.repo or "", *(leaf.pattern for leaf in self.leaves)} - {""}
        return frozenset(pattern for pattern in patterns if not pattern_problems(self, pattern))

    def _keys_fit(self, pattern: str, index: int, leaf: Leaf) -> bool:
        """Whether the keys that the pattern asks for can be part of a repo's name."""
        row = self.shape.rows[index]
        keys = {"row": (row_key(row), (*self.rows_path, index)), "column": (leaf.key, leaf.path)}
        unfit = [each for name, each in keys.items() if f"{{{name}}}" in pattern and _UNFIT.search(each[0])]
        for key, path in unfit:
            self.document.complain_at((*path, "key"), f"the key {short(key)} {NO_PART_OF_A_NAME}")
        return not unfit


def check(grid: Grid) -> None:
    """Note what is wrong with a table's columns, keys, patterns and exceptions."""
    document, shape, path = grid.document, grid.shape, grid.path
    columns.check(document, shape.columns, (*path, "columns"))
    _check_keys(document, [((*grid.rows_path, index), row_key(row)) for index, row in enumerate(shape.rows)], "rows")
    _check_keys(document, [(leaf.path, leaf.key) for leaf in grid.leaves], "columns")
    _check_rows(grid)
    _check_patterns(grid)
    if grid.size > MAX_CELLS:
        document.complain_at(path, f"the table has {grid.size:,} cells; {MAX_CELLS:,} are the most")
    _check_cells(grid)


def row_key(row: schema.Row) -> str:
    return row.key or row.repo or ""


def row_name(row: schema.Row) -> str:
    return row.name or row.key or (row.repo or "").rpartition("/")[2]


def is_by_pattern(cell: schema.Cell) -> bool:
    """Whether a cell that names no repo has the pattern's: one with a text or links of its own has none."""
    return not (cell.text or cell.targets or cell.same_as)


def fill(pattern: str, keys: Mapping[str, str]) -> str:
    """The repo that a pattern stands for: filled in one pass, so that a key with braces stays as it is."""
    return _PLACEHOLDER.sub(lambda match: keys.get(match[1], match[0]), pattern)


def _check_keys(document: Document, keys: list[tuple[Path, str]], what: str) -> None:
    count: Counter[str] = Counter()
    for path, key in keys:
        count[key] += 1
        if key and count[key] > 1:
            document.complain_at((*path, "key"), f"two {what} have the key {short(key)}")


def _check_rows(grid: Grid) -> None:
    has_keys = any(leaf.key for leaf in grid.leaves)
    for index, row in enumerate(grid.shape.rows):
        path: Path = (*grid.rows_path, index)
        if row.group:
            if row_key(row) or row.name or row.values:
                grid.document.complain_at(path, "a row with a group is a heading: it has nothing else")
        elif has_keys and row.key is None and row.repo is None:
            grid.document.complain_at(path, "the key 'key' is missing: the repos of the row are named by it")
        elif row.key is None and row.repo is None and row.name is None:
            grid.document.complain_at(path, "a row needs a repo, a key or a name")


def _check_patterns(grid: Grid) -> None:
    shape, path = grid.shape, grid.path
    if shape.repo is None and any(leaf.key and not leaf.pattern for leaf in grid.leaves):
        grid.document.complain_at(path, "the columns have keys, so the table needs `repo`: the pattern of their repos")
    grid.document.complain_if((*path, "repo"), pattern_problems(grid, shape.repo or ""))
    for leaf in grid.leaves:
        grid.document.complain_if((*leaf.path, "repo"), pattern_problems(grid, leaf.pattern))
    for number, each in enumerate(shape.formats):
        wrong = _unfit(each.repo, ("repo", "row", "column"))
        grid.document.complain_if((*path, "formats", number, "repo"), wrong)


def pattern_problems(grid: Grid, pattern: str) -> list[str]:
    """Why a pattern cannot give each of its cells a repo of its own; empty if it can."""
    wrong = _unfit(pattern, ("row", "column"))
    if pattern and not wrong:
        using = sum(1 for leaf in grid.leaves if leaf.key and (leaf.pattern or grid.shape.repo) == pattern)
        rows = sum(1 for row in grid.shape.rows if not row.group)
        for name, count in (("row", rows), ("column", using)):
            if count > 1 and f"{{{name}}}" not in pattern:
                wrong.append(f"the pattern has no {{{name}}}, so that {count} {name}s would share a repo")
    return wrong


def _unfit(pattern: str, names: Sequence[str]) -> list[str]:
    """What is in a pattern that cannot be part of a repo's name."""
    known = " and ".join(f"{{{name}}}" for name in names)
    unknown = sorted(set(_PLACEHOLDER.findall(pattern)) - set(names))
    wrong = [f"the pattern knows {known}, not {{{name}}}{did_you_mean(name, names)}" for name in unknown]
    if _UNFIT.search(_PLACEHOLDER.sub("", pattern).replace("/", "", 1)):
        wrong.append(f"the pattern {NO_PART_OF_A_NAME}")
    return wrong


def _check_cells(grid: Grid) -> None:
    rows = dict.fromkeys(row_key(row) for row in grid.shape.rows if row_key(row))
    keys = dict.fromkeys(leaf.key for leaf in grid.leaves if leaf.key)
    for row, cells in grid.shape.cells.items():
        path: Path = (*grid.path, "cells", row)
        if row not in rows:
            grid.document.complain_at_key(path, f"there is no row {short(row)}{did_you_mean(row, rows)}")
        for column in cells:
            if column not in keys:
                message = f"there is no column {short(column)}{did_you_mean(column, keys)}"
                grid.document.complain_at_key((*path, column), message)
