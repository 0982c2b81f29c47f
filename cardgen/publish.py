"""Bring the Hub to what a plan says.

Every step can be lost, refused or overtaken, and none is done twice. Stopped at any point and run again, a push ends
in the same state.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, Protocol

from cardgen import committing, fetch, outcomes, plan, survey
from cardgen.clock import Clock
from cardgen.committing import Commit
from cardgen.errors import StaleError, UnreachableError
from cardgen.model import RepoKey
from cardgen.outcomes import Outcome
from cardgen.patience import Patience
from cardgen.plan import Change, LiveCard, Plan

MAX_REPLANS: Final = 3


class Hub(committing.Hub, Protocol):
    """What publishing needs of a Hub: commits, and new repos."""

    def create(self, repo: RepoKey) -> None:
        """Make the repo; nothing to do where it exists."""
        ...


def _ignore(_: object) -> None:
    """Nobody wants to know."""


def apply(
    wanted: Plan, hub: Hub, *, clock: Clock | None = None, on_outcome: Callable[[Outcome], object] = _ignore
) -> tuple[Outcome, ...]:
    """Make what the plan says true; outcomes in the plan's order, `on_outcome` told of each as it is known.

    A repo that fails does not stop the others; a token that stops working does. Ctrl-C ends it between requests.
    Raises TokenError before the first write when the token cannot write.
    """
    patience = Patience(clock)
    if wanted.pending:
        committing.writer(hub, patience)
    return outcomes.each(wanted, _Publisher(hub, patience).publish, hub, patience, on_outcome)


class _Publisher:
    """Publishes one change after the other, whatever happens meanwhile; threads share it."""

    def __init__(self, hub: Hub, patience: Patience) -> None:
        self._hub = hub
        self._patience = patience
        self._creating = threading.Lock()

    def publish(self, change: Change) -> Outcome:
        """Make the repo if there is none, and commit. Raises HubError."""
        return self._publish(change if change.live.exists else self._create(change), MAX_REPLANS)

    def _publish(self, change: Change, replans: int) -> Outcome:
        if change.stops:
            return Outcome(change, "stopped", change.parent)
        if not change.writes:  # a commit whose answer was lost had arrived
            return Outcome(change, "published", change.parent)
        commit = Commit(change.repo.key, change.files, committing.parent(change), committing.title(change))
        try:
            return Outcome(change, "published", committing.once(commit, self._hub, self._patience))
        except StaleError:
            if not replans:
                raise
        return self._publish(survey.again(change, self._hub, self._patience), replans - 1)

    def _create(self, change: Change) -> Change:
        repo = change.repo.key

        def create() -> bool:
            with self._creating:  # the Hub makes one repo at a time for one user, and refuses others meanwhile
                self._hub.create(repo)
            return True

        self._patience.ask(create, lambda: self._patience.ask(lambda: self._hub.read(repo)).exists or None)
        live = self._patience.ask(lambda: self._made(repo))
        live = fetch.with_files(change.card, live, self._hub, self._patience)
        return plan.remake(change, live)  # a new repo's .gitattributes is the Hub's own

    def _made(self, repo: RepoKey) -> LiveCard:
        """The repo that is there now; without its commit nothing can be written into it. Raises HubError."""
        live = self._hub.read(repo)
        if live.commit is None:
            message = f"{repo[1]}: the Hub says that the repo is there, and does not show it"
            raise UnreachableError(message, "was it deleted, or may this token not see it?")
        return live
