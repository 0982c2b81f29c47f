"""What is new since an earlier report, and what is no longer there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cardgen.model import Finding
from cardgen.reports.causes import counted, day, how_many, spot_of
from cardgen.reports.report import CheckedLink, Report, alike

MAX_TOLD: Final = 20
"""How many of each kind are named where people read; JSON has all."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Links that are newly broken, mended, still broken, or broken before and linked no longer; findings that are new,
    and those that are gone.

    What was broken and could not be told this time is none of these. `since` is when the earlier report's links were
    last asked for, in seconds since 1970; None if none was.
    """

    since: float | None
    broken: tuple[CheckedLink, ...] = ()
    mended: tuple[CheckedLink, ...] = ()
    still: tuple[CheckedLink, ...] = ()
    unlinked: tuple[CheckedLink, ...] = ()
    found: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Some of what changed in the same way, in words."""

    heading: str
    items: tuple[str, ...]


def compare(before: Report, now: Report) -> Changes:
    """What changed. Links are the same by their URLs, findings by their rule, card and message: lines move."""
    was = {link.url: link for link in before.links if _is_broken(link)}
    there = {link.url for link in now.links}
    return Changes(
        max((link.asked for link in before.links if link.asked is not None), default=None),
        tuple(link for link in now.links if _is_broken(link) and link.url not in was),
        tuple(link for link in now.links if link.url in was and link.verdict.status in ("ok", "moved", "planned")),
        tuple(_longer(link, was[link.url]) for link in now.links if _is_broken(link) and link.url in was),
        tuple(link for link in was.values() if link.url not in there),
        _without(now.findings, before.findings),
        _without(before.findings, now.findings),
    )


def _is_broken(link: CheckedLink) -> bool:
    return link.verdict.status == "broken"


def _longer(link: CheckedLink, before: CheckedLink) -> CheckedLink:
    """A link that is still broken, since the earliest time that either report knows."""
    times = [time for time in (link.since, before.since, before.asked) if time is not None]
    return replace(link, since=min(times, default=None))


def _without(findings: Iterable[Finding], others: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that are not among the others; of several alike, those beyond the others' number."""
    left = Counter(map(_identity, others))
    kept = []
    for each in findings:
        if left[_identity(each)] > 0:
            left[_identity(each)] -= 1
        else:
            kept.append(each)
    return tuple(kept)


def _identity(finding: Finding) -> tuple[str, str, str]:
    return (finding.rule, finding.card, finding.message)


def title(changes: Changes) -> str:
    """What the changes are since."""
    when = "the earlier report" if changes.since is None else f"the report of {day(changes.since)}"
    return f"since {when}:" if groups(changes) else f"since {when}: nothing changed"


def groups(changes: Changes) -> tuple[Group, ...]:
    """What changed, in words, the most urgent first."""
    found = (
        _group("newly broken", [link.url for link in changes.broken]),
        _group("still broken", [_since(link) for link in changes.still]),
        _findings("new finding", changes.found),
        _group("mended", [link.url for link in changes.mended]),
        _group("broken before, linked no longer", [link.url for link in changes.unlinked]),
        _findings("gone finding", changes.gone),
    )
    return tuple(group for group in found if group.items)


def _group(heading: str, items: Sequence[str]) -> Group:
    return Group(f"{len(items)} {heading}", _some(items))


def _findings(heading: str, findings: Sequence[Finding]) -> Group:
    """Findings that are alike, on several cards, are one item."""
    return Group(counted(len(findings), heading), _some([_in_words(each) for each in alike(findings)]))


def _some(items: Sequence[str]) -> tuple[str, ...]:
    more = (f"and {len(items) - MAX_TOLD} more",) if len(items) > MAX_TOLD else ()
    return (*items[:MAX_TOLD], *more)


def _since(link: CheckedLink) -> str:
    return link.url if link.since is None else f"{link.url} since {day(link.since)}"


def _in_words(found: Sequence[Finding]) -> str:
    first = found[0]
    place = how_many(found) or spot_of(first) or first.source
    return f"{first.severity}: {first.message} [{first.rule}]" + (f" ({place})" if place else "")
