"""What the preview finds out about repos on the Hub, beside the pages that it shows: drift, diffs, commits."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from cardgen import fetch, plan
from cardgen.clock import Clock
from cardgen.errors import CardgenError, HubError
from cardgen.hub import Connection
from cardgen.model import Card, RepoKey
from cardgen.pages.scene import OnHub, Scene
from cardgen.patience import WORKERS, Patience, concurrently
from cardgen.preview.stage import Stage
from cardgen.survey import survey

FRESH: Final = 30.0
"""Seconds for which what the Hub said of a repo is not asked for again."""

_judge = plan.judge_with()

Known = Mapping[RepoKey, OnHub]


class Asker:
    """Asks the Hub about repos, in a thread of its own, and puts what it says on the stage.

    It asks about all cards once, and about one again, with its commits, when its page is opened.
    """

    def __init__(self, hub: Connection, stage: Stage, clock: Clock) -> None:
        self._hub = hub
        self._stage = stage
        self._clock = clock
        self._wanted: queue.SimpleQueue[Sequence[Card]] = queue.SimpleQueue()
        self._named: set[RepoKey] = set()
        self._opened: dict[RepoKey, float] = {}
        threading.Thread(target=self._run, name="hub", daemon=True).start()

    def want_new(self, cards: Sequence[Card]) -> None:
        """Ask about those that were never asked about."""
        new = [card for card in cards if card.repo.key not in self._named]
        if new:
            self._named |= {card.repo.key for card in new}
            self._wanted.put(new)

    def want(self, card: Card) -> None:
        """Ask about one and its commits, unless that was done just now."""
        now = time.monotonic()
        if now - self._opened.get(card.repo.key, -FRESH) >= FRESH:
            self._opened[card.repo.key] = now
            self._wanted.put([card])

    def _run(self) -> None:
        while True:
            cards = self._wanted.get()
            found = ask(cards, self._hub, self._clock) if len(cards) == 1 else _survey(cards, self._hub, self._clock)
            self._stage.change(partial(_knowing, found))


def ask(cards: Sequence[Card], hub: Connection, clock: Clock) -> Known:
    """What a push would do to each repo, and its newest commits: two requests or more for each."""
    patience = Patience(clock)

    def one(card: Card) -> OnHub:
        try:
            live = fetch.one(card, hub, patience)
            commits = hub.history(card.repo.key) if live.commit else ()
        except HubError as error:
            return OnHub(error=error.message)
        return OnHub(_judge(card, live), tuple(commits))

    answers = concurrently(one, cards, clock, WORKERS, lambda _: None)
    return {card.repo.key: answer for card, answer in zip(cards, answers, strict=True)}


def _survey(cards: Sequence[Card], hub: Connection, clock: Clock) -> Known:
    """What a push would do to each repo: mostly one request for each."""
    try:
        found = survey(cards, hub, _judge, clock=clock)
    except CardgenError as error:
        return {card.repo.key: OnHub(error=error.message) for card in cards}
    told = {change.repo.key: OnHub(change) for change in found.plan.changes}
    return told | {key: OnHub(error=error.message) for key, error in found.failed.items()}


def _knowing(found: Known, scene: Scene) -> Scene:
    return replace(scene, on_hub={**scene.on_hub, **found})


def again(scene: Scene) -> Scene:
    """The scene with what a push would do now that the cards are others; the Hub is not asked for it."""
    cards = {card.repo.key: card for card in scene.cards}
    known = {key: _judged(cards[key], each) for key, each in scene.on_hub.items() if key in cards}
    return replace(scene, on_hub=known)


def _judged(card: Card, known: OnHub) -> OnHub:
    return replace(known, change=_judge(card, known.change.live)) if known.change else known
