"""Collections and their items. Items have positions of their own, with gaps, as on the Hub."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from cardgen.localhub.database import Database

SCHEMA = """
CREATE TABLE IF NOT EXISTS collection (
    id TEXT PRIMARY KEY, namespace TEXT NOT NULL, title TEXT NOT NULL, description TEXT NOT NULL,
    private INTEGER NOT NULL, theme TEXT NOT NULL, position INTEGER NOT NULL, updated_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS collection_of ON collection (namespace, position);
CREATE TABLE IF NOT EXISTS item (
    id TEXT PRIMARY KEY, collection TEXT NOT NULL, kind TEXT NOT NULL, item_id TEXT NOT NULL, note TEXT NOT NULL,
    position INTEGER NOT NULL, UNIQUE (collection, kind, item_id)
);
CREATE INDEX IF NOT EXISTS item_of ON item (kind, item_id);
"""
_COLUMNS = "id, namespace, title, description, private, theme, position, updated_at"
_ID = re.compile(r"(?:.*-)?([0-9a-f]{24})")
DEFAULT_THEME = "indigo"


@dataclass(frozen=True, slots=True)
class Item:
    """A member of a collection: `kind` is model, dataset, space, paper or collection."""

    id: str
    kind: str
    item_id: str
    note: str
    position: int


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection, without its items."""

    id: str
    namespace: str
    title: str
    description: str
    private: bool
    theme: str
    position: int
    updated_at: float

    @property
    def slug(self) -> str:
        """Its address: the words change with the title, the id at the end does not."""
        words = slug_words(self.title)
        return f"{self.namespace}/{words}-{self.id}" if words else f"{self.namespace}/{self.id}"


def slug_words(title: str) -> str:
    """`CodeI/O` becomes `codei-o`."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


class Collections:
    """The collections of all namespaces."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.script(SCHEMA)

    def create(self, namespace: str, title: str, description: str, *, private: bool) -> tuple[Collection, bool]:
        """A new collection, the last of its namespace; or the one that has the title already, and False."""
        with self._database.transaction():
            found = [each for each in self.of_namespace(namespace) if each.title == title]
            if found:
                return found[0], False
            return self._new(secrets.token_hex(12), namespace, title, description, private=private), True

    def stand_in(self, namespace: str, collection_id: str, title: str) -> None:
        """Let there be a collection of this id, as there is one elsewhere; an empty one, if it is new here."""
        with self._database.transaction():
            if not self.of_id(collection_id):
                self._new(collection_id, namespace, title, "", private=False)

    def get(self, namespace: str, slug: str) -> Collection | None:
        """The collection of an address: by the id at its end, whatever the words before it; or by the words alone."""
        if named := _ID.fullmatch(slug):
            found_by_id = self.of_id(named[1])
            return found_by_id if found_by_id and found_by_id.namespace == namespace else None
        found = [each for each in self.of_namespace(namespace) if slug_words(each.title) == slug]
        return found[0] if found else None

    def of_id(self, collection_id: str) -> Collection | None:
        """The collection of an id."""
        rows = self._ask("WHERE id = ?", collection_id)
        return rows[0] if rows else None

    def of_namespace(self, namespace: str) -> list[Collection]:
        """The collections of a namespace, in the order that it gave them."""
        return self._ask("WHERE namespace = ? ORDER BY position", namespace)

    def all(self) -> list[Collection]:
        """Every collection, the last changed one first."""
        return self._ask("ORDER BY updated_at DESC, id")

    def change(self, changed: Collection) -> Collection:
        """Keep what was changed of a collection; it makes room where its position is taken. As it is now."""
        with self._database.transaction():
            self._shift("collection", "namespace", changed.namespace, changed.position, changed.id)
            self._put(changed)
            self._touch(changed.id)
            return self._ask("WHERE id = ?", changed.id)[0]

    def delete(self, collection: Collection) -> None:
        """Remove a collection and its items."""
        with self._database.transaction():
            self._database.ask("DELETE FROM item WHERE collection = ?", collection.id)
            self._database.ask("DELETE FROM item WHERE kind = 'collection' AND item_id = ?", collection.id)
            self._database.ask("DELETE FROM collection WHERE id = ?", collection.id)

    def items(self, collection: Collection) -> list[Item]:
        """The items of a collection, in their order."""
        statement = "SELECT id, kind, item_id, note, position FROM item WHERE collection = ? ORDER BY position, rowid"
        return [Item(*row) for row in self._database.ask(statement, collection.id)]

    def having(self, kind: str, item_id: str) -> set[str]:
        """The ids of the collections that have an item."""
        rows = self._database.ask("SELECT collection FROM item WHERE kind = ? AND item_id = ?", kind, item_id)
        return {str(row[0]) for row in rows}

    def add_item(self, collection: Collection, kind: str, item_id: str, note: str) -> bool:
        """Add an item at the end; whether it was not there yet."""
        with self._database.transaction():
            if collection.id in self.having(kind, item_id):
                return False
            last = self._number("SELECT max(position) FROM item WHERE collection = ?", collection.id)
            row = (secrets.token_hex(12), collection.id, kind, item_id, note, last + 1)
            self._database.ask("INSERT INTO item VALUES (?, ?, ?, ?, ?, ?)", *row)
            self._touch(collection.id)
            return True

    def change_items(self, collection: Collection, items: Iterable[Item]) -> None:
        """Keep what was changed of items. One that takes a position moves those from there on by one."""
        with self._database.transaction():
            for item in sorted(items, key=lambda item: item.position):
                self._shift("item", "collection", collection.id, item.position, item.id)
                statement = "UPDATE item SET note = ?, position = ? WHERE id = ?"
                self._database.ask(statement, item.note, item.position, item.id)
            self._touch(collection.id)

    def delete_item(self, collection: Collection, item_id: str) -> bool:
        """Remove an item by its own id; whether it was there."""
        with self._database.transaction():
            there = any(item.id == item_id for item in self.items(collection))
            self._database.ask("DELETE FROM item WHERE collection = ? AND id = ?", collection.id, item_id)
            self._touch(collection.id)
            return there

    def _ask(self, rest: str, *values: object) -> list[Collection]:
        rows = self._database.ask(f"SELECT {_COLUMNS} FROM collection {rest}", *values)
        return [replace(Collection(*row), private=bool(row[4])) for row in rows]

    def _number(self, statement: str, *values: object) -> int:
        found: Any = self._database.ask(statement, *values)[0][0]
        return -1 if found is None else int(found)

    def _shift(self, table: str, column: str, value: str, position: int, but: str) -> None:
        """Make room at a position, if somebody is there."""
        where = f"{column} = ? AND id != ? AND position"
        if self._database.ask(f"SELECT 1 FROM {table} WHERE {where} = ?", value, but, position):
            self._database.ask(f"UPDATE {table} SET position = position + 1 WHERE {where} >= ?", value, but, position)

    def _new(self, collection_id: str, namespace: str, title: str, description: str, *, private: bool) -> Collection:
        position = self._number("SELECT max(position) FROM collection WHERE namespace = ?", namespace)
        new = Collection(
            collection_id, namespace, title, description, private, DEFAULT_THEME, position + 1, time.time()
        )
        self._put(new)
        return new

    def _put(self, row: Collection) -> None:
        values = (row.namespace, row.title, row.description, row.private, row.theme, row.position, row.updated_at)
        self._database.ask("INSERT OR REPLACE INTO collection VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row.id, *values)

    def _touch(self, collection_id: str) -> None:
        self._database.ask("UPDATE collection SET updated_at = ? WHERE id = ?", time.time(), collection_id)
