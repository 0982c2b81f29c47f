"""Pull requests: a ref beside the branches for the commits, and a discussion. Opened, read, merged.

A merge is one commit on the branch, as the histories of public repos show it: the title with `(#N)`, the commits that
it takes in, and their author (bert-base-uncased, "Adding `safetensors` variant of this model (#15)"). So the pull
request's own commits never come into the history of the branch.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from cardgen.localhub import commit_changes, git_commit, git_merge, refusals
from cardgen.localhub.commit_body import CommitRequest
from cardgen.localhub.discussion_store import Base, Discussion, Discussions, Event, Status, comment, new_event
from cardgen.localhub.git_commit import Signed
from cardgen.localhub.git_repo import MAIN, CommitInfo, GitRepo
from cardgen.localhub.names import RepoName

MAX_TITLE = 200
_REF = re.compile(r"refs/pr/([1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True)
class Place:
    """A repo that the caller holds, so that nobody else changes it, and the store of all discussions."""

    store: Discussions
    name: RepoName
    repo: GitRepo


def of_ref(store: Discussions, name: RepoName, revision: str) -> Discussion | None:
    """The pull request that a revision belongs to, if it is the ref of one."""
    named = _REF.fullmatch(revision)
    return store.get(name, int(named[1])) if named else None


def open_with(place: Place, branch: str, wanted: CommitRequest, author: str) -> tuple[Discussion, str]:
    """Open a pull request that is one commit; it starts at the parent that the client names, or at the branch.

    Raises Refusal where there is no such branch or parent.
    """
    repo, base = place.repo, _base(place.repo, branch, wanted.parent)
    changes = commit_changes.changes(repo, base.commit, wanted)
    opened = _new(place, wanted.summary[:MAX_TITLE], "open", author, base)
    git_commit.point(repo, opened.ref, base.commit)
    oid = git_commit.commit(repo, opened.ref, base.commit, changes, Signed(wanted.message, author))
    if oid is None:
        raise refusals.busy(opened.ref)
    place.store.open(place.name, opened, wanted.description)
    return opened, oid


def open_draft(place: Place, title: str, text: str, author: str) -> Discussion:
    """Open a pull request without commits, which is a draft until somebody opens it."""
    base = _base(place.repo, MAIN, "")
    opened = _new(place, title, "draft", author, base)
    git_commit.point(place.repo, opened.ref, base.commit)
    place.store.open(place.name, opened, text)
    return opened


def commits(repo: GitRepo, opened: Discussion) -> list[CommitInfo]:
    """The commits that a pull request proposes, oldest first; those that git pushed to its ref too."""
    head, target = _ends(repo, opened)
    if opened.base is None or head is None:
        return []
    return git_merge.commits_between(repo, [opened.base.commit, *([target] if target else [])], head)


def diff(repo: GitRepo, opened: Discussion) -> str:
    """What it would change."""
    head, start = repo.head(opened.ref), _start(repo, opened)
    return repo.diff_between(start, head) if head and start else ""


def conflicts(repo: GitRepo, opened: Discussion) -> list[str]:
    """The files that it and its branch changed in different ways since; none once it is closed."""
    head, target = _ends(repo, opened)
    if not opened.is_open or head is None or target is None or target == _start(repo, opened):
        return []
    return list(git_merge.join(repo, target, head).conflicts)


def merge(place: Place, opened: Discussion, user: str, text: str) -> None:
    """Take a pull request into its branch; `text` is a comment, or empty. Raises Refusal."""
    repo = place.repo
    head, target = _ends(repo, opened)
    if opened.base is None or opened.status != "open" or head is None or target is None:
        raise refusals.bad_request(f"This pull request is {opened.status}: it cannot be merged")
    joined = git_merge.join(repo, target, head)
    if joined.conflicts:
        raise refusals.conflict(f"This pull request has conflicts: {', '.join(joined.conflicts)}")
    if not joined.staged:
        oid: str | None = target  # all of it is there already, after a merge that was cut off for example
    else:
        signed = Signed(_merge_message(opened, commits(repo, opened)), user)
        tree = git_merge.write_tree(repo, target, joined)
        oid = git_commit.commit_tree(repo, opened.base.ref, target, tree, signed)
    if oid is None:
        raise refusals.busy(opened.base.ref)
    events: list[Event] = [comment(user, text)] if text else []
    events.append(new_event("status-change", user, {"status": "merged"}))
    place.store.set_status(place.name, opened.num, "merged", tuple(events), oid)


def _base(repo: GitRepo, branch: str, parent: str) -> Base:
    head = repo.head(branch)
    commit = repo.resolve(parent) if parent else head
    if head is None or commit is None:
        raise refusals.revision_not_found(branch if head is None else parent)
    return Base(f"refs/heads/{branch.removeprefix('refs/heads/')}", commit)


def _new(place: Place, title: str, status: Status, author: str, base: Base) -> Discussion:
    return Discussion(place.store.next_num(place.name), title, status, author, time.time(), base, None)


def _start(repo: GitRepo, opened: Discussion) -> str | None:
    """Where its history and that of its branch part."""
    head, target = _ends(repo, opened)
    return git_merge.base_of(repo, target, head) if head and target else None


def _ends(repo: GitRepo, opened: Discussion) -> tuple[str | None, str | None]:
    """The newest commit of a pull request, and that of its branch."""
    return repo.head(opened.ref), repo.head(opened.base.ref) if opened.base else None


def _merge_message(opened: Discussion, taken: list[CommitInfo]) -> str:
    lines = "\n".join(f"- {info.title} ({info.oid})" for info in taken)
    author = git_commit.identity(opened.author).decode()
    return f"{opened.title} (#{opened.num})\n\n\n{lines}\n\n\nCo-authored-by: {author}\n"
