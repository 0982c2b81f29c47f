"""A matrix of the manifest: its repos, and the table that shows them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cardgen.manifest import schema
from cardgen.manifest.document import Document, Path
from cardgen.manifest.messages import short
from cardgen.model import Cell, Heading, Repo, Row, Table, Target
from cardgen.suggest import did_you_mean

LABEL = "🤗"
"""What a cell's link says, as cards on the Hub commonly do; the repo's id is the link's title."""

MAX_CELLS = 20_000
"""Cells of one matrix: every card shows all of them, so that the work grows with their square."""

NO_PART_OF_A_NAME = "cannot be part of a repo's name, which has only letters, digits, '-', '_' and '.'"

_UNFIT = re.compile(r"[^A-Za-z0-9._-]")
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
    rows = [((*path, "rows", index), row.key) for index, row in enumerate(shape.rows)]
    columns = [(leaf.path, leaf.key) for leaf in leaves]
    _check_columns(document, leaves, (*path, "columns"), shape.columns)
    usable = _usable(document, rows, "rows") | _usable(document, columns, "columns")
    readable = _check_pattern(document, (*path, "repo"), shape, len(leaves))
    _check_cells(document, (*path, "cells"), shape, {leaf.key for leaf in leaves})
    if len(rows) * len(leaves) > MAX_CELLS:
        document.complain_at(path, f"the matrix has {len(rows) * len(leaves):,} cells; {MAX_CELLS:,} are the most")
        readable = False

    def repo(place: Path, row: schema.Row, leaf: Leaf) -> Repo | None:
        cells = shape.cells.get(row.key, {})
        cell = cells.get(leaf.key, schema.Cell())
        if cell is None or not readable or not {place, leaf.path} <= usable:
            return None
        keys = {"row": (place, row.key), "column": (leaf.path, leaf.key)}
        if not cell.repo and not _keys_fit(document, shape.repo, keys):
            return None
        data = (row.card_data, *(column.card_data for column in leaf.columns), cell.card_data)
        name = cell.name or f"{row.name or row.key}, {leaf.name}"
        origin: Path = (*path, "cells", row.key, leaf.key) if leaf.key in cells else place
        return make_repo(cell.repo or fill(shape.repo, row.key, leaf.key), name, data, origin)

    places = zip(rows, shape.rows, strict=True)
    return Matrix(shape, tuple(tuple(repo(place, row, leaf) for leaf in leaves) for (place, _), row in places))


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
            document.complain_at((*leaf.path, "key"), "a column needs a key, a group of columns needs columns")
    for index, column in enumerate(columns):
        if column.columns:
            if column.key:
                document.complain_at((*path, index, "key"), "a group of columns has no key: its columns have")
            if not column.name:
                document.complain_at((*path, index, "name"), "a group of columns needs a name")
            _check_columns(document, (), (*path, index, "columns"), column.columns)


def _usable(document: Document, keys: list[tuple[Path, str]], what: str) -> set[Path]:
    """Where the keys stand that are given and that no other has before them; complains of the second of two."""
    first: dict[str, Path] = {}
    for path, key in keys:
        if key and first.setdefault(key, path) != path:
            document.complain_at((*path, "key"), f"two {what} have the key {short(key)}")
    return {path for key, path in first.items() if key}


def _keys_fit(document: Document, pattern: str, keys: Mapping[str, tuple[Path, str]]) -> bool:
    """Whether the keys that the pattern asks for can be part of a repo's name."""
    unfit = [each for name, each in keys.items() if f"{{{name}}}" in pattern and _UNFIT.search(each[1])]
    for path, key in unfit:
        document.complain_at((*path, "key"), f"the key {short(key)} {NO_PART_OF_A_NAME}")
    return not unfit


def _check_pattern(document: Document, path: Path, shape: schema.Matrix, width: int) -> bool:
    """Whether the pattern gives every cell a repo of its own."""
    names = set(_PLACEHOLDER.findall(shape.repo))
    wrong = [f"the pattern knows {{row}} and {{column}}, not {{{name}}}" for name in sorted(names - {"row", "column"})]
    if _UNFIT.search(_PLACEHOLDER.sub("", shape.repo).replace("/", "", 1)):
        wrong.append(f"the pattern {NO_PART_OF_A_NAME}")
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
            document.complain_at_key((*path, row), f"there is no row {short(row)}{did_you_mean(row, rows)}")
        for column in cells:
            if column not in columns:
                hint = did_you_mean(column, columns)
                document.complain_at_key((*path, row, column), f"there is no column {short(column)}{hint}")
