"""One bare git repository, read: revisions, trees, files, history. `git_commit` writes to it."""

from __future__ import annotations

import io
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

from dulwich.attrs import AttributeValue, Pattern, match_path, parse_git_attributes
from dulwich.objects import Commit, ObjectID, Tree
from dulwich.patch import write_tree_diff
from dulwich.refs import Ref, check_ref_format
from dulwich.repo import Repo

MAIN = "main"
_FULL_ID = re.compile(r"[0-9a-f]{40}")
_SHORT_ID = re.compile(r"[0-9a-f]{7,39}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder of a commit; `oid` is the id of its git object, `size` counts bytes (0 for folders)."""

    path: str
    kind: Literal["file", "directory"]
    oid: str
    size: int


@dataclass(frozen=True, slots=True)
class CommitInfo:
    """A commit as the Hub lists it; `message` is what stands under the title."""

    oid: str
    title: str
    message: str
    author: str
    date: datetime
    parents: tuple[str, ...]


class GitRepo:
    """A repository that is open: a context manager, for one request."""

    def __init__(self, repo: Repo) -> None:
        self._repo = repo
        self._store = repo.object_store

    def __enter__(self) -> GitRepo:
        return self

    def __exit__(self, *_: object) -> None:
        self._repo.close()

    @property
    def dulwich(self) -> Repo:
        """What dulwich calls it: for the modules beside this one."""
        return self._repo

    @classmethod
    def open(cls, path: Path) -> GitRepo:
        """Open the repository at `path`, which must be one."""
        return cls(Repo(path))

    @classmethod
    def create(cls, path: Path) -> GitRepo:
        """Make an empty repository at `path`, which must not be there yet."""
        return cls(Repo.init_bare(path, mkdir=True, default_branch=MAIN.encode()))

    def resolve(self, revision: str) -> str | None:
        """The commit that a branch, a tag, a full ref or a commit id (7 characters or more) names."""
        for name in (f"refs/heads/{revision}", f"refs/tags/{revision}", revision):
            ref = Ref(name.encode())
            if name.startswith("refs/") and check_ref_format(ref) and ref in self._repo.refs:
                return self._commit_of(self._repo.refs[ref])
        if _FULL_ID.fullmatch(revision):
            return self._commit_of(ObjectID(revision.encode()))
        if _SHORT_ID.fullmatch(revision):
            found = {self._commit_of(oid) for oid in self._store.iter_prefix(revision.encode())} - {None}
            return found.pop() if len(found) == 1 else None
        return None

    def head(self, branch: str) -> str | None:
        """The newest commit of a branch, or of a ref of a pull request; None if there is no such branch."""
        ref = full_ref(branch)
        return self._repo.refs[ref].decode() if check_ref_format(ref) and ref in self._repo.refs else None

    def refs(self, prefix: str) -> dict[str, str]:
        """Name (without `prefix`) and commit of every ref under `prefix`, such as `refs/heads/`."""
        found = self._repo.refs.as_dict(Ref(prefix.encode()))
        return {name.decode(): self._commit_of(oid) or oid.decode() for name, oid in sorted(found.items())}

    def info(self, commit: str) -> CommitInfo:
        """What is known of a commit."""
        found = self._commit(commit)
        title, _, message = found.message.decode(errors="replace").partition("\n")
        return CommitInfo(
            oid=commit,
            title=title,
            message=message.strip("\n"),
            author=found.author.decode(errors="replace").partition(" <")[0],
            date=datetime.fromtimestamp(found.commit_time, UTC),
            parents=tuple(parent.decode() for parent in found.parents),
        )

    def history(self, commit: str, limit: int) -> list[CommitInfo]:
        """Up to `limit` commits, newest first, along first parents: the Hub's own histories are linear."""
        found: list[CommitInfo] = []
        following: str | None = commit
        while following and len(found) < limit:
            info = self.info(following)
            found.append(info)
            following = info.parents[0] if info.parents else None
        return found

    def entry(self, commit: str, path: str) -> Entry | None:
        """The file or folder at `path`; None if there is none."""
        tree = self._root(commit)
        *folders, name = path.encode().split(b"/")
        try:
            for folder in folders:
                tree = self._tree(tree[folder][1].decode())
            mode, oid = tree[name]
        except KeyError:
            return None
        return self._entry(path, mode, oid)

    def entries(self, commit: str, folder: str = "", *, recursive: bool = False) -> Iterator[Entry]:
        """What lies in a folder, in git's order; with `recursive`, also what lies in its folders.

        Raises:
            KeyError: there is no such folder.
        """
        tree = self._root(commit)
        if folder:
            found = self.entry(commit, folder)
            if found is None or found.kind != "directory":
                raise KeyError(folder)
            tree = self._tree(found.oid)
        yield from self._walk(tree, f"{folder}/" if folder else "", recursive)

    def read(self, oid: str) -> bytes:
        """The bytes of a file."""
        return self._store.get_raw(ObjectID(oid.encode()))[1]

    def text(self, commit: str, path: str) -> str | None:
        """The text of a file, with replacement characters where it is not UTF-8; None if it is not there."""
        found = self.entry(commit, path)
        return self.read(found.oid).decode(errors="replace") if found and found.kind == "file" else None

    def keeps_outside_git(self, commit: str, path: str) -> bool:
        """Whether the `.gitattributes` at the top of the repo send this file to LFS."""
        rules = _attributes(self.text(commit, ".gitattributes") or "")
        return match_path(rules, path.encode()).get(b"filter") == b"lfs"

    def diff(self, commit: str) -> str:
        """What a commit changed, as a unified diff."""
        parents = self._commit(commit).parents
        return self.diff_between(parents[0].decode() if parents else None, commit)

    def diff_between(self, before: str | None, after: str) -> str:
        """What differs between two commits, as a unified diff; `before` None: everything is new."""
        lines = io.BytesIO()
        write_tree_diff(lines, self._store, self._commit(before).tree if before else None, self._commit(after).tree)
        return lines.getvalue().decode(errors="replace")

    def tree(self, commit: str) -> Tree:
        """The top folder of a commit, as a git object."""
        return self._root(commit)

    def _walk(self, tree: Tree, prefix: str, recursive: bool) -> Iterator[Entry]:
        for item in tree.items():
            entry = self._entry(prefix + item.path.decode(errors="replace"), item.mode, item.sha)
            if entry is None:
                continue
            yield entry
            if recursive and entry.kind == "directory":
                yield from self._walk(self._tree(entry.oid), f"{entry.path}/", recursive)

    def _entry(self, path: str, mode: int, oid: ObjectID) -> Entry | None:
        if stat.S_ISDIR(mode):
            return Entry(path, "directory", oid.decode(), 0)
        if stat.S_ISREG(mode):
            return Entry(path, "file", oid.decode(), len(self.read(oid.decode())))
        return None  # a submodule or a symbolic link: the Hub shows neither as a file

    def _commit_of(self, oid: ObjectID) -> str | None:
        try:
            _, found = self._store.peel(oid)
        except KeyError:
            return None
        return found.id.decode() if isinstance(found, Commit) else None

    def _commit(self, oid: str) -> Commit:
        found = self._store[ObjectID(oid.encode())]
        if not isinstance(found, Commit):
            raise KeyError(oid)
        return found

    def _root(self, commit: str) -> Tree:
        return self._tree(self._commit(commit).tree.decode())

    def _tree(self, oid: str) -> Tree:
        found = self._store[ObjectID(oid.encode())]
        if not isinstance(found, Tree):
            raise KeyError(oid)
        return found


@lru_cache(maxsize=64)
def _attributes(text: str) -> list[tuple[Pattern, Mapping[bytes, AttributeValue]]]:
    """The rules of a `.gitattributes`; nearly all repos have the same one."""
    return [(Pattern(pattern), attributes) for pattern, attributes in parse_git_attributes(io.BytesIO(text.encode()))]


def full_ref(branch: str) -> Ref:
    """The ref of a branch; a pull request's (`refs/pr/N`) and a branch's own full name are given as they are."""
    return Ref((branch if branch.startswith(("refs/pr/", "refs/heads/")) else f"refs/heads/{branch}").encode())
