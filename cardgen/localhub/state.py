"""What a hub remembers beside git: tokens, and the settings of repos. One SQLite file, for its owner alone."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

from cardgen.localhub.access import Token
from cardgen.localhub.names import RepoName

FILE_NAME = "hub.sqlite3"
LOCAL_USER = "local"

_SCHEMA = """
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS token (
    value TEXT PRIMARY KEY, user TEXT NOT NULL, role TEXT NOT NULL, namespaces TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS repo (
    kind TEXT NOT NULL, repo_id TEXT NOT NULL, private INTEGER NOT NULL, created_at REAL NOT NULL,
    PRIMARY KEY (kind, repo_id)
);
"""


class State:
    """The state of one root. Safe to use from several threads; a killed process leaves it whole.

    Made with OSError or sqlite3.Error where the file cannot be used.
    """

    def __init__(self, root: Path) -> None:
        path = root / FILE_NAME
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        try:
            self._database.executescript(_SCHEMA)
        except sqlite3.Error:
            self._database.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._database.close()

    def local_token(self) -> str:
        """The write token of the local user, who owns every namespace: made once, then always the same."""
        rows = self._ask("SELECT value FROM token WHERE user = ? AND role = 'write'", LOCAL_USER)
        if rows:
            return str(rows[0][0])
        token = Token.new(LOCAL_USER, "write")
        self.add_token(token)
        return token.value

    def add_token(self, token: Token) -> None:
        """Accept a token from now on."""
        row = (token.value, token.user, token.role, json.dumps(token.namespaces))
        self._ask("INSERT INTO token VALUES (?, ?, ?, ?)", *row)

    def token(self, value: str) -> Token | None:
        """The token of this value, if it was ever given out."""
        rows = self._ask("SELECT user, role, namespaces FROM token WHERE value = ?", value)
        if not rows:
            return None
        user, role, namespaces = rows[0]
        reach = json.loads(namespaces)
        return Token(value, user, role, None if reach is None else tuple(reach))

    def remember_repo(self, name: RepoName, *, private: bool) -> None:
        """Keep the settings of a repo that was just made."""
        row = (name.kind, name.repo_id, private, time.time())
        self._ask("INSERT OR REPLACE INTO repo VALUES (?, ?, ?, ?)", *row)

    def forget_repo(self, name: RepoName) -> None:
        """Drop the settings of a repo."""
        self._ask("DELETE FROM repo WHERE kind = ? AND repo_id = ?", name.kind, name.repo_id)

    def is_private(self, name: RepoName) -> bool:
        """Whether only members of the namespace see the repo."""
        rows = self._ask("SELECT private FROM repo WHERE kind = ? AND repo_id = ?", name.kind, name.repo_id)
        return bool(rows and rows[0][0])

    def created_at(self, name: RepoName) -> float | None:
        """When the repo was made, in seconds since the epoch; None for one that came in by git alone."""
        rows = self._ask("SELECT created_at FROM repo WHERE kind = ? AND repo_id = ?", name.kind, name.repo_id)
        return float(rows[0][0]) if rows else None

    def _ask(self, statement: str, *values: object) -> list[Any]:
        with self._lock:
            return self._database.execute(statement, values).fetchall()
