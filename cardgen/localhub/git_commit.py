"""Writing to a bare git repository: commits that are refused when stale, branches, tags."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from dulwich.file import FileLocked
from dulwich.object_store import commit_tree_changes
from dulwich.objects import Blob, Commit, ObjectID, Tag, Tree
from dulwich.refs import Ref, check_ref_format

from cardgen.localhub.git_repo import GitRepo, full_ref

_FILE_MODE = 0o100644


@dataclass(frozen=True, slots=True)
class Signed:
    """What a commit says, and whose it is."""

    message: str
    author: str


def commit(
    repo: GitRepo, branch: str, parent: str | None, changes: Mapping[str, bytes | None], signed: Signed
) -> str | None:
    """Commit `changes` (new bytes, or None to delete) on top of `parent`; the new commit's id.

    The branch (or ref of a pull request) is moved by compare-and-swap: if it is not at `parent` (any more),
    nothing happens and the answer is None. Without `parent` the branch is made.
    """
    staged = [_stage(repo, path, content) for path, content in changes.items()]
    tree = commit_tree_changes(repo.dulwich.object_store, repo.tree(parent) if parent else Tree(), staged)
    return commit_tree(repo, branch, parent, tree, signed)


def commit_tree(repo: GitRepo, branch: str, parent: str | None, tree: ObjectID, signed: Signed) -> str | None:
    """The same for a tree that lies in the repository already."""
    new = Commit()
    new.tree = tree
    new.parents = [ObjectID(parent.encode())] if parent else []
    new.author = new.committer = identity(signed.author)
    new.author_time = new.commit_time = int(time.time())
    new.author_timezone = new.commit_timezone = 0
    new.message = signed.message.encode()
    repo.dulwich.object_store.add_object(new)
    return new.id.decode() if _move(repo, branch, parent, new.id, new.committer) else None


def identity(user: str) -> bytes:
    """A user as git names one."""
    return f"{user} <{user}@users.noreply.localhost>".encode()


def is_name(name: str) -> bool:
    """Whether git takes this as the name of a branch or tag; one that looks like a full ref is none."""
    return (
        not name.startswith(("refs/", "-")) and name != "HEAD" and check_ref_format(Ref(f"refs/heads/{name}".encode()))
    )


def point(repo: GitRepo, ref: str, commit_id: str) -> None:
    """Let a full ref lead to a commit, wherever it led before."""
    repo.dulwich.refs[Ref(ref.encode())] = ObjectID(commit_id.encode())


def add_ref(repo: GitRepo, ref: str, oid: str) -> bool:
    """Make a full ref; whether there was none yet."""
    return repo.dulwich.refs.add_if_new(Ref(ref.encode()), ObjectID(oid.encode()))


def remove_ref(repo: GitRepo, ref: str) -> bool:
    """Remove a full ref; whether there was one."""
    name = Ref(ref.encode())
    there = check_ref_format(name) and name in repo.dulwich.refs
    if there:
        del repo.dulwich.refs[name]
    return there


def annotated_tag(repo: GitRepo, name: str, commit_id: str, signed: Signed) -> str:
    """Store a tag that has a message; its id, for `add_ref`."""
    tag = Tag()
    tag.name = name.encode()
    tag.object = (Commit, ObjectID(commit_id.encode()))
    tag.tagger = identity(signed.author)
    tag.tag_time = int(time.time())
    tag.tag_timezone = 0
    tag.message = signed.message.encode() + b"\n"
    repo.dulwich.object_store.add_object(tag)
    return tag.id.decode()


def _move(repo: GitRepo, branch: str, parent: str | None, new: ObjectID, committer: bytes) -> bool:
    ref, refs = full_ref(branch), repo.dulwich.refs
    try:
        if parent is None:
            return refs.add_if_new(ref, new, committer=committer)
        return refs.set_if_equals(ref, ObjectID(parent.encode()), new, committer=committer)
    except FileLocked:
        return False  # another program is moving it right now


def _stage(repo: GitRepo, path: str, content: bytes | None) -> tuple[bytes, int | None, ObjectID | None]:
    if content is None:
        return path.encode(), None, None
    blob = Blob.from_string(content)
    repo.dulwich.object_store.add_object(blob)
    return path.encode(), _FILE_MODE, blob.id
