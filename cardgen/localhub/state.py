"""What a hub remembers beside git of tokens and of repos: who may what, settings, where a moved repo went."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from cardgen.localhub.access import Role, Token
from cardgen.localhub.database import Database
from cardgen.localhub.names import RepoName

LOCAL_USER = "local"

Gate = Literal["auto", "manual"]
GATES: tuple[Gate, ...] = get_args(Gate)

_SCHEMA = """
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS token (
    value TEXT PRIMARY KEY, user TEXT NOT NULL, role TEXT NOT NULL, namespaces TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS repo (
    kind TEXT NOT NULL, repo_id TEXT NOT NULL, private INTEGER NOT NULL, created_at REAL NOT NULL,
    PRIMARY KEY (kind, repo_id)
);
CREATE INDEX IF NOT EXISTS repo_in_any_case ON repo (kind, lower(repo_id));
CREATE TABLE IF NOT EXISTS gate (
    kind TEXT NOT NULL, repo_id TEXT NOT NULL, mode TEXT NOT NULL, PRIMARY KEY (kind, repo_id)
);
CREATE TABLE IF NOT EXISTS exchanged (
    value TEXT PRIMARY KEY, kind TEXT NOT NULL, repo_id TEXT NOT NULL, ends_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS publisher (kind TEXT NOT NULL, repo_id TEXT NOT NULL, claims TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS redirect (
    kind TEXT NOT NULL, old_id TEXT NOT NULL, new_id TEXT NOT NULL, PRIMARY KEY (kind, old_id)
);
CREATE TABLE IF NOT EXISTS moving (
    kind TEXT NOT NULL, old_id TEXT NOT NULL, new_id TEXT NOT NULL, PRIMARY KEY (kind, old_id)
);
"""
_PER_REPO = ("repo", "gate", "publisher", "discussion", "event")
"""Tables whose rows belong to a repo, by kind and repo_id."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a repo: seen by members alone; its files given to members alone."""

    private: bool = False
    gate: Gate | None = None


class State:
    """Tokens and settings. The tables of discussions have to be there too: a repo's go where it goes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.script(_SCHEMA)

    def local_token(self) -> str:
        """The write token of the local user, who owns every namespace: made once, then always the same."""
        rows = self._database.ask("SELECT value FROM token WHERE user = ? AND role = 'write'", LOCAL_USER)
        if rows:
            return str(rows[0][0])
        token = Token.new(LOCAL_USER, "write")
        self.add_token(token)
        return token.value

    def add_token(self, token: Token, ends_at: float = 0.0) -> None:
        """Accept a token from now on; one that is for one repo until a time, in seconds since the epoch."""
        row = (token.value, token.user, token.role, json.dumps(token.namespaces))
        self._database.ask("INSERT INTO token VALUES (?, ?, ?, ?)", *row)
        if token.only:
            self._database.ask("INSERT INTO exchanged VALUES (?, ?, ?, ?)", token.value, *token.only, ends_at)

    def expire_exchanged(self) -> None:
        """Let every token that was exchanged end now."""
        self._database.ask("UPDATE exchanged SET ends_at = 0")

    def add_publisher(self, name: RepoName, claims: Mapping[str, object]) -> None:
        """Let a job whose ID token says all of this have tokens for a repo."""
        row = (name.kind, name.repo_id, json.dumps(dict(claims)))
        self._database.ask("INSERT INTO publisher VALUES (?, ?, ?)", *row)

    def publishers(self, name: RepoName) -> list[Mapping[str, object]]:
        """What the settings of a repo say of trusted publishers: the claims of each."""
        where = (name.kind, name.repo_id)
        rows = self._database.ask("SELECT claims FROM publisher WHERE kind = ? AND repo_id = ?", *where)
        return [json.loads(row[0]) for row in rows]

    def set_role(self, value: str, role: Role) -> None:
        """Let a token be of another role from now on: expired, for example."""
        self._database.ask("UPDATE token SET role = ? WHERE value = ?", role, value)

    def token(self, value: str) -> Token | None:
        """The token of this value, if it was ever given out."""
        rows = self._database.ask(
            "SELECT user, role, namespaces, kind, repo_id, ends_at FROM token LEFT JOIN exchanged USING (value)"
            " WHERE value = ?",
            value,
        )
        if not rows:
            return None
        user, role, namespaces, kind, repo_id, ends_at = rows[0]
        reach = json.loads(namespaces)
        only = (kind, repo_id) if kind else None
        is_over = only is not None and ends_at <= time.time()
        return Token(value, user, "expired" if is_over else role, None if reach is None else tuple(reach), only)

    def remember_repo(self, name: RepoName, *, private: bool) -> None:
        """Keep the settings of a repo that is about to be made. What was known of an earlier one goes."""
        with self._database.transaction():
            self._forget(name)
            self._database.ask("DELETE FROM redirect WHERE kind = ? AND old_id = ?", name.kind, name.repo_id)
            row = (name.kind, name.repo_id, private, time.time())
            self._database.ask("INSERT INTO repo VALUES (?, ?, ?, ?)", *row)

    def forget_repo(self, name: RepoName) -> None:
        """Drop what is known of a repo: its settings, its discussions, its places in collections."""
        with self._database.transaction():
            self._forget(name)
            self._database.ask("DELETE FROM redirect WHERE kind = ? AND new_id = ?", name.kind, name.repo_id)

    def settings(self, name: RepoName) -> Settings:
        """How a repo is set; public and open if it came in by git alone."""
        rows = self._database.ask("SELECT private FROM repo WHERE kind = ? AND repo_id = ?", name.kind, name.repo_id)
        gates = self._database.ask("SELECT mode FROM gate WHERE kind = ? AND repo_id = ?", name.kind, name.repo_id)
        return Settings(bool(rows and rows[0][0]), gates[0][0] if gates else None)

    def set_settings(self, name: RepoName, settings: Settings) -> None:
        """Change how a repo is set."""
        where = (name.kind, name.repo_id)
        with self._database.transaction():
            self._database.ask(
                "INSERT INTO repo VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET private = excluded.private",
                *(*where, settings.private, time.time()),
            )
            self._database.ask("DELETE FROM gate WHERE kind = ? AND repo_id = ?", *where)
            if settings.gate:
                self._database.ask("INSERT INTO gate VALUES (?, ?, ?)", *where, settings.gate)

    def is_private(self, name: RepoName) -> bool:
        """Whether only members of the namespace see the repo."""
        return self.settings(name).private

    def created_at(self, name: RepoName) -> float | None:
        """When the repo was made, in seconds since the epoch; None for one that came in by git alone."""
        rows = self._database.ask("SELECT created_at FROM repo WHERE kind = ? AND repo_id = ?", name.kind, name.repo_id)
        return float(rows[0][0]) if rows else None

    def in_any_case(self, name: RepoName) -> RepoName | None:
        """The repo whose id differs from this in nothing but the case of letters, if it was made here."""
        rows = self._database.ask(
            "SELECT repo_id FROM repo WHERE kind = ? AND lower(repo_id) = ?", name.kind, name.repo_id.lower()
        )
        return name.renamed(rows[0][0]) if rows else None

    def moved_to(self, name: RepoName) -> RepoName | None:
        """Where the repo is that had this id once."""
        rows = self._database.ask("SELECT new_id FROM redirect WHERE kind = ? AND old_id = ?", name.kind, name.repo_id)
        return name.renamed(rows[0][0]) if rows else None

    def begin_move(self, old: RepoName, new: RepoName) -> None:
        """Note that a repo is about to be moved on disk, for the case that nothing after this is reached."""
        self._database.ask("INSERT OR REPLACE INTO moving VALUES (?, ?, ?)", old.kind, old.repo_id, new.repo_id)

    def end_move(self, old: RepoName, new: RepoName) -> None:
        """The repo was moved on disk: so is all that is known of it."""
        kind, old_id, new_id = old.kind, old.repo_id, new.repo_id
        with self._database.transaction():
            self._forget(new)
            for table in _PER_REPO:
                statement = f"UPDATE {table} SET repo_id = ? WHERE kind = ? AND repo_id = ?"  # noqa: S608 (our own names)
                self._database.ask(statement, new_id, kind, old_id)
            self._database.ask(
                "UPDATE item SET item_id = ? WHERE kind = ? AND item_id = ?", new_id, old.singular, old_id
            )
            self._database.ask("DELETE FROM redirect WHERE kind = ? AND old_id = ?", kind, new_id)
            self._database.ask("UPDATE redirect SET new_id = ? WHERE kind = ? AND new_id = ?", new_id, kind, old_id)
            self._database.ask("INSERT OR REPLACE INTO redirect VALUES (?, ?, ?)", kind, old_id, new_id)
            self.cancel_move(old)

    def cancel_move(self, old: RepoName) -> None:
        """The repo stays where it is."""
        self._database.ask("DELETE FROM moving WHERE kind = ? AND old_id = ?", old.kind, old.repo_id)

    def unfinished_moves(self) -> list[tuple[str, str, str]]:
        """Kind, old and new id of the repos whose move began and did not end."""
        return [tuple(row) for row in self._database.ask("SELECT kind, old_id, new_id FROM moving")]

    def _forget(self, name: RepoName) -> None:
        for table in _PER_REPO:
            statement = f"DELETE FROM {table} WHERE kind = ? AND repo_id = ?"  # noqa: S608 (our own names)
            self._database.ask(statement, name.kind, name.repo_id)
        self._database.ask("DELETE FROM item WHERE kind = ? AND item_id = ?", name.singular, name.repo_id)
