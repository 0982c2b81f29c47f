"""The repos that a table of the manifest names: by pattern, by exception, by row, in every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from cardgen import repo_ids
from cardgen.manifest import columns, patterns, schema
from cardgen.manifest.columns import Leaf
from cardgen.manifest.document import Document, Path
from cardgen.manifest.messages import short
from cardgen.model import CardData, Ownership, RepoKey, RepoType

MAX_CELLS = 20_000
"""Cells of one table: every card shows all of them, so that the work grows with their square."""

Place = tuple[int, int | None]
"""A row and a leaf column of a table, by index; None is the row itself."""


class Draft(Struct, frozen=True):
    """A repo before its card data is complete. `layers` go from general to special; `path` leads to the manifest."""

    repo_id: str
    repo_type: RepoType
    name: str
    label: str
    layers: tuple[CardData, ...]
    path: Path
    place: Place
    texts: tuple[str, ...] = ()
    ownership: Ownership | None = None

    @property
    def key(self) -> RepoKey:
        return (self.repo_type, self.repo_id)


class Grid(Struct, frozen=True, dict=True):
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

    def full_id(self, name: str, path: Path, namespace: str = "") -> str:
        """A repo's id with its namespace; notes a mistake if the Hub would not take it."""
        problem = repo_ids.problem(name) if "/" in name else repo_ids.part_problem(name)
        if name and problem:
            self.document.complain_at(path, f"the {self.repo_type} repo {short(name)} {problem}")
        return name if "/" in name else f"{namespace or self.namespace}/{name}"

    def _row_drafts(self, index: int, row: schema.Row) -> Iterator[Draft]:
        path: Path = (*self.rows_path, index, "repo")
        texts = (row.text,) if row.text else ()
        name = row.name or (row.repo or "").partition("/")[2] or row.repo or ""
        main = Draft(
            repo_id=self.full_id(row.repo or "", path),
            repo_type=self.repo_type,
            name=name,
            label="",
            layers=(row.card_data,),
            path=path,
            place=(index, None),
            texts=texts,
            ownership=row.ownership,
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
            repo_id=self.full_id(cell.repo or patterns.fill(pattern, keys), path),
            repo_type=self.repo_type,
            name=cell.name or f"{row_name(row)}, {leaf.name}",
            label="",
            layers=(row.card_data, *(column.card_data for column in leaf.columns), cell.card_data),
            path=path,
            place=(index, number),
            texts=tuple(text for text in (row.text, *(column.text for column in leaf.columns)) if text),
            ownership=_most_special(row, *leaf.columns, cell),
        )
        yield main
        yield from self._formats(main, keys)

    def _formats(self, main: Draft, keys: Mapping[str, str]) -> Iterator[Draft]:
        namespace, _, repo = main.repo_id.partition("/")
        for number, shape in enumerate(self.shape.formats):
            if self.format_problems[number]:
                continue
            path: Path = (*self.path, "formats", number, "repo")
            repo_id = self.full_id(patterns.fill(shape.repo, {**keys, "repo": repo}), path, namespace)
            name, layers = f"{main.name}, {shape.label}", (*main.layers, shape.card_data)
            yield replace(
                main,
                repo_id=repo_id,
                name=name,
                label=shape.label,
                layers=layers,
                path=path,
                ownership=shape.ownership or main.ownership,
            )

    def _has_pattern(self, cell: schema.Cell, pattern: str, index: int, leaf: Leaf) -> bool:
        """Whether a cell's repo can be told by its pattern."""
        usable = pattern and not self.pattern_problems.get(pattern)
        return bool(usable) and is_by_pattern(cell) and self._keys_fit(pattern, index, leaf)

    @cached_property
    def pattern_problems(self) -> Mapping[str, list[str]]:
        """Why a pattern cannot give each of the cells that it stands for a repo of its own; empty if it can."""
        given = {self.shape.repo or "", *(leaf.pattern for leaf in self.leaves)} - {""}
        unfit = {pattern: patterns.unfit(pattern, ("row", "column")) for pattern in given}
        return {
            pattern: wrong or patterns.shared(pattern, self._most_alike.get(pattern, {}))
            for pattern, wrong in unfit.items()
        }

    @cached_property
    def _most_alike(self) -> Mapping[str, Mapping[str, int]]:
        """By pattern: how many rows of one column have it, and how many columns of one row, where they are most."""
        counts = Counter[tuple[str, str, int]]()
        for index, number in self._places() if self.size <= MAX_CELLS else ():
            if number is not None and (pattern := self._pattern_at(index, number)):
                counts[pattern, "row", number] += 1
                counts[pattern, "column", index] += 1
        most: dict[str, dict[str, int]] = {}
        for (pattern, name, _), count in counts.items():
            found = most.setdefault(pattern, {"row": 0, "column": 0})
            found[name] = max(found[name], count)
        return most

    @cached_property
    def format_problems(self) -> tuple[list[str], ...]:
        """The same of the formats: one that is not called after the repo needs all else that tells the repos apart."""
        names = ("repo", "row", "column") if self.numbers else ("repo", "row")
        counts = {"row": sum(1 for row in self.shape.rows if not row.group), "column": len(self.numbers)}
        return tuple(
            patterns.unfit(each.repo, names) or ([] if "{repo}" in each.repo else patterns.shared(each.repo, counts))
            for each in self.shape.formats
        )

    def _pattern_at(self, index: int, number: int) -> str:
        """The pattern that a cell's repo is called by; empty if it names its repo itself, or has none."""
        leaf = self.leaves[number]
        cell = self.cell(self.shape.rows[index], leaf)
        return (leaf.pattern or self.shape.repo or "") if cell and is_by_pattern(cell) and not cell.repo else ""

    def _keys_fit(self, pattern: str, index: int, leaf: Leaf) -> bool:
        """Whether the keys that the pattern asks for can be part of a repo's name."""
        row = self.shape.rows[index]
        keys = {"row": (row_key(row), (*self.rows_path, index)), "column": (leaf.key, leaf.path)}
        unfit = [each for name, each in keys.items() if f"{{{name}}}" in pattern and patterns.is_unfit(each[0])]
        for key, path in unfit:
            self.document.complain_at((*path, "key"), f"the key {short(key)} {patterns.NO_PART_OF_A_NAME}")
        return not unfit


def row_key(row: schema.Row) -> str:
    return row.key or row.repo or ""


def row_name(row: schema.Row) -> str:
    return row.name or row.key or (row.repo or "").rpartition("/")[2]


def _most_special(*shapes: schema.Row | schema.Column | schema.Cell) -> Ownership | None:
    """What the last of these says of ownership that says anything."""
    return next((shape.ownership for shape in reversed(shapes) if shape.ownership), None)


def is_by_pattern(cell: schema.Cell) -> bool:
    """Whether a cell that names no repo has the pattern's: one with a text or links of its own has none."""
    return not (cell.text or cell.targets or cell.same_as)
