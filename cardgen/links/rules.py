"""What somebody decided about links beforehand: which not to ask for, which answers will do, how to treat a host.

Rules may be a stranger's. They can hide links, and say so in the report; they cannot send a secret anywhere, since
secrets come from elsewhere, with the host that each is for (`secrets`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from msgspec import Struct, field

from cardgen.links.patterns import fits

if TYPE_CHECKING:
    from cardgen.links.verdict import Verdict

SAYS_NOTHING: Final = frozenset({"Accept", "Accept-Language", "Referer", "User-Agent"})
"""Headers that rules may set: they open no door, and change nothing about how a request is read."""


class Ignore(Struct, frozen=True):
    """Links that are not asked for. In `pattern`, `*` stands for anything; `until` is the last day, as 2026-12-31."""

    pattern: str
    reason: str
    until: str = ""
    source: str = ""

    def covers(self, url: str) -> bool:
        return fits(url, self.pattern.split("*"))

    def is_over(self, today: str) -> bool:
        return bool(self.until) and self.until < today


class HostRule(Struct, frozen=True):
    """How one host is treated: codes that are as good as 200, requests at once, seconds between two and for each, and
    headers. What is None is as for all hosts."""

    accept: frozenset[int] = frozenset()
    at_once: int | None = None
    pause: float | None = None
    timeout: float | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Rules(Struct, frozen=True):
    """All rules of a run; hosts are named as in URLs, in lower case, with a port if they have one there."""

    ignore: tuple[Ignore, ...] = ()
    accept: frozenset[int] = frozenset()
    hosts: Mapping[str, HostRule] = field(default_factory=dict)

    def ignored(self, url: str, today: str) -> Ignore | None:
        """The rule for which a link is not asked for today."""
        return next((each for each in self.ignore if not each.is_over(today) and each.covers(url)), None)

    def judged(self, url: str, verdict: Verdict) -> Verdict:
        """The verdict once accepted codes count as good. A new address stays: it was no failure."""
        host = self.hosts.get(host_of(url))
        accepted = verdict.code in (self.accept | host.accept if host else self.accept)
        if not accepted or verdict.status not in ("broken", "unsure"):
            return verdict
        return verdict.accepted()


NO_RULES: Final = Rules()


def joined(rules: Iterable[Rules]) -> Rules:
    """The rules of several manifests, and of the command line, as one; of two for a host, the later one counts."""
    rules = tuple(rules)
    return Rules(
        tuple(dict.fromkeys(ignore for each in rules for ignore in each.ignore)),
        frozenset().union(*(each.accept for each in rules)),
        {host: rule for each in rules for host, rule in each.hosts.items()},
    )


def host_of(url: str) -> str:
    """Host and port of a URL as rules name it; empty for what has none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""
