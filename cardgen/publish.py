"""Bring the Hub to what a plan says, and look whether it got there.

Every step can be lost, refused or overtaken, and none is done twice: a commit names its parent, and after an
answer that was lost the Hub is asked what became of the request. Stopped at any point and run again, a push ends
in the same state.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol

from cardgen import fetch, plan
from cardgen.diff import printable
from cardgen.errors import BusyError, HubError, StaleError, TokenError, UnreachableError
from cardgen.model import RepoKey
from cardgen.patience import WORKERS, Patience, Wait, concurrently
from cardgen.plan import Change, LiveCard, Plan

MAX_REPLANS: Final = 3
MAX_UNANSWERED: Final = 5
"""After so many repos without an answer the Hub is taken to be down, or a quota to be used up."""
MAX_HISTORY: Final = 20
"""How many commits back a lost one is looked for."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose token it is, and whether it may write at all, as far as the Hub says."""

    name: str
    can_write: bool


@dataclass(frozen=True, slots=True)
class Commit:
    """Files to commit to the main branch, all at once, if its head still is `parent`; None takes a file away."""

    repo: RepoKey
    files: Mapping[str, bytes | None]
    parent: str | None
    title: str


class Hub(fetch.Files, Protocol):
    """What publishing needs of a Hub. Every method makes the fewest requests it can, and none without a deadline.

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

    def history(self, repo: RepoKey) -> Sequence[str]:
        """The last commits of the main branch, newest first."""
        ...

    def create(self, repo: RepoKey) -> None:
        """Make the repo; nothing to do where it exists."""
        ...

    def commit(self, commit: Commit) -> str:
        """Commit, and give the commit's id."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a change.

    `published` at `commit`; `unchanged`; `stopped` to protect somebody's work, which `change` tells about, and may
    do only since the push began; `failed` with an `error`; `skipped` because the push ended before its turn.
    """

    change: Change
    state: Literal["published", "unchanged", "stopped", "failed", "skipped"]
    commit: str | None = None
    error: HubError | None = None


def _ignore(_: object) -> None:
    """Nobody wants to know."""


def apply(
    wanted: Plan, hub: Hub, *, wait: Wait | None = None, on_outcome: Callable[[Outcome], object] = _ignore
) -> tuple[Outcome, ...]:
    """Make what the plan says true; outcomes in the plan's order, `on_outcome` told of each as it is known.

    A repo that fails does not stop the others; a token that stops working does. Ctrl-C ends it between requests.
    Raises TokenError before the first write when the token cannot write.
    """
    patience = Patience(wait)
    if wanted.pending:
        _check_token(hub, patience)
    publisher = _Publisher(hub, patience)
    return tuple(concurrently(publisher.publish, wanted.changes, patience, WORKERS, on_outcome))


def verify(outcomes: Iterable[Outcome], hub: Hub, *, wait: Wait | None = None) -> tuple[Outcome, ...]:
    """The outcomes, after what was published was read back at its commit: one that differs has `failed`."""
    patience = Patience(wait)
    return tuple(concurrently(lambda outcome: _verify(outcome, hub, patience), [*outcomes], patience, WORKERS, _ignore))


def _verify(outcome: Outcome, hub: Hub, patience: Patience) -> Outcome:
    commit = outcome.commit
    if outcome.state != "published" or commit is None:
        return outcome
    change = outcome.change
    try:
        live = patience.ask(lambda: hub.read(change.repo.key, commit))
        if fetch.holds(change.files, change.repo.key, live, hub, patience):
            return outcome
    except HubError as error:
        return replace(outcome, state="failed", error=error)
    message = f"{change.repo.repo_id}: commit {commit} does not hold what was published"
    return replace(outcome, state="failed", error=HubError(message, "look at the repo's history on the Hub"))


def _check_token(hub: Hub, patience: Patience) -> None:
    account = patience.ask(hub.whoami)
    if not account.can_write:
        raise TokenError(
            f"the token of {account.name} may only read",
            "make a token with write access at https://huggingface.co/settings/tokens",
        )


class _Publisher:
    """Publishes one change after the other; threads share it."""

    def __init__(self, hub: Hub, patience: Patience) -> None:
        self._hub = hub
        self._patience = patience
        self._unanswered = 0
        self._creating = threading.Lock()

    def publish(self, change: Change) -> Outcome:
        """Publish a change, whatever happens meanwhile. Never raises HubError."""
        if not change.writes:
            return Outcome(change, "stopped" if change.stops else "unchanged", change.parent)
        if self._patience.is_over:
            return Outcome(change, "skipped")
        try:
            return self._publish(change if change.live.exists else self._create(change))
        except HubError as error:
            self._note(error)
            return Outcome(change, "failed", error=error)

    def _note(self, error: HubError) -> None:
        """Stop it all when the token fails, or when so many repos got no answer that no other one will."""
        if isinstance(error, BusyError | UnreachableError):
            self._unanswered += 1
        if isinstance(error, TokenError) or self._unanswered >= MAX_UNANSWERED:
            self._patience.stop()

    def _publish(self, change: Change, replans: int = MAX_REPLANS) -> Outcome:
        if change.stops:
            return Outcome(change, "stopped", change.parent)
        if not change.writes:  # a commit whose answer was lost had arrived
            return Outcome(change, "published", change.parent)
        try:
            return Outcome(change, "published", self._commit(change))
        except StaleError:
            if not replans:
                raise
        return self._publish(plan.remake(change, self._look(change)), replans - 1)

    def _create(self, change: Change) -> Change:
        repo = change.repo.key

        def create() -> bool:
            with self._creating:  # the Hub makes one repo at a time for one user, and refuses others meanwhile
                self._hub.create(repo)
            return True

        self._patience.ask(create, lambda: self._read(repo).exists or None)
        return plan.remake(change, replace(self._look(change), exists=True))

    def _commit(self, change: Change) -> str:
        verb = "Create" if change.action == "create" else "Update"
        title = f"{verb} card from {printable(change.card.source)}"
        commit = Commit(change.repo.key, change.files, change.parent, title)
        return self._patience.ask(lambda: self._hub.commit(commit), lambda: self._arrived(commit))

    def _arrived(self, commit: Commit) -> str | None:
        """The id of a commit whose answer was lost; None if it was not made.

        The head may already be somebody else's later commit, so the history is looked through. Raises StaleError
        if others committed, and this is not among theirs.
        """
        head = self._read(commit.repo)
        if self._holds(commit, head):
            return head.commit
        if head.commit == commit.parent:
            return None
        for revision in self._patience.ask(lambda: self._hub.history(commit.repo))[:MAX_HISTORY]:
            if revision == commit.parent:
                break
            if self._holds(commit, self._read(commit.repo, revision)):
                return revision
        raise StaleError(f"{commit.repo[1]}: somebody else committed meanwhile", "run the push again")

    def _holds(self, commit: Commit, live: LiveCard) -> bool:
        return fetch.holds(commit.files, commit.repo, live, self._hub, self._patience)

    def _look(self, change: Change) -> LiveCard:
        return fetch.one(change.card, self._hub, self._patience)

    def _read(self, repo: RepoKey, revision: str = "main") -> LiveCard:
        return self._patience.ask(lambda: self._hub.read(repo, revision))
