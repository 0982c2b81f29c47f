"""What the preview finds out about cards: what lint says, and their links as far as somebody asked before."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby

from cardgen.cli import checking, reading
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
from cardgen.reports import report
from cardgen.reports.report import CheckedLink, Report

AT_ONCE = 20
"""Cards that are looked at before somebody is told what was found."""
_FOR_EVER = Lifetimes(*[float("inf")] * 4)


def read(manifests: Sequence[str]) -> Scene:
    """The cards that manifests make now. Raises CardgenError."""
    project = reading.read(manifests)
    return Scene(collections=project.collections, cards=project.cards, sources=project.sources)


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
    checking.make_report(say, _subject(scene), checking.Wishes())


def urls(scene: Scene) -> frozenset[str]:
    """All links."""
    return frozenset(_subject(scene).standing)


def _subject(scene: Scene) -> Subject:
    return checking.links_of_cards(project_of(scene), scene.cards)
