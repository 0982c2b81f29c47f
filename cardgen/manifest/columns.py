"""The columns of a table: a tree of groups, its leaves, and the headings that they make."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from cardgen.facts import words
from cardgen.manifest import schema
from cardgen.manifest.document import Document, Path
from cardgen.model import GROUPS, Heading

_WHAT = {
    "columns": "a column is a key, a value, a fact, a link or a group of columns",
    "benchmarks": "a benchmark has a key, a group has benchmarks",
}
KINDS = ("key", "value", "fact", "link", "columns")


class Leaf(Struct, frozen=True, dict=True):
    """A column that is no group: its groups from the outside in, itself last, and where it stands."""

    columns: tuple[schema.Column, ...]
    path: Path

    @property
    def shape(self) -> schema.Column:
        return self.columns[-1]

    @property
    def key(self) -> str:
        return self.shape.key or ""

    @cached_property
    def name(self) -> str:
        """What to call it in a text."""
        return ", ".join(filter(None, map(name, self.columns)))

    @property
    def heading(self) -> str:
        """What is over its cells, in one line."""
        return GROUPS.join(filter(None, map(name, self.columns)))

    @cached_property
    def pattern(self) -> str:
        """The pattern of its repos that is given nearest to it, if any."""
        return next((column.repo for column in reversed(self.columns) if column.repo), "")

    @property
    def paths(self) -> tuple[Path, ...]:
        """Where each of its columns stands."""
        end = len(self.path)
        return tuple(self.path[: end - 2 * outer] for outer in reversed(range(len(self.columns))))


def leaves(columns: tuple[schema.Column, ...], path: Path, outer: tuple[schema.Column, ...] = ()) -> Iterator[Leaf]:
    """The columns that are no groups, from left to right."""
    for index, column in enumerate(columns):
        if column.columns:
            yield from leaves(column.columns, (*path, index, "columns"), (*outer, column))
        else:
            yield Leaf((*outer, column), (*path, index))


def check(document: Document, columns: tuple[schema.Column, ...], path: Path, group: str = "columns") -> None:
    """Note every column that is not exactly one of a key, a value, a fact, a link or a group with a name.

    `group` is the manifest's word for the columns of a group. What a column says of repos needs some.
    """
    for index, column in enumerate(columns):
        given = [kind for kind in KINDS if getattr(column, kind) not in (None, ())]
        if len(given) != 1:
            has = f"this one has {' and '.join(given)}" if given else "this one has none of them"
            document.complain_at((*path, index), f"{_WHAT[group]}; {has}")
        if column.columns and not column.name:
            document.complain_at((*path, index, "name"), f"a group of {group} needs a name")
        idle = [each for each in ("repo", "text", "card_data") if getattr(column, each)]
        if idle and not _has_key(column):
            message = f"without a key, a column has no repos of its own: {' and '.join(idle)} would be on no card"
            document.complain_at((*path, index, idle[0]), message)
        check(document, column.columns, (*path, index, group), group)


def head(columns: tuple[schema.Column, ...], corner: str) -> tuple[tuple[Heading, ...], ...]:
    """The rows of headings: a group spans its columns, a column reaches down to the body."""
    depth = max((_depth(column) for column in columns), default=1)
    levels: list[list[Heading]] = [[] for _ in range(depth)]
    levels[0].append(Heading(corner, rowspan=depth))
    for column in columns:
        _add_headings(levels, column, 0)
    return tuple(tuple(level) for level in levels)


def name(column: schema.Column) -> str:
    fact = words.NAMES[column.fact] if column.fact else ""
    return column.name or column.key or column.value or fact


def _has_key(column: schema.Column) -> bool:
    return bool(column.key) or any(map(_has_key, column.columns))


def _add_headings(levels: list[list[Heading]], column: schema.Column, level: int) -> None:
    if column.columns:
        levels[level].append(Heading(name(column), colspan=_width(column)))
        for inner in column.columns:
            _add_headings(levels, inner, level + 1)
    else:
        levels[level].append(Heading(name(column), rowspan=len(levels) - level))


def _depth(column: schema.Column) -> int:
    return 1 + max((_depth(inner) for inner in column.columns), default=0)


def _width(column: schema.Column) -> int:
    return sum(map(_width, column.columns)) or 1
