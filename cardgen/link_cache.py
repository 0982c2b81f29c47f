"""Edge: what link checks remember, as a SQLite file.

Every verdict is written at once (in SQLite's write-ahead log), so that a run that is killed loses nothing that it
was told, and two runs can share the file. A file that is damaged is told, and begun anew.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, Final, get_args

from cardgen.links.memory import DAY, Entry
from cardgen.links.verdict import Evidence, Status, Verdict

FILE: Final = Path(".cardgen/links.sqlite3")
"""Where it lies, from the folder that cardgen is run in."""

KEPT: Final = 90 * DAY
"""Links that nobody asked for in this many seconds are forgotten."""

FORM: Final = 1
"""The form of the tables (SQLite's `user_version`); a file of another form is begun anew."""

_TABLE = """CREATE TABLE IF NOT EXISTS links (
    scope TEXT NOT NULL, url TEXT NOT NULL, status TEXT NOT NULL, code INTEGER, message TEXT NOT NULL, location TEXT,
    final TEXT NOT NULL, etag TEXT NOT NULL, modified TEXT NOT NULL, asked REAL NOT NULL, good REAL, since REAL,
    PRIMARY KEY (scope, url)
) WITHOUT ROWID"""
_RECALL = (
    "SELECT url, status, code, message, location, final, etag, modified, asked, good, since FROM links"
    " WHERE scope = ? AND url IN (SELECT value FROM json_each(?))"
)
_KEEP = "INSERT OR REPLACE INTO links VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_STATUSES = frozenset(get_args(Status))
_AT_ONCE = 1_000
_PATIENCE = 5.0


class LinkCache:
    """A `Past` in a file. What goes wrong with the file is told once, and the run goes on without it.

    `scope` tells apart what the same link may mean to different runs: another hub, private addresses allowed.
    """

    def __init__(self, path: Path, scope: str, tell: Callable[[str], None], now: float) -> None:
        self._path = path
        self._scope = scope
        self._tell = tell
        self._now = now
        self._file: sqlite3.Connection | None = None
        self._guarded(self._open)

    def recall(self, urls: Iterable[str]) -> Mapping[str, Entry]:
        found: dict[str, Entry] = {}
        self._guarded(lambda: found.update(self._read(urls)))
        return found

    def keep(self, url: str, entry: Entry) -> None:
        self._guarded(lambda: self._write(url, entry))

    def close(self) -> None:
        if self._file:
            with suppress(sqlite3.Error):
                self._file.close()
            self._file = None

    def _guarded(self, step: Callable[[], object]) -> None:
        """Take a step; if the file is damaged, it is begun anew, and the step is taken again."""
        try:
            step()
        except sqlite3.OperationalError as error:
            self._give_up(str(error))
        except sqlite3.DatabaseError:
            self._remove()
            with suppress(sqlite3.Error, OSError):
                self._open()
                step()
        except OSError as error:
            self._give_up(error.strerror or str(error))

    def _open(self) -> None:
        self.close()
        _make_folder(self._path.parent)
        self._file = file = sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("PRAGMA synchronous = NORMAL")
        if file.execute("PRAGMA user_version").fetchone()[0] != FORM:
            file.execute("DROP TABLE IF EXISTS links")
            file.execute(f"PRAGMA user_version = {FORM}")
        file.execute(_TABLE)
        if file.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("damaged")
        file.execute("DELETE FROM links WHERE asked < ?", (self._now - KEPT,))

    def _remove(self) -> None:
        self.close()
        self._tell(f"{self._path}: what was remembered of links is damaged, and is begun anew")
        for ending in ("", "-wal", "-shm", "-journal"):
            with suppress(OSError):
                self._path.with_name(self._path.name + ending).unlink()

    def _give_up(self, reason: str) -> None:
        self.close()
        self._tell(f"{self._path}: nothing is remembered of links: {reason}")

    def _read(self, urls: Iterable[str]) -> Iterator[tuple[str, Entry]]:
        if (file := self._file) is None:
            return
        for some in _portions(urls):
            for row in file.execute(_RECALL, (self._scope, json.dumps(some))):
                if row[1] in _STATUSES:
                    yield row[0], _entry(row[1:])

    def _write(self, url: str, entry: Entry) -> None:
        if self._file:
            self._file.execute(_KEEP, _row(self._scope, url, entry))


def _make_folder(folder: Path) -> None:
    """A folder that git passes over by itself, in whatever repository it is made."""
    folder.mkdir(parents=True, exist_ok=True)
    ignored = folder / ".gitignore"
    if not ignored.exists():
        ignored.write_text("*\n", encoding="utf-8")


def _portions(urls: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(urls)
    while some := list(islice(rest, _AT_ONCE)):
        yield some


def _row(scope: str, url: str, entry: Entry) -> tuple[Any, ...]:
    verdict, evidence = entry.verdict, entry.verdict.evidence or Evidence("")
    return (
        *(scope, url, verdict.status, verdict.code, verdict.message, verdict.location),
        *(evidence.url, evidence.etag, evidence.modified, entry.asked, entry.good, entry.since),
    )


def _entry(row: tuple[Any, ...]) -> Entry:
    status, code, message, location, final, etag, modified, asked, good, since = row
    evidence = Evidence(final, etag, modified, at=asked) if final else None
    return Entry(Verdict(status, code, message, location, evidence), asked, good, since)
