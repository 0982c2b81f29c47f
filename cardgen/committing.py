"""One commit, made once: a commit names its parent, and after a lost answer the Hub is asked what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from cardgen import fetch
from cardgen.diff import printable
from cardgen.errors import HubError, StaleError, TokenError
from cardgen.model import RepoKey
from cardgen.patience import Patience
from cardgen.plan import Change, LiveCard

MAX_HISTORY: Final = 20
"""How many commits back a lost one is looked for."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose token it is, and whether it may write at all, as far as the Hub says."""

    name: str
    can_write: bool


@dataclass(frozen=True, slots=True)
class Commit:
    """Files to commit to a branch, all at once, if its head still is `parent`; None takes a file away."""

    repo: RepoKey
    files: Mapping[str, bytes | None]
    parent: str
    title: str
    description: str = ""
    revision: str = "main"


@dataclass(frozen=True, slots=True)
class Logged:
    """A commit of a repo's history: its id, its title, what it says below that, who made it, and when."""

    commit: str
    description: str = ""
    authors: tuple[str, ...] = ()
    title: str = ""
    date: str = ""


class Hub(fetch.Files, Protocol):
    """What committing needs of a Hub. Every method makes the fewest requests it can, and none without a deadline.

    Raises:
        TokenError: no request can succeed with this token.
        BusyError: refused for now, nothing was done.
        UnreachableError: whether it was done is not known.
        StaleError: `commit` only: the head is not the parent any more, nothing was done.
        HubError: refused for this repo.
    """

    def whoami(self) -> Account:
        """Whose token it is."""
        ...

    def history(self, repo: RepoKey, revision: str = "main") -> Sequence[Logged]:
        """The last commits of a branch, newest first."""
        ...

    def commit(self, commit: Commit) -> str:
        """Commit, and give the commit's id."""
        ...


def writer(hub: Hub, patience: Patience) -> Account:
    """Whose token it is. Raises TokenError when it cannot write."""
    account = patience.ask(hub.whoami)
    if not account.can_write:
        raise TokenError(
            f"the token of {account.name} may only read",
            "make a token with write access at https://huggingface.co/settings/tokens",
        )
    return account


def title(change: Change) -> str:
    """What the commit of a change is called; the same for its pull request."""
    verb = "Create" if change.action == "create" else "Update"
    return f"{verb} card from {printable(change.card.source)}"


def parent(change: Change) -> str:
    """The commit that a change goes on top of. Raises HubError: without one, what is there would be overwritten."""
    if change.parent is None:
        raise HubError(f"{change.repo.repo_id}: the Hub does not say at which commit it is", "run the push again")
    return change.parent


def once(commit: Commit, hub: Hub, patience: Patience) -> str:
    """Commit, and give the commit's id, whatever happens to the answer. Raises HubError and its kinds."""
    return patience.ask(lambda: hub.commit(commit), lambda: _arrived(commit, hub, patience))


def _arrived(commit: Commit, hub: Hub, patience: Patience) -> str | None:
    """The id of a commit whose answer was lost; None if it was not made.

    The head may already be somebody else's later commit, so the history is looked through. Raises StaleError
    if others committed, and this is not among theirs.
    """
    head = _read(commit, commit.revision, hub, patience)
    if _holds(commit, head, hub, patience):
        return head.commit
    if head.commit == commit.parent:
        return None
    for entry in patience.ask(lambda: hub.history(commit.repo, commit.revision))[:MAX_HISTORY]:
        if entry.commit == commit.parent:
            break
        if _holds(commit, _read(commit, entry.commit, hub, patience), hub, patience):
            return entry.commit
    raise StaleError(f"{commit.repo[1]}: somebody else committed meanwhile", "run the push again")


def _read(commit: Commit, revision: str, hub: Hub, patience: Patience) -> LiveCard:
    return fetch.at(commit.repo, hub, patience, revision)


def _holds(commit: Commit, live: LiveCard, hub: Hub, patience: Patience) -> bool:
    return fetch.holds(commit.files, commit.repo, live, hub, patience)
