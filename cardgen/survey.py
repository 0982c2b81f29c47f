"""Look at every repo of some cards, and plan it at once: what is live is let go again where nothing is to be done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cardgen import fetch, plan
from cardgen.clock import Clock
from cardgen.errors import BusyError, HubError, TokenError, UnreachableError
from cardgen.model import Card, RepoKey
from cardgen.patience import WORKERS, Patience, concurrently
from cardgen.plan import Change, LiveCard, Plan

MAX_UNANSWERED: Final = 5
"""After so many repos without an answer the Hub is taken to be down."""


@dataclass(frozen=True, slots=True)
class Survey:
    """The plan for the repos that could be read, and why others could not."""

    plan: Plan
    failed: Mapping[RepoKey, HubError]


def _ignore(_: object) -> None:
    """Nobody wants to know."""


def survey(
    cards: Sequence[Card],
    hub: fetch.Files,
    judge: Callable[[Card, LiveCard], Change],
    *,
    clock: Clock | None = None,
    on_change: Callable[[Change | HubError], object] = _ignore,
) -> Survey:
    """The plan for all cards, each judged by what the Hub has of its repo; `on_change` is told of each as it is known.

    One request for a repo whose card is all that it has, and one for each file beside it; one more for the
    `.gitattributes` of one that would be written to. A repo that the Hub
    refuses, or does not answer for, is among `failed`. A token that does not work, or a Hub that answers for none,
    ends it all: TokenError, BusyError, UnreachableError.
    """
    patience = Patience(clock)
    look = _Look(hub, judge, patience)
    answers = concurrently(look, cards, patience.clock, WORKERS, on_change)
    changes = tuple(answer for answer in answers if isinstance(answer, Change))
    pairs = zip(cards, answers, strict=True)
    return Survey(Plan(changes), {card.repo.key: answer for card, answer in pairs if isinstance(answer, HubError)})


def again(change: Change, hub: fetch.Files, patience: Patience) -> Change:
    """The change as it has to be now, after somebody committed in between. Raises HubError."""
    return _one(change.card, lambda _, live: plan.remake(change, live), hub, patience)


def _one(card: Card, judge: Callable[[Card, LiveCard], Change], hub: fetch.Files, patience: Patience) -> Change:
    change = judge(card, fetch.one(card, hub, patience))
    if not change.writes:
        return change
    return plan.guard(change, fetch.attributes(card.repo.key, change.live, hub, patience))


class _Look:
    """Looks at one repo after the other; threads share it."""

    def __init__(self, hub: fetch.Files, judge: Callable[[Card, LiveCard], Change], patience: Patience) -> None:
        self._hub = hub
        self._judge = judge
        self._patience = patience
        self._unanswered = 0
        self._lock = threading.Lock()

    def __call__(self, card: Card) -> Change | HubError:
        try:
            return _one(card, self._judge, self._hub, self._patience)
        except HubError as error:
            if self._ends_it_all(error):
                raise
            return error

    def _ends_it_all(self, error: HubError) -> bool:
        if isinstance(error, BusyError | UnreachableError):
            with self._lock:
                self._unanswered += 1
                return self._unanswered >= MAX_UNANSWERED
        return isinstance(error, TokenError)
