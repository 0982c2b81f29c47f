"""What a pull request proposes, and what becomes of it when it is merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dulwich.diff_tree import tree_changes
from dulwich.graph import find_merge_base
from dulwich.object_store import commit_tree_changes
from dulwich.objects import Blob, ObjectID

from cardgen.localhub import line_merge
from cardgen.localhub.git_repo import CommitInfo, GitRepo

MAX_COMMITS = 1000
"""As many of a pull request's commits are listed."""

_Entry = tuple[int | None, ObjectID | None]
_ABSENT: _Entry = (None, None)


@dataclass(frozen=True, slots=True)
class Joined:
    """What of theirs goes into ours, with the blobs that this takes; and the paths on which the sides disagree."""

    staged: tuple[tuple[bytes, int | None, ObjectID | None], ...]
    blobs: tuple[Blob, ...]
    conflicts: tuple[str, ...]


def base_of(repo: GitRepo, ours: str, theirs: str) -> str | None:
    """The newest commit that both histories have; None if they have none."""
    found = find_merge_base(repo.dulwich, [ObjectID(ours.encode()), ObjectID(theirs.encode())])
    return found[0].decode() if found else None


def commits_between(repo: GitRepo, known: Sequence[str], head: str) -> list[CommitInfo]:
    """The commits of `head` that none of the `known` ones has, oldest first."""
    exclude = [ObjectID(commit.encode()) for commit in known]
    walker = repo.dulwich.get_walker(include=[ObjectID(head.encode())], exclude=exclude, max_entries=MAX_COMMITS)
    found = [repo.info(entry.commit.id.decode()) for entry in walker]
    return found[::-1]


def join(repo: GitRepo, ours: str, theirs: str) -> Joined:
    """What `theirs` changed since the histories parted, over what `ours` did. Nothing is written."""
    base = base_of(repo, ours, theirs)
    by_us, by_them = (_changes(repo, base, side) for side in (ours, theirs))
    staged: list[tuple[bytes, int | None, ObjectID | None]] = []
    blobs: list[Blob] = []
    conflicts: list[str] = []
    for path, (before, after) in by_them.items():
        mine = by_us.get(path, (before, before))[1]
        if mine == before:
            staged.append((path, *after))
        elif mine != after and (blob := _merged_file(repo, before, mine, after)):
            blobs.append(blob)
            staged.append((path, mine[0], blob.id))
        elif mine != after:
            conflicts.append(path.decode(errors="replace"))
    return Joined(tuple(staged), tuple(blobs), tuple(sorted(conflicts)))


def write_tree(repo: GitRepo, ours: str, joined: Joined) -> ObjectID:
    """Store the tree of `ours` with what goes into it."""
    store = repo.dulwich.object_store
    for blob in joined.blobs:
        store.add_object(blob)
    return commit_tree_changes(store, repo.tree(ours), joined.staged)


def _changes(repo: GitRepo, base: str | None, side: str) -> dict[bytes, tuple[_Entry, _Entry]]:
    """For each path that a side changed, what it was and what it is."""
    before = repo.tree(base).id if base else None
    found = {}
    for change in tree_changes(repo.dulwich.object_store, before, repo.tree(side).id):
        old = (change.old.mode, change.old.sha) if change.old and change.old.sha else _ABSENT
        new = (change.new.mode, change.new.sha) if change.new and change.new.sha else _ABSENT
        entry = change.new if change.new and change.new.path else change.old
        if entry is not None and entry.path is not None:
            found[entry.path] = (old, new)
    return found


def _merged_file(repo: GitRepo, before: _Entry, mine: _Entry, theirs: _Entry) -> Blob | None:
    """A file that both sides changed, in different ways; None where they cannot be joined."""
    ids = [entry[1] for entry in (before, mine, theirs)]
    texts = [repo.read(oid.decode()) for oid in ids if oid is not None]
    if len(texts) < len(ids) or any(b"\0" in text for text in texts):
        return None
    merged = line_merge.merge(*texts)
    return None if merged is None else Blob.from_string(merged)
