"""What one check remembers for the next: which verdicts still hold, since when a link fails, what proves nothing yet.

Times are seconds since 1970. What is remembered is kept by a `Past`, which whoever owns a disk provides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from cardgen.links import unasked
from cardgen.links.check import NO_NETWORK
from cardgen.links.rules import NO_RULES, Rules
from cardgen.links.urls import shown
from cardgen.links.verdict import Status, Verdict

HOUR: Final = 3600.0
DAY: Final = 24 * HOUR

LASTING: Final = HOUR
"""How long a host has to be gone before that is more than a failure of the moment."""

MAX_KEPT: Final = 4_000
"""Characters of an address that is remembered; a longer one may be a hostile server's."""

KNOWN: Final[frozenset[Status]] = frozenset({"ok", "moved", "broken", "unsure"})
"""The states that an answer, or the lack of one, told. What is known without asking is not remembered."""

GOOD: Final[frozenset[Status]] = frozenset({"ok", "moved"})

# Names of parameters that carry what opens a door: tokens, keys, signatures of clouds' own links.
_SECRET = re.compile(
    r"[?&;#](?:[\w.-]*[-_.]|access|api|auth|client|refresh|secret)?"
    r"(?:auth|authorization|credentials?|jwt|key|pass|passwd|password|pwd|secret|session|sig|signature|token)"
    r"(?:[-_.][\w.-]*|id)?=",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """For how many seconds a verdict is believed without asking again, by its state. Failures are asked again at once,
    since somebody may have mended them."""

    ok: float = DAY
    moved: float = DAY
    broken: float = 0.0
    unsure: float = 0.0

    def of(self, status: Status) -> float:
        return {"ok": self.ok, "moved": self.moved, "broken": self.broken, "unsure": self.unsure}.get(status, 0.0)


A_DAY: Final = Lifetimes()
AN_HOUR: Final = Lifetimes(ok=HOUR, moved=HOUR)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is remembered of a link: the last verdict and when it was asked for; when the link was last found good, and
    since when it is not, if it is not."""

    verdict: Verdict
    asked: float
    good: float | None = None
    since: float | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A verdict with its history: `asked` is when it was asked for, `since` since when the link is not good."""

    verdict: Verdict
    asked: float | None = None
    since: float | None = None


class Past(Protocol):
    """Whoever remembers."""

    def recall(self, urls: Iterable[str]) -> Mapping[str, Entry]:
        """What is remembered of these links; those that nothing is known of are left out."""
        ...

    def keep(self, url: str, entry: Entry) -> None:
        """Remember this from now on, instead of what was."""
        ...


class Nothing:
    """A past that is empty, and stays so."""

    def recall(self, urls: Iterable[str]) -> Mapping[str, Entry]:  # noqa: ARG002 - a `Past`
        return {}

    def keep(self, url: str, entry: Entry) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Terms:
    """What a check goes by. `today` is a date such as 2026-12-31, `clock` tells the seconds since 1970; `settled` are
    verdicts on links that nobody needs to be asked about."""

    clock: Callable[[], float]
    today: str
    rules: Rules = NO_RULES
    past: Past = field(default_factory=Nothing)
    lifetimes: Lifetimes = A_DAY
    settled: Mapping[str, Verdict] = field(default_factory=dict)


Check = Callable[[list[str], Mapping[str, Verdict]], Iterator[tuple[str, Verdict]]]
"""Asks about links, in this order as far as their hosts allow; it is told what their last verdicts were."""


def check(urls: Iterable[str], ask: Check, terms: Terms) -> Iterator[tuple[str, Known]]:
    """Each link with what is known of it: remembered where that still holds, and else asked for, failures first."""
    urls = list(dict.fromkeys(urls))
    entries = terms.past.recall(urls)
    now = terms.clock()
    asked = []
    for url in urls:
        entry = entries.get(url)
        known = _known(url, entry.verdict, entry, terms.rules) if entry else None
        if entry and known and 0 <= now - entry.asked < terms.lifetimes.of(known.verdict.status):
            yield url, known
        else:
            asked.append(url)
    before = {url: entries[url].verdict for url in asked if url in entries}
    for url, verdict in ask(sorted(asked, key=lambda url: not _failed(entries.get(url))), before):
        yield url, _noted(url, verdict, entries.get(url), terms)


def _failed(entry: Entry | None) -> bool:
    return entry is not None and entry.verdict.status not in GOOD


def _noted(url: str, verdict: Verdict, before: Entry | None, terms: Terms) -> Known:
    """What is known of a link now that it was asked for; it is remembered, if it may be."""
    if verdict.status not in KNOWN or verdict == NO_NETWORK or unasked.verdict(url):
        return Known(verdict)
    entry = _entry(verdict, before, terms.clock())
    if may_keep(url, verdict):
        terms.past.keep(url, entry)
    return _known(url, doubted(entry, before), entry, terms.rules)


def _known(url: str, verdict: Verdict, entry: Entry, rules: Rules) -> Known:
    """What is known of a link once the codes that rules accept count as good; remembered is what the server said."""
    verdict = rules.judged(url, verdict)
    return Known(verdict, entry.asked, None if verdict.status in GOOD else entry.since)


def _entry(verdict: Verdict, before: Entry | None, now: float) -> Entry:
    if verdict.status in GOOD:
        return Entry(verdict, now, good=now)
    since = before.since if before and before.since is not None else now
    return Entry(verdict, now, before.good if before else None, min(since, now))


def doubted(entry: Entry, before: Entry | None) -> Verdict:
    """The verdict as a gate may believe it. That a host's name or certificate is wrong is told by no answer of its own:
    of a link that was good, it counts only once it has lasted from one check to a later one."""
    verdict, since = entry.verdict, entry.since
    is_sudden = verdict.status == "broken" and verdict.code is None and before is not None and before.good is not None
    if is_sudden and since is not None and entry.asked - since < LASTING:
        return replace(verdict, status="unsure", message=f"{verdict.message}, but it was good before: ask again later")
    return verdict


def may_keep(url: str, verdict: Verdict) -> bool:
    """Whether a link can be written to a disk: nothing in it, or in what was learned of it, looks like a secret."""
    evidence = verdict.evidence.url if verdict.evidence else ""
    texts = (url, verdict.message, verdict.location or "", evidence)
    return not any(len(text) > MAX_KEPT or _SECRET.search(text) or shown(text) != text for text in texts)
