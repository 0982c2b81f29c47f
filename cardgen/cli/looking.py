"""What the preview finds out about cards: what lint says, and their links as far as somebody asked before."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby

from cardgen.cli import checking
from cardgen.cli.checking import Subject
from cardgen.cli.console import Console
from cardgen.cli.reading import Project
from cardgen.link_cache import FILE, LinkCache
from cardgen.links import judge as links_judge
from cardgen.links.check import Offline, check_each
from cardgen.links.memory import Lifetimes, Nothing, Past, Terms
from cardgen.links.verdict import Verdict
from cardgen.model import Card, Finding, RepoKey
from cardgen.pages.scene import Checked, Counts, Scene, count
from cardgen.preview.stage import Stage
from cardgen.reports import report
from cardgen.reports.report import CheckedLink, Report

AT_ONCE = 20
"""Cards that are looked at before somebody may say that they are others by now."""

SECOND = 1.0
"""How often the pages are told of what was found by then."""

_FOR_EVER = Lifetimes(*[float("inf")] * 4)


def project_of(scene: Scene) -> Project:
    """The project that a scene shows."""
    return Project(scene.collections, scene.cards, scene.sources)


def look(scene: Scene, card: Card) -> Checked:
    """All that can be said of one card without asking anybody."""
    return _look(scene, [card])[card.repo.key]


def judge(scene: Scene) -> Scene:
    """The scene with what lint says of its cards."""
    found: dict[str, list[Finding]] = {}
    for finding in checking.judged(project_of(scene), scene.cards).findings:
        found.setdefault(finding.card, []).append(finding)
    return replace(scene, findings={path: tuple(each) for path, each in found.items()})


def count_all(scene: Scene) -> Iterator[Mapping[RepoKey, Counts]]:
    """How much there is to say of every card, some cards at a time."""
    for start in range(0, len(scene.cards), AT_ONCE):
        some = scene.cards[start : start + AT_ONCE]
        yield {key: count(checked) for key, checked in _look(scene, some).items()}


def _look(scene: Scene, cards: Sequence[Card]) -> dict[RepoKey, Checked]:
    """All that can be said of some cards; before all were judged, lint knows nothing of the others."""
    project, known = project_of(scene), scene.findings
    if known is None:
        findings = checking.judged(project, cards).findings
    else:
        findings = tuple(finding for card in cards for finding in known.get(card.repo.path, ()))
    return dict(_by_card(recalled(replace(checking.links_of_cards(project, cards), findings=findings)), cards))


def _by_card(found: Report, cards: Sequence[Card]) -> Iterator[tuple[RepoKey, Checked]]:
    """What a report says of each card; its links stand in the order of its lines."""
    links: dict[str, list[CheckedLink]] = {}
    for link in found.links:
        for path, places in groupby(link.places, lambda place: place.card):
            links.setdefault(path, []).append(replace(link, places=tuple(places)))
    for card in cards:
        path = card.repo.path
        mine = sorted(links.get(path, ()), key=lambda link: link.places[0].line)
        yield card.repo.key, Checked(tuple(each for each in found.findings if each.card == path), tuple(mine))


def recalled(subject: Subject) -> Report:
    """What is known of links without asking anybody: from the manifests, and from what earlier checks found."""

    def ask_nobody(urls: list[str], _: Mapping[str, Verdict]) -> Iterator[tuple[str, Verdict]]:
        return check_each(urls, Offline(), known=subject.family)

    with _past() as past:
        terms = Terms(time.time, checking.today(), subject.rules, past, _FOR_EVER, subject.settled)
        known = dict(links_judge.check_each(subject.standing, ask_nobody, terms))
    return report.make(known, subject.standing, subject.findings)


@contextmanager
def _past() -> Iterator[Past]:
    if not FILE.exists():
        yield Nothing()
        return
    cache = LinkCache(FILE, checking.scope(checking.Wishes()), lambda _: None, time.time())
    try:
        yield cache
    finally:
        cache.close()


def ask(say: Console, scene: Scene) -> None:
    """Ask about all links. What is found out is remembered, so that a look without asking finds it."""
    checking.make_report(say, checking.links_of_cards(project_of(scene), scene.cards), checking.Wishes())


class Looker:
    """Looks at all cards, in a thread of its own, whenever they are others, and puts what it finds on the stage.

    With `asks`, it then asks about their links, if these are others too.
    """

    def __init__(self, stage: Stage, *, asks: bool) -> None:
        self._stage = stage
        self._asks = asks
        self._asked: frozenset[str] = frozenset()
        self._is_due = threading.Event()
        threading.Thread(target=self._run, name="looker", daemon=True).start()

    def look(self) -> None:
        """Look at the cards that are on the stage now; what is still looked at is given up."""
        self._is_due.set()

    def _run(self) -> None:
        while self._is_due.wait():
            self._is_due.clear()
            scene = self._stage.scene
            if self._count(scene) and self._asks and self._ask(scene):
                self._count(scene)

    def _count(self, scene: Scene) -> bool:
        """Whether all cards could be counted before they were others."""
        judged = judge(scene)
        if self._is_due.is_set():
            return False
        self._stage.change(lambda scene: replace(scene, findings=judged.findings))
        found: dict[RepoKey, Counts] = {}
        told = time.monotonic()
        for some in count_all(judged):
            if self._is_due.is_set():
                return False
            found |= some
            if time.monotonic() - told >= SECOND:
                self._tell(found)
                told = time.monotonic()
        self._tell(found)
        return True

    def _tell(self, found: Mapping[RepoKey, Counts]) -> None:
        self._stage.change(lambda scene: replace(scene, counts={**scene.counts, **found}))

    def _ask(self, scene: Scene) -> bool:
        """Whether there was something to ask that was not asked before."""
        urls = frozenset(checking.links_of_cards(project_of(scene), scene.cards).standing)
        if urls == self._asked:
            return False
        self._asked = urls
        ask(Console(verbosity=-1), scene)
        return True
