"""What one check remembers for the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import pytest

from cardgen.links import judge, memory
from cardgen.links.check import NO_NETWORK
from cardgen.links.memory import DAY, HOUR, Entry, Known, Lifetimes, Terms, may_keep
from cardgen.links.rules import HostRule, Ignore, Rules
from cardgen.links.verdict import Evidence, Status, Verdict

NOW = 1_795_000_000.0
OK = Verdict("ok", 200)
GONE = Verdict("broken", 404, "there is no such page")
NO_HOST = Verdict("broken", None, "there is no such host")
A, B, C = "https://a.org/", "https://b.org/", "https://c.org/"


@dataclass
class Memory:
    """A past in a mapping."""

    entries: dict[str, Entry] = field(default_factory=dict)

    def recall(self, urls: Iterable[str]) -> Mapping[str, Entry]:
        return {url: self.entries[url] for url in urls if url in self.entries}

    def keep(self, url: str, entry: Entry) -> None:
        self.entries[url] = entry


@dataclass
class Asked:
    """Answers from a table; notes what it was asked."""

    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    urls: list[str] = field(default_factory=list)
    before: Mapping[str, Verdict] = field(default_factory=dict)

    def __call__(self, urls: Iterable[str], before: Mapping[str, Verdict]) -> Iterator[tuple[str, Verdict]]:
        self.before = before
        for url in urls:
            self.urls.append(url)
            yield url, self.verdicts.get(url, OK)


def terms(past: memory.Past, now: float = NOW, **more: object) -> Terms:
    return replace(Terms(lambda: now, "2026-11-18", past=past), **more)  # type: ignore[arg-type]


def check(past: Memory, verdict: Verdict, now: float, **more: object) -> Known:
    return dict(memory.check([A], Asked({A: verdict}), terms(past, now, **more)))[A]


def test_what_was_good_is_not_asked_again_for_a_day() -> None:
    past = Memory()
    check(past, OK, NOW)
    for now, is_asked in ((NOW + DAY - 1, False), (NOW + DAY, True), (NOW - 10, True)):
        asked = Asked()
        known = dict(memory.check([A], asked, terms(past, now)))
        assert (asked.urls == [A]) is is_asked
        assert known[A] == Known(OK, NOW if not is_asked else now)
        past.entries[A] = Entry(OK, NOW, NOW)


@pytest.mark.parametrize("status", ["broken", "unsure"])
def test_failures_are_asked_again_at_once_and_first(status: Status) -> None:
    failed = Verdict(status, 404)
    past = Memory({C: Entry(failed, NOW - 1, None, NOW - 1), B: Entry(OK, NOW - 1, NOW - 1)})
    asked = Asked()
    assert dict(memory.check([A, B, C], asked, terms(past)))[C].verdict == OK
    assert asked.urls == [C, A]


def test_lifetimes_by_status() -> None:
    past = Memory({A: Entry(GONE, NOW - 60, None, NOW - 60), B: Entry(OK, NOW - 60, NOW - 60)})
    asked = Asked()
    known = dict(memory.check([A, B], asked, terms(past, lifetimes=Lifetimes(ok=30, broken=3600))))
    assert asked.urls == [B]
    assert known[A] == Known(GONE, NOW - 60, NOW - 60)


def test_since_when_a_link_fails() -> None:
    past = Memory()
    assert check(past, GONE, NOW).since == NOW
    assert check(past, Verdict("unsure", 503), NOW + DAY).since == NOW
    assert check(past, GONE, NOW + 2 * DAY).since == NOW
    assert check(past, OK, NOW + 3 * DAY).since is None
    assert check(past, GONE, NOW + 5 * DAY).since == NOW + 5 * DAY


def test_an_answer_proves_at_once_what_a_failure_does_not() -> None:
    past = Memory({A: Entry(OK, NOW - 2 * DAY, NOW - 2 * DAY)})
    assert check(past, GONE, NOW).verdict == GONE
    past = Memory({A: Entry(OK, NOW - 2 * DAY, NOW - 2 * DAY)})
    sudden = check(past, NO_HOST, NOW).verdict
    assert (sudden.status, sudden.message) == (
        "unsure",
        "there is no such host, but it was good before: ask again later",
    )
    assert check(past, NO_HOST, NOW + HOUR - 1).verdict.status == "unsure"
    assert check(past, NO_HOST, NOW + HOUR).verdict == NO_HOST


def test_a_host_that_never_was_is_broken_at_once() -> None:
    assert check(Memory(), NO_HOST, NOW).verdict == NO_HOST


@pytest.mark.parametrize(
    "url",
    [
        "https://me:pw@a.org/",
        "https://a.org/?token=abc",
        "https://a.org/?a=1&api_key=abc",
        "https://a.org/?X-Amz-Signature=abc",
        "https://a.org/?X-Amz-Security-Token=abc",
        "https://a.org/#access_token=abc",
        "https://a.org/?sig=abc",
        "https://a.org/?Key-Pair-Id=abc",
        "https://a.org/?client_secret=abc",
        "https://a.org/?PASSWORD=abc",
    ],
)
def test_what_looks_like_a_secret_is_not_remembered(url: str) -> None:
    past = Memory()
    assert dict(memory.check([url], Asked({url: GONE}), terms(past)))[url].verdict == GONE
    assert not past.entries
    assert not may_keep(A, replace(GONE, message=f"redirects to {url}: gone"))
    assert not may_keep(A, Verdict("moved", 301, "moved", url))
    assert not may_keep(A, replace(OK, evidence=Evidence(url)))


def test_what_is_endless_is_not_remembered() -> None:
    assert not may_keep(A, Verdict("moved", 301, "moved", f"https://a.org/?{'key-' * 20_000}"))


@pytest.mark.parametrize("url", ["https://a.org/?q=token", "https://a.org/tokenizer?monkey=1", "https://a.org/?page=2"])
def test_what_only_sounds_like_one_is(url: str) -> None:
    assert may_keep(url, OK)


def test_what_nobody_was_asked_is_not_remembered() -> None:
    past = Memory()
    verdicts = {A: Verdict("planned"), B: Verdict("excluded"), C: NO_NETWORK, "example.com": Verdict("broken")}
    assert {each.asked for _, each in memory.check(verdicts, Asked(verdicts), terms(past))} == {None}
    assert not past.entries


def test_rules_come_before_asking_and_after_it() -> None:
    rules = Rules(
        (Ignore("https://a.org/*", "not open yet", until="2026-11-18"), Ignore("https://b.org/*", "x", "2026-11-17")),
        frozenset({403}),
        {"c.org": HostRule(frozenset({404}))},
    )
    asked = Asked({B: Verdict("unsure", 403, "refuses us"), C: GONE})
    known = dict(judge.check_each([A, B, C], asked, terms(Memory(), rules=rules)))
    assert known[A].verdict == Verdict("excluded", message="ignored: not open yet")
    assert known[B].verdict == Verdict("ok", 403, "accepted: refuses us")
    assert (known[C].verdict.status, known[C].since) == ("ok", None)
    assert asked.urls == [B, C]


def test_what_is_accepted_is_believed_for_as_long_as_it_is_accepted() -> None:
    past = Memory()
    accepting = Rules(accept=frozenset({404}))
    assert check(past, GONE, NOW, rules=accepting).verdict.status == "ok"
    asked = Asked({A: GONE})
    assert dict(memory.check([A], asked, terms(past, NOW + 60, rules=accepting)))[A].verdict.status == "ok"
    assert not asked.urls
    assert dict(memory.check([A], asked, terms(past, NOW + 60)))[A].verdict == GONE
    assert asked.urls == [A]


def test_rules_that_do_nothing_any_more_are_told() -> None:
    rules = Rules(
        (
            Ignore("https://a.org/*", "closed", "2026-11-17", "c.yaml:3:5"),
            Ignore("https://x.org", "closed", "", "c.yaml:4:5"),
            Ignore("https://b.org*", "closed"),
        )
    )
    expired, unused = judge.findings([A, B], rules, "2026-11-18")
    assert (expired.rule, expired.severity, expired.source) == ("ignore-expired", "warning", "c.yaml:3:5")
    assert expired.message == "https://a.org/* was to be ignored until 2026-11-17: closed"
    assert (unused.rule, unused.source) == ("ignore-unused", "c.yaml:4:5")


@pytest.mark.parametrize(
    ("pattern", "url", "covers"),
    [
        ("https://a.org/", "https://a.org/", True),
        ("https://a.org/", "https://a.org/x", False),
        ("https://a.org/*", "https://a.org/x?y", True),
        ("https://*.org/*/z", "https://a.org/b/z", True),
        ("https://*.org/*/z", "https://a.org/z", False),
        ("https://a.org/?x", "https://a.org/yx", False),
        ("*.pdf", "https://a.org/b.pdf", True),
        ("https://a.orga.org", "https://a.org", False),
    ],
)
def test_patterns(pattern: str, url: str, covers: bool) -> None:
    assert Ignore(pattern, "x").covers(url) is covers
