"""What became of the changes of a plan, and how they are worked through: one that fails does not stop the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from cardgen import fetch
from cardgen.errors import BusyError, CardgenError, HubError, QuotaError, TokenError, UnreachableError
from cardgen.patience import WORKERS, Patience, concurrently
from cardgen.plan import Change, Plan

MAX_UNANSWERED: Final = 5
"""After so many repos without an answer the Hub is taken to be down."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a change.

    `published` at `commit`; `proposed` at `commit`, as the pull request at `url`; `unchanged`; `stopped` to protect
    somebody's work, which `error` or else `change` tells about, and may do only since the push began; `failed` with
    an `error`; `skipped` because the push ended before its turn.
    """

    change: Change
    state: Literal["published", "proposed", "unchanged", "stopped", "failed", "skipped"]
    commit: str | None = None
    url: str = ""
    error: CardgenError | None = None


def each(
    wanted: Plan,
    write: Callable[[Change], Outcome],
    hub: fetch.Files,
    patience: Patience,
    on_outcome: Callable[[Outcome], object],
) -> tuple[Outcome, ...]:
    """`write` every change that is to be written, a few at a time; outcomes in the plan's order.

    What was written is read back at its commit, and has `failed` if it differs. `on_outcome` is told of each as it is
    known. A token that stops working, or a Hub that answers no more, ends it: what is left is `skipped`. Ctrl-C ends
    it between requests.
    """
    work = _Each(write, hub, patience)
    return tuple(concurrently(work, wanted.changes, patience.clock, WORKERS, on_outcome))


class _Each:
    """Writes one change after the other; threads share it."""

    def __init__(self, write: Callable[[Change], Outcome], hub: fetch.Files, patience: Patience) -> None:
        self._write = write
        self._hub = hub
        self._patience = patience
        self._unanswered = 0

    def __call__(self, change: Change) -> Outcome:
        """What became of one change. Never raises HubError."""
        if not change.writes:
            return Outcome(change, "stopped" if change.stops else "unchanged", change.parent)
        if self._patience.clock.is_over:
            return Outcome(change, "skipped")
        try:
            return self._verified(self._write(change))
        except HubError as error:
            self._note(error)
            return Outcome(change, "failed", error=error)

    def _verified(self, outcome: Outcome) -> Outcome:
        repo, commit = outcome.change.repo.key, outcome.commit
        if outcome.state not in {"published", "proposed"} or commit is None:
            return outcome
        live = fetch.at(repo, self._hub, self._patience, commit)
        if fetch.holds(outcome.change.files, repo, live, self._hub, self._patience):
            return outcome
        message = f"{repo[1]}: commit {commit} does not hold what was published"
        raise HubError(message, "look at the repo's history on the Hub")

    def _note(self, error: HubError) -> None:
        """Stop it all when the token fails, a quota is used up, or so many repos got no answer that none will."""
        if isinstance(error, BusyError | UnreachableError):
            self._unanswered += 1
        if isinstance(error, TokenError | QuotaError) or self._unanswered >= MAX_UNANSWERED:
            self._patience.clock.stop()
