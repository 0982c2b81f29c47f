"""What a push has seen done, kept on the disk until it is through: one that was stopped goes on from there.

The journal only saves requests. What a repo has to be is in the manifest, and what it is, on the Hub: without a
journal a push reads every repo again, and ends in the same state.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import urlsplit

from cardgen.errors import DiskError
from cardgen.model import Card

PATH: Final = Path(".cardgen/push.jsonl")
MAX_AGE: Final = 24 * 3600
"""Seconds; what is older is forgotten, because somebody may have edited the card since."""


class Journal:
    """The journal of the pushes to one endpoint: a line of JSON for each repo that is as it shall be."""

    def __init__(self, path: Path, endpoint: str) -> None:
        """Reads what is there; lines that cannot be read are passed over. Nothing is written yet."""
        self._path = path
        parts = urlsplit(endpoint)
        self._host = f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
        self._done = {_key(entry) for entry in _entries(path)}
        self._file: IO[str] | None = None

    def has(self, card: Card) -> bool:
        """Whether a push that was stopped has seen the repo of this very card, with these very files, done."""
        return _key(self._entry(card)) in self._done

    def note(self, card: Card) -> None:
        """The repo of a card is as the card says. Raises DiskError."""
        entry = {**self._entry(card), "time": int(time.time())}
        try:
            if self._file is None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self._path.open("a", encoding="utf-8")
                self._file.write("\n")  # ends a line that was being written when a push was killed
            self._file.write(json.dumps(entry) + "\n")
            self._file.flush()
        except OSError as error:
            raise DiskError(f"{self._path}: {error.strerror}", "the journal of a push stands there") from None

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def clear(self) -> None:
        """The push is through: the next one reads everything again."""
        self.close()
        self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """Write no more; what was noted stays."""
        if self._file:
            self._file.close()
            self._file = None

    def _entry(self, card: Card) -> dict[str, Any]:
        repo_type, repo_id = card.repo.key
        return {"host": self._host, "repo_type": repo_type, "repo_id": repo_id, "sha256": _digest(card)}


def _digest(card: Card) -> str:
    files = json.dumps(sorted(card.files.items()))
    return hashlib.sha256(card.data + files.encode()).hexdigest()


def _key(entry: Mapping[str, Any]) -> tuple[object, ...]:
    return tuple(entry.get(name) for name in ("host", "repo_type", "repo_id", "sha256"))


def _entries(path: Path) -> Iterator[Mapping[str, Any]]:
    """The entries that are young enough. Raises DiskError."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return
    except OSError as error:
        raise DiskError(f"{path}: {error.strerror}", "the journal of a push stands there") from None
    oldest = time.time() - MAX_AGE
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:  # a line that was being written when the push was killed
            continue
        if isinstance(entry, dict) and isinstance(when := entry.get("time"), int) and when > oldest:
            yield entry
