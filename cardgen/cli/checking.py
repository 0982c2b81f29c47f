"""The steps of a check, for `check` and before every push: find the links, ask about them, lint, report."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cardgen import lint
from cardgen.cli import progress
from cardgen.cli.console import Console
from cardgen.cli.reading import Project
from cardgen.link_cache import FILE, LinkCache
from cardgen.links import headers, judge, places, report, rules
from cardgen.links.check import Offline, check_each
from cardgen.links.memory import A_DAY, Check, Known, Lifetimes, Nothing, Past, Terms
from cardgen.links.places import Place
from cardgen.links.port import Web
from cardgen.links.report import Report
from cardgen.links.rules import Rules
from cardgen.links.siblings import siblings
from cardgen.links.verdict import Verdict
from cardgen.model import HUB_URL, Card, Finding

Standing = Mapping[str, Sequence[Place]]
"""Links with all of their places."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a run wants its links checked. `rules` come beside those of the manifests."""

    offline: bool = False
    allow_private: bool = False
    rules: Rules = rules.NO_RULES
    lifetimes: Lifetimes = A_DAY
    remember: bool = True


def make_report(say: Console, project: Project, cards: Sequence[Card], wishes: Wishes) -> Report:
    """What is found out about these cards and their links."""
    standing = places.gather(cards, project.sources)
    known = siblings(card.repo for card in project.cards)
    wishes = replace(wishes, rules=rules.joined([*(each.link_rules for each in project.collections), wishes.rules]))
    found = [*lint.findings(project.collections, cards)]
    if len(cards) == len(project.cards):
        found += judge.findings(standing, wishes.rules, _today())
    return ask_about(say, standing, wishes, lambda urls: _ask(urls, wishes, known), found)


def ask_about(say: Console, standing: Standing, wishes: Wishes, ask: Check, findings: Sequence[Finding]) -> Report:
    """The report on these links. Ctrl-C ends the asking, and what is known by then is told."""
    known: dict[str, Known] = {}
    stopped = False
    with _past(say, wishes) as past, progress.bar(say, "asking about links", len(standing)) as done:
        terms = Terms(time.time, _today(), wishes.rules, past, wishes.lifetimes)
        try:
            for url, each in judge.check_each(standing, ask, terms):
                known[url] = each
                done(url)
        except KeyboardInterrupt:
            stopped = True
    known = {url: known.get(url, judge.STOPPED) for url in standing}
    return replace(report.make(known, standing, findings), stopped=stopped)


def _ask(urls: Iterable[str], wishes: Wishes, known: Mapping[str, Verdict]) -> Iterator[tuple[str, Verdict]]:
    return check_each(urls, _web(wishes), known=known, endpoint=_endpoint())


def _web(wishes: Wishes) -> Web:
    """The web; addresses of this machine and its network only if they are allowed, or are the hub that is set."""
    if wishes.offline:
        return Offline()
    from cardgen.web import open_web

    web = open_web(allow_private=wishes.allow_private, endpoint=_endpoint())
    return headers.Addressed(web, wishes.rules.hosts, _secrets())


@contextmanager
def _past(say: Console, wishes: Wishes) -> Iterator[Past]:
    """What was remembered of links; nothing, if it is not wanted or nobody is asked."""
    if wishes.offline or not wishes.remember:
        yield Nothing()
        return
    cache = LinkCache(FILE, _scope(wishes), say.warn, time.time())
    try:
        yield cache
    finally:
        cache.close()


def _scope(wishes: Wishes) -> str:
    """What a verdict depends on beside its link: who is asked, and with which headers (not what they hold)."""
    secret = {host: sorted(names) for host, names in _secrets().items()}
    return json.dumps([_endpoint(), wishes.allow_private, secret], sort_keys=True)


def _secrets() -> headers.Headers:
    return headers.secrets(os.environ.get(headers.VARIABLE, ""))


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _endpoint() -> str:
    """The hub that links to the Hub are asked at."""
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or HUB_URL
