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
class Merged:
    """A tree with both sides' changes, and the paths on which the sides disagree (there it has ours)."""

    tree: ObjectID
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


def merge(repo: GitRepo, ours: str, theirs: str) -> Merged:
    """The tree of `ours` with what `theirs` changed since the histories parted."""
    base = base_of(repo, ours, theirs)
    by_us, by_them = (_changes(repo, base, side) for side in (ours, theirs))
    staged: list[tuple[bytes, int | None, ObjectID | None]] = []
    conflicts: list[str] = []
    for path, (before, after) in by_them.items():
        mine = by_us.get(path, (before, before))[1]
        entry = after if mine in (before, after) else _merge_files(repo, before, mine, after)
        if entry is None:
            conflicts.append(path.decode(errors="replace"))
        elif entry != mine:
            staged.append((path, *entry))
    tree = commit_tree_changes(repo.dulwich.object_store, repo.tree(ours), staged)
    return Merged(tree, tuple(sorted(conflicts)))


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


def _merge_files(repo: GitRepo, before: _Entry, mine: _Entry, theirs: _Entry) -> _Entry | None:
    """A file that both sides changed, in different ways; None where they cannot be joined."""
    ids = [entry[1] for entry in (before, mine, theirs)]
    texts = [repo.read(oid.decode()) for oid in ids if oid is not None]
    if len(texts) < len(ids) or any(b"\0" in text for text in texts):
        return None
    merged = line_merge.merge(*texts)
    if merged is None:
        return None
    blob = Blob.from_string(merged)
    repo.dulwich.object_store.add_object(blob)
    return mine[0], blob.id
