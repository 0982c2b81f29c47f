"""A matrix of the manifest: its repos, and the table that shows them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cardgen.manifest import schema
from cardgen.manifest.document import Document, Path
from cardgen.model import Cell, Heading, Repo, Row, Table, Target
from cardgen.suggest import did_you_mean

LABEL = "🤗"
"""What a cell's link says, as cards on the Hub commonly do; the repo's id is the link's title."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

MakeRepo = Callable[[str, str, tuple[schema.CardData, ...], Path], Repo]
"""Makes a model's repo of its id, its name, its card data (general to special) and its place in the manifest."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A column with a key: its groups from the outside in, itself last, and where it stands."""

    columns: tuple[schema.Column, ...]
    path: Path

    @property
    def key(self) -> str:
        return self.columns[-1].key or ""

    @property
    def name(self) -> str:
        return ", ".join(_name(column) for column in self.columns)


@dataclass(frozen=True, slots=True)
class Matrix:
    """A matrix with its repos worked out; a cell without a repo is None."""

    shape: schema.Matrix
    repos: tuple[tuple[Repo | None, ...], ...]

    def table(self, block: str) -> Table:
        rows = zip(self.shape.rows, self.repos, strict=True)
        return Table(
            name=block,
            title=self.shape.title,
            head=head(self.shape.columns, self.shape.corner or ""),
            rows=tuple(Row((Cell(row.name or row.key), *map(_cell, repos))) for row, repos in rows),
        )


def read(document: Document, path: Path, shape: schema.Matrix, make_repo: MakeRepo) -> Matrix:
    """The matrix at `path`; what is wrong with its keys, its pattern and its cells goes to the document's mistakes."""
    leaves = tuple(_leaves(shape.columns, (), (*path, "columns")))
    _check_columns(document, leaves, (*path, "columns"), shape.columns)
    rows = [((*path, "rows", index), row.key) for index, row in enumerate(shape.rows)]
    _check_keys(document, rows, "rows")
    _check_keys(document, [(leaf.path, leaf.key) for leaf in leaves], "columns")
    readable = _check_pattern(document, (*path, "repo"), shape, len(leaves))
    _check_cells(document, (*path, "cells"), shape, {leaf.key for leaf in leaves})

    def repo(index: int, row: schema.Row, leaf: Leaf) -> Repo | None:
        cells = shape.cells.get(row.key, {})
        cell = cells.get(leaf.key, schema.Cell())
        place: Path = (*path, "rows", index)
        if leaf.key in cells:
            place = (*path, "cells", row.key, leaf.key)
        if cell is None or not (readable and row.key and leaf.key):
            return None
        data = (row.card_data, *(column.card_data for column in leaf.columns), cell.card_data)
        name = cell.name or f"{row.name or row.key}, {leaf.name}"
        return make_repo(cell.repo or fill(shape.repo, row.key, leaf.key), name, data, place)

    return Matrix(shape, tuple(tuple(repo(i, row, leaf) for leaf in leaves) for i, row in enumerate(shape.rows)))


def fill(pattern: str, row: str, column: str) -> str:
    """The repo of a cell, out of the pattern: one pass, so that a key with braces stays as it is."""
    values = {"row": row, "column": column}
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), pattern)


def head(columns: tuple[schema.Column, ...], corner: str) -> tuple[tuple[Heading, ...], ...]:
    """The rows of headings: a group spans its columns, a column reaches down to the body."""
    depth = max((_depth(column) for column in columns), default=1)
    levels: list[list[Heading]] = [[] for _ in range(depth)]
    levels[0].append(Heading(corner, rowspan=depth))
    for column in columns:
        _add_headings(levels, column, 0)
    return tuple(tuple(level) for level in levels)


def _add_headings(levels: list[list[Heading]], column: schema.Column, level: int) -> None:
    if column.columns:
        levels[level].append(Heading(_name(column), colspan=_width(column)))
        for inner in column.columns:
            _add_headings(levels, inner, level + 1)
    else:
        levels[level].append(Heading(_name(column), rowspan=len(levels) - level))


def _depth(column: schema.Column) -> int:
    return 1 + max((_depth(inner) for inner in column.columns), default=0)


def _width(column: schema.Column) -> int:
    return sum(_width(inner) for inner in column.columns) or 1


def _name(column: schema.Column) -> str:
    return column.name or column.key or ""


def _cell(repo: Repo | None) -> Cell:
    if repo is None:
        return Cell()
    return Cell(targets=(Target(LABEL, repo.url, repo.repo_id, repo.key),), place_of=(repo.key,))


def _leaves(columns: tuple[schema.Column, ...], outer: tuple[schema.Column, ...], path: Path) -> Iterator[Leaf]:
    for index, column in enumerate(columns):
        if column.columns:
            yield from _leaves(column.columns, (*outer, column), (*path, index, "columns"))
        else:
            yield Leaf((*outer, column), (*path, index))


def _check_columns(
    document: Document, leaves: tuple[Leaf, ...], path: Path, columns: tuple[schema.Column, ...]
) -> None:
    for leaf in leaves:
        if not leaf.key:
            document.complain_at(leaf.path, "a column needs a key, a group of columns needs columns")
    for index, column in enumerate(columns):
        if column.columns:
            if column.key:
                document.complain_at((*path, index, "key"), "a group of columns has no key: its columns have")
            if not column.name:
                document.complain_at((*path, index), "a group of columns needs a name")
            _check_columns(document, (), (*path, index, "columns"), column.columns)


def _check_keys(document: Document, keys: list[tuple[Path, str]], what: str) -> None:
    count: Counter[str] = Counter()
    for path, key in keys:
        count[key] += 1
        if key and count[key] > 1:
            document.complain_at((*path, "key"), f"two {what} have the key {key!r}")


def _check_pattern(document: Document, path: Path, shape: schema.Matrix, width: int) -> bool:
    """Whether the pattern gives every cell a repo of its own."""
    names = set(_PLACEHOLDER.findall(shape.repo))
    wrong = [f"the pattern knows {{row}} and {{column}}, not {{{name}}}" for name in sorted(names - {"row", "column"})]
    for name, count in (("row", len(shape.rows)), ("column", width)):
        if not wrong and name not in names and count > 1:
            wrong.append(f"the pattern has no {{{name}}}, so that {count} {name}s would share a repo")
    if wrong:
        document.complain_at(path, "; ".join(wrong))
    return bool(shape.repo) and not wrong


def _check_cells(document: Document, path: Path, shape: schema.Matrix, columns: set[str]) -> None:
    rows = {row.key for row in shape.rows}
    for row, cells in shape.cells.items():
        if row not in rows:
            document.complain_at_key((*path, row), f"there is no row {row!r}{did_you_mean(row, rows)}")
        for column in cells:
            if column not in columns:
                hint = did_you_mean(column, columns)
                document.complain_at_key((*path, row, column), f"there is no column {column!r}{hint}")
