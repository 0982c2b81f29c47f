"""The steps of a check, for `check` and before every push: find the links, ask about them, lint, report."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from cardgen import lint, markdown_files
from cardgen.cli import progress
from cardgen.cli.console import Console
from cardgen.link_cache import FILE, LinkCache
from cardgen.links import archive, files, headers, judge, places, rules, validators
from cardgen.links.check import Offline, check_each
from cardgen.links.files import Page
from cardgen.links.memory import A_DAY, Known, Lifetimes, Nothing, Past, Terms
from cardgen.links.places import Place
from cardgen.links.port import Web
from cardgen.links.rules import Rules
from cardgen.links.siblings import siblings, without_place
from cardgen.links.validators import Revalidating
from cardgen.links.verdict import Verdict
from cardgen.lint.switching import Judged
from cardgen.model import HUB_URL, Card, Finding, Silenced
from cardgen.reports import report, shards
from cardgen.reports.report import Report
from cardgen.reports.shards import Shard
from cardgen.switches import NO_SWITCHES, Switches

if TYPE_CHECKING:
    from cardgen.cli.reading import Project


SAID_OF_LINKS: Final = frozenset({"link-empty", "link-without-scheme"})
"""Rules for those who lint without checking links."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a run wants its links checked. `rules` come beside those of the manifests."""

    offline: bool = False
    allow_private: bool = False
    rules: Rules = rules.NO_RULES
    lifetimes: Lifetimes = A_DAY
    remember: bool = True


@dataclass(frozen=True, slots=True)
class Subject:
    """What is checked: links with their places, what is known of some (`settled`) and of repos (`family`) without
    asking, what lint says, or would if it was not switched off, the rules that come with it, and the `texts` that lint
    names, by these names. `shard` is which part of a run it is, if it is only a part."""

    standing: Mapping[str, Sequence[Place]] = field(default_factory=dict)
    settled: Mapping[str, Verdict] = field(default_factory=dict)
    family: Mapping[str, Verdict] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    silenced: tuple[Silenced, ...] = ()
    rules: Rules = rules.NO_RULES
    texts: Mapping[str, str | bytes] = field(default_factory=dict)
    shard: Shard | None = None

    def __add__(self, other: Subject) -> Subject:
        both = dict(self.standing)
        for url, each in other.standing.items():
            both[url] = (*both.get(url, ()), *each)
        return Subject(
            both,
            {**self.settled, **other.settled},
            {**self.family, **other.family},
            self.findings + other.findings,
            self.silenced + other.silenced,
            rules.joined([self.rules, other.rules]),
            {**self.texts, **other.texts},
        )


def of_cards(project: Project, cards: Sequence[Card]) -> Subject:
    """Some of the cards of a project. What the check of links says of a link, lint need not say again."""
    found = judged(project, cards)
    findings = tuple(each for each in found.findings if each.rule not in SAID_OF_LINKS)
    return replace(links_of_cards(project, cards), findings=findings, silenced=found.silenced)


def links_of_cards(project: Project, cards: Sequence[Card]) -> Subject:
    """The same without what lint says."""
    standing = places.gather(cards, project.sources)
    return Subject(
        standing,
        without_place(standing, {card.repo.url: card for card in project.cards}),
        family=siblings(card.repo for card in project.cards),
        rules=rules.joined(each.link_rules for each in project.collections),
        texts=texts(project),
    )


def texts(project: Project) -> dict[str, str | bytes]:
    """The texts that findings of a project name: its cards, and what they were made of."""
    sources = {each.name: each.text for each in project.sources}
    return {**sources, **{card.repo.path: card.data for card in project.cards}}


def judged(project: Project, cards: Sequence[Card], switches: Switches = NO_SWITCHES) -> Judged:
    """What lint says of some of the cards of a project, and would say if it was not switched off."""
    return lint.judge(project.collections, cards, project.sources, today(), switches)


def of_files(pages: Sequence[Page]) -> Subject:
    """Markdown files, each in its repository."""
    subject = Subject()
    for root, some in markdown_files.by_root(pages).items():
        found = files.gather(some, markdown_files.Disk(root), root)
        subject += Subject(found.standing, found.verdicts, texts={page.name: page.text for page in some})
    return subject


def part(whole: Subject, shard: Shard) -> Subject:
    """What one shard of a run checks. All of them look at everything to know what is theirs."""
    return replace(
        whole,
        standing={url: places for url, places in whole.standing.items() if shard.has_link(url)},
        findings=tuple(each for each in whole.findings if shard.has_card(each.card)),
        silenced=tuple(each for each in whole.silenced if shard.has_card(each.finding.card)),
        shard=replace(shard, run=shards.run_of(whole.standing)),
    )


def make_report(say: Console, subject: Subject, wishes: Wishes) -> Report:
    """What is found out about these links. Ctrl-C ends the asking, and what is known by then is told."""
    known: dict[str, Known] = {}
    stopped = False
    every_rule = rules.joined([subject.rules, wishes.rules])
    with _past(say, wishes) as past, progress.bar(say, "asking about links", len(subject.standing)) as done:
        terms = Terms(time.time, today(), every_rule, past, wishes.lifetimes, subject.settled)
        ask = partial(_ask, replace(wishes, rules=every_rule), subject.family)
        try:
            for url, each in judge.check_each(subject.standing, ask, terms):
                known[url] = each
                done(url)
        except KeyboardInterrupt:
            stopped = True
    known = {url: known.get(url, judge.STOPPED) for url in subject.standing}
    made = report.make(known, subject.standing, subject.findings, subject.silenced, subject.texts)
    return replace(made, stopped=stopped, shard=subject.shard)


def tell_still_missing(say: Console, found: Report, wishes: Wishes) -> None:
    """After a push: ask about the links that waited for it, and tell those that lead nowhere all the same."""
    waited = [link.url for link in found.links if link.verdict.status == "planned"]
    if waited and not wishes.offline:
        for url, verdict in check_each(waited, _web(wishes), endpoint=_endpoint()):
            if verdict.status == "broken":
                say.warn(f"{url}: {verdict.message}, although this push was to create it")


def of_rules(subject: Subject, wishes: Wishes) -> tuple[Finding, ...]:
    """What is wrong with the rules themselves, once all that they are for is there."""
    return tuple(judge.findings(subject.standing, rules.joined([subject.rules, wishes.rules]), today()))


def _ask(
    wishes: Wishes, family: Mapping[str, Verdict], urls: list[str], before: Mapping[str, Verdict]
) -> Iterator[tuple[str, Verdict]]:
    if urls:
        web = Revalidating(_web(wishes), validators.usable(before, urls))
        yield from check_each(urls, web, known=family, endpoint=_endpoint(), register=archive.AVAILABLE)


def _web(wishes: Wishes) -> Web:
    """The web; addresses of this machine and its network only if they are allowed, or are the hub that is set."""
    if wishes.offline:
        return Offline()
    from cardgen.asking import Limits
    from cardgen.web import open_web

    limits = Limits(hosts=wishes.rules.hosts)
    web = open_web(allow_private=wishes.allow_private, endpoint=_endpoint(), limits=limits)
    return headers.Addressed(web, wishes.rules.hosts, _secrets())


@contextmanager
def _past(say: Console, wishes: Wishes) -> Iterator[Past]:
    """What was remembered of links; nothing, if it is not wanted or nobody is asked."""
    if wishes.offline or not wishes.remember:
        yield Nothing()
        return
    cache = LinkCache(FILE, scope(wishes), say.warn, time.time())
    try:
        yield cache
    finally:
        cache.close()


def scope(wishes: Wishes) -> str:
    """What a verdict depends on beside its link: who is asked, and with which headers (not what they hold)."""
    secret = {host: sorted(names) for host, names in _secrets().items()}
    return json.dumps([_endpoint(), wishes.allow_private, secret], sort_keys=True)


def _secrets() -> headers.Headers:
    return headers.secrets(os.environ.get(headers.VARIABLE, ""))


def today() -> str:
    """The day, as 2026-12-31 (UTC)."""
    return datetime.now(UTC).date().isoformat()


def _endpoint() -> str:
    """The hub that links to the Hub are asked at."""
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or HUB_URL
