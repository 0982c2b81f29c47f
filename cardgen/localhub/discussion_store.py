"""Discussions and pull requests, as far as they are not in git: titles, states, comments."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cardgen.localhub.database import Database
from cardgen.localhub.names import RepoName

SCHEMA = """
CREATE TABLE IF NOT EXISTS discussion (
    kind TEXT NOT NULL, repo_id TEXT NOT NULL, num INTEGER NOT NULL, title TEXT NOT NULL, status TEXT NOT NULL,
    author TEXT NOT NULL, created_at REAL NOT NULL, base TEXT, base_commit TEXT, merge_commit TEXT,
    PRIMARY KEY (kind, repo_id, num)
);
CREATE TABLE IF NOT EXISTS event (
    kind TEXT NOT NULL, repo_id TEXT NOT NULL, num INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,
    author TEXT NOT NULL, created_at REAL NOT NULL, data TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS event_of ON event (kind, repo_id, num);
"""

Status = Literal["draft", "open", "closed", "merged"]
_CLOSED = "('closed', 'merged')"
_COLUMNS = "num, title, status, author, created_at, base, base_commit, merge_commit"
_OF = "kind = ? AND repo_id = ? AND num = ?"


@dataclass(frozen=True, slots=True)
class Base:
    """Where a pull request starts: the ref of the branch that it is for, and a commit."""

    ref: str
    commit: str


@dataclass(frozen=True, slots=True)
class Discussion:
    """A discussion, or with a `base` a pull request."""

    num: int
    title: str
    status: Status
    author: str
    created_at: float
    base: Base | None
    merge_commit: str | None

    @property
    def ref(self) -> str:
        """Where a pull request's commits are."""
        return f"refs/pr/{self.num}"

    @property
    def is_open(self) -> bool:
        return self.status in {"draft", "open"}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a discussion; `data` is as the Hub answers it."""

    id: str
    type: str
    author: str
    created_at: float
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which discussions of a repo are asked for; None: of any kind, status, author."""

    pull_requests: bool | None = None
    open: bool | None = None
    author: str | None = None

    def where(self) -> tuple[str, tuple[object, ...]]:
        """The same in SQL, with its values."""
        terms = ["kind = ? AND repo_id = ?"]
        if self.pull_requests is not None:
            terms.append("base IS NOT NULL" if self.pull_requests else "base IS NULL")
        if self.open is not None:
            terms.append(f"status {'NOT IN' if self.open else 'IN'} {_CLOSED}")
        if self.author is not None:
            terms.append("author = ?")
        return " AND ".join(terms), () if self.author is None else (self.author,)


class Discussions:
    """The discussions of all repos."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.script(SCHEMA)

    def next_num(self, name: RepoName) -> int:
        """The number of the discussion that would be opened now: pull requests and others share one count."""
        rows = self._database.ask("SELECT max(num) FROM discussion WHERE kind = ? AND repo_id = ?", *_key(name))
        return int(rows[0][0] or 0) + 1

    def open(self, name: RepoName, opened: Discussion, text: str) -> None:
        """Enter a discussion with its first comment. The caller holds the repo's lock since `next_num`."""
        base = (opened.base.ref, opened.base.commit) if opened.base else (None, None)
        row = (*_key(name), opened.num, opened.title, opened.status, opened.author, opened.created_at, *base, None)
        with self._database.transaction():
            self._database.ask("INSERT INTO discussion VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *row)
            self._add(name, opened.num, comment(opened.author, text, opened.created_at))

    def get(self, name: RepoName, num: int) -> Discussion | None:
        """One discussion, if there is such a number."""
        rows = self._database.ask(f"SELECT {_COLUMNS} FROM discussion WHERE {_OF}", *_key(name), num)
        return _discussion(rows[0]) if rows else None

    def list(self, name: RepoName, wanted: Wanted, start: int, limit: int) -> list[Discussion]:
        """Up to `limit` discussions, the newest first, without the first `start`."""
        where, values = wanted.where()
        statement = f"SELECT {_COLUMNS} FROM discussion WHERE {where} ORDER BY num DESC LIMIT ? OFFSET ?"
        return [_discussion(row) for row in self._database.ask(statement, *_key(name), *values, limit, start)]

    def count(self, name: RepoName, wanted: Wanted) -> int:
        """How many there are of them."""
        where, values = wanted.where()
        statement = f"SELECT count(*) FROM discussion WHERE {where}"
        return int(self._database.ask(statement, *_key(name), *values)[0][0])

    def events(self, name: RepoName, num: int) -> tuple[Event, ...]:
        """What happened in a discussion, in its order; commits are in git."""
        statement = f"SELECT id, type, author, created_at, data FROM event WHERE {_OF} ORDER BY rowid"
        rows = self._database.ask(statement, *_key(name), num)
        return tuple(Event(row[0], row[1], row[2], row[3], json.loads(row[4])) for row in rows)

    def comments(self, name: RepoName, num: int) -> int:
        """How many comments a discussion has."""
        statement = f"SELECT count(*) FROM event WHERE {_OF} AND type = 'comment'"
        return int(self._database.ask(statement, *_key(name), num)[0][0])

    def add_event(self, name: RepoName, num: int, event: Event) -> None:
        """Enter something that happened."""
        with self._database.transaction():
            self._add(name, num, event)

    def set_title(self, name: RepoName, num: int, title: str, event: Event) -> None:
        """Give a discussion another title, which `event` says."""
        with self._database.transaction():
            self._database.ask(f"UPDATE discussion SET title = ? WHERE {_OF}", title, *_key(name), num)
            self._add(name, num, event)

    def set_status(
        self, name: RepoName, num: int, status: Status, events: tuple[Event, ...], merge_commit: str | None = None
    ) -> None:
        """Open, close or merge a discussion, which `events` say."""
        statement = f"UPDATE discussion SET status = ?, merge_commit = ? WHERE {_OF}"
        with self._database.transaction():
            self._database.ask(statement, status, merge_commit, *_key(name), num)
            for event in events:
                self._add(name, num, event)

    def _add(self, name: RepoName, num: int, event: Event) -> None:
        row = (*_key(name), num, event.id, event.type, event.author, event.created_at, json.dumps(event.data))
        self._database.ask("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *row)


def new_event(kind: str, author: str, data: Mapping[str, Any], at: float | None = None) -> Event:
    """Something that happens now."""
    return Event(secrets.token_hex(12), kind, author, time.time() if at is None else at, data)


def comment(author: str, text: str, at: float | None = None) -> Event:
    """A comment; what its data says of edits is for the day when there are some."""
    return new_event("comment", author, {"edited": False, "hidden": False, "raw": text}, at)


def _key(name: RepoName) -> tuple[str, str]:
    return name.kind, name.repo_id


def _discussion(row: tuple[Any, ...]) -> Discussion:
    num, title, status, author, created_at, base, base_commit, merge_commit = row
    return Discussion(num, title, status, author, created_at, Base(base, base_commit) if base else None, merge_commit)
