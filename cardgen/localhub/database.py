"""One SQLite file, for its owner alone: safe from several threads, whole after the process was killed."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FILE_NAME = "hub.sqlite3"


class Database:
    """The file under a root. Made with OSError or sqlite3.Error where it cannot be used."""

    def __init__(self, root: Path) -> None:
        path = root / FILE_NAME
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def script(self, statements: str) -> None:
        """Run several statements, none of which has values."""
        with self._lock:
            self._connection.executescript(statements)

    def ask(self, statement: str, *values: object) -> list[Any]:
        """The rows that a statement answers with."""
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is asked inside happens all or not at all, and nobody else's statement comes between."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
