"""A published table on its way into the manifest: what the manifest says of it, as plain values to be written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cardgen.model import RepoKey, RepoType

Written = dict[str, Any]
"""A mapping of the manifest: text, numbers, booleans, lists and mappings of them."""

Place = tuple[int, int | None]
"""A row and a column of a table; None is the row itself."""


@dataclass(slots=True)
class Leaf:
    """A column that is no group: what the manifest says of it and of its groups, from the outside in."""

    written: Written
    groups: tuple[Written, ...] = ()
    label: str = ""

    @property
    def key(self) -> str:
        return str(self.written.get("key", ""))

    @property
    def name(self) -> str:
        """What messages and references call it: its groups' names and its own."""
        return ", ".join(filter(None, (*(str(group.get("name", "")) for group in self.groups), self.label)))


@dataclass(slots=True)
class Shaped:
    """A table of the manifest, and where its repos are. `leaves` are its columns but for the rows' names.

    `formats` says of a repo which other one it is a format of, and which of the table's formats.
    """

    repo_type: RepoType
    rows: list[Written]
    leaves: list[Leaf]
    columns: list[Written]
    options: Written = field(default_factory=dict)
    cells: dict[str, dict[str, Written | None]] = field(default_factory=dict)
    places: dict[RepoKey, Place] = field(default_factory=dict)
    formats: dict[RepoKey, tuple[RepoKey, int]] = field(default_factory=dict)

    def exception(self, row: int, column: int) -> Written:
        """What the manifest says of one cell alone; made when it is asked for."""
        row_key, key = str(self.rows[row].get("key", "")), self.leaves[column].key
        cell = self.cells.setdefault(row_key, {}).setdefault(key, {})
        if cell is None:
            cell = self.cells[row_key][key] = {}
        return cell

    def repos(self) -> Iterator[RepoKey]:
        yield from self.places
        yield from self.formats
