"""What git says of a whole repo, in one process: its refs, and every commit that they lead to, with all files."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Commit:
    """A commit: its title and what stands below, its first parent, and all of its files."""

    oid: str
    title: str
    message: str
    parent: str | None
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class History:
    """A repo: the commit of each ref, and the commits. Empty where there is no repo."""

    refs: Mapping[str, str] = field(default_factory=dict)
    commits: Mapping[str, Commit] = field(default_factory=dict)

    def line(self, ref: str) -> tuple[Commit, ...]:
        """The commits of a ref, the newest first; none where there is no such ref."""
        return tuple(self._from(self.refs.get(ref)))

    def _from(self, oid: str | None) -> Iterator[Commit]:
        while oid:
            yield self.commits[oid]
            oid = self.commits[oid].parent


def read(path: Path) -> History:
    """The repo at a path, as `git fast-export` writes all of it."""
    if not path.exists():
        return History()
    command = ["git", "-C", str(path), "fast-export", "--all", "--full-tree", "--show-original-ids"]
    stream = _Stream(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    while stream.words:
        stream.take()
    return History(stream.refs, stream.commits)


class _Stream:
    """The text of git-fast-import(1), as far as git writes it here: blobs, commits, and where refs lead."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._at = 0
        self._blobs: dict[str, bytes] = {}
        self._oids: dict[str, str] = {}
        self.refs: dict[str, str] = {}
        self.commits: dict[str, Commit] = {}
        self.words = self._next()

    def take(self) -> None:
        """One command of the stream."""
        kind, *rest = self.words
        self.words = self._next()
        if kind == "blob":
            self._take_blob()
        elif kind == "commit":
            self._take_commit(rest[0])
        elif kind == "reset" and self.words[:1] == ["from"]:
            self.refs[rest[0]] = self._oids[self.words[1]]

    def _take_blob(self) -> None:
        mark = self._value("mark")
        self._value("original-oid")
        self._blobs[mark] = self._data()

    def _take_commit(self, ref: str) -> None:
        mark, oid = self._value("mark"), self._value("original-oid")
        self._value("author")
        self._value("committer")
        title, _, message = self._data().decode().partition("\n")
        parent, files = None, {}
        while self.words and self.words[0] in {"from", "merge", "deleteall", "M"}:
            if self.words[0] == "from":
                parent = self._oids[self.words[1]]
            elif self.words[0] == "M":
                files[" ".join(self.words[3:])] = self._blobs[self.words[2]]
            self.words = self._next()
        self._oids[mark] = self.refs[ref] = oid
        self.commits[oid] = Commit(oid, title, message.strip("\n"), parent, files)

    def _value(self, name: str) -> str:
        """What follows a name in its line; the next line is then read."""
        assert self.words[0] == name, self.words
        value = self.words[1]
        self.words = self._next()
        return value

    def _data(self) -> bytes:
        size = int(self.words[1])
        data = self._text[self._at : self._at + size]
        self._at += size
        self.words = self._next()
        return data

    def _next(self) -> list[str]:
        """The words of the next line that has any; none at the end."""
        while self._at < len(self._text):
            end = self._text.index(b"\n", self._at)
            line, self._at = self._text[self._at : end].decode(), end + 1
            if line:
                return line.split(" ")
        return []
