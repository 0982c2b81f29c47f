"""A report for people: what is wrong, grouped by its cause, first what the reader can mend."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from cardgen.links.places import Place
from cardgen.model import Finding
from cardgen.reports.report import CheckedLink, Report, counts

MAX_PLACES: Final = 3
"""How many places of a link or finding are named."""

Kind = Literal["broken", "error", "moved", "warning", "unsure"]
ORDER: Final[tuple[Kind, ...]] = ("broken", "error", "moved", "warning", "unsure")
"""What somebody has to mend, what cardgen can mend, what is good to know, what only time can tell."""

_STATUSES: Final = ("broken", "moved", "unsure", "excluded", "planned", "ok")
_URL = re.compile(r"https?://\S*[^\s:.,;]")
_FRAGMENT = re.compile(r"'#[^']*'")
_MOVED = "moved permanently"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing with a cause: a link (`url`), with what more there is to say of it, or only places."""

    url: str
    note: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """Several things that are wrong for the same reason. `rule` is lint's name for it."""

    kind: Kind
    reason: str
    items: tuple[Item, ...]
    rule: str = ""


def causes(report: Report) -> tuple[Cause, ...]:
    """What a person should hear of, the most urgent first, and of one kind what concerns most first."""
    found = (*_of_links(report.links), *_of_findings(report.findings))
    return tuple(sorted(found, key=lambda cause: (ORDER.index(cause.kind), -len(cause.items), cause.reason)))


def _of_links(links: Iterable[CheckedLink]) -> Iterator[Cause]:
    groups: dict[tuple[Kind, str], list[CheckedLink]] = {}
    for link in links:
        status = link.verdict.status
        if status == "broken" or status == "moved" or status == "unsure":  # noqa: PLR1714 - mypy narrows these alone
            groups.setdefault((status, _reason(link)), []).append(link)
    for (kind, reason), alike in groups.items():
        yield Cause(kind, reason, tuple(Item(link.url, _note(link), where(link.places)) for link in alike))


def _reason(link: CheckedLink) -> str:
    """Why, without what differs from link to link."""
    verdict = link.verdict
    if verdict.status == "moved":
        return "`cardgen check --fix` writes the new address"
    code = f"{verdict.code}, " if verdict.code else ""
    return code + _FRAGMENT.sub("'#…'", _URL.sub("…", verdict.message))


def _note(link: CheckedLink) -> str:
    parts = [f"since {day(link.since)}"] if link.since is not None and link.asked and _is_old(link) else []
    if link.verdict.location:
        message = "" if link.verdict.message.startswith(_MOVED) else f" ({link.verdict.message})"
        parts.append(f"→ {link.verdict.location}{message}")
    elif elsewhere := _URL.search(link.verdict.message):
        parts.append(f"→ {elsewhere[0]}")
    return ", ".join(parts)


def _is_old(link: CheckedLink) -> bool:
    """Whether a link fails since an earlier day than today's."""
    return day(link.since or 0.0) != day(link.asked or 0.0)


def day(moment: float) -> str:
    """A moment's day, as 2026-12-31 (UTC)."""
    return datetime.fromtimestamp(moment, UTC).date().isoformat()


def _of_findings(findings: Iterable[Finding]) -> Iterator[Cause]:
    groups: dict[tuple[Kind, str, str], list[Place]] = {}
    for each in findings:
        places = groups.setdefault((each.severity, each.message, each.rule), [])
        places.append(Place(each.card, each.line, each.source))
    for (kind, reason, rule), alike in groups.items():
        yield Cause(kind, reason, (Item("", "", where(alike)),), rule)


def where(places: Sequence[Place]) -> tuple[str, ...]:
    """Places in words: each place in a source once, with the cards that it is seen on; a card itself if there is no
    source."""
    sources: dict[str, list[str]] = {}
    for place in places:
        line = f"{place.card}:{place.line}" if place.line else place.card
        sources.setdefault(place.source or line, []).append(line if place.source and place.card else "")
    told = [_one(source, list(filter(None, cards))) for source, cards in sources.items()]
    return (*told[:MAX_PLACES], f"and {len(told) - MAX_PLACES} more places") if len(told) > MAX_PLACES else tuple(told)


def _one(source: str, cards: Sequence[str]) -> str:
    if not cards:
        return source
    more = f" and {len(cards) - 1} more" if len(cards) > 1 else ""
    return f"{source} (on {cards[0]}{more})"


def summary(report: Report) -> str:
    """How many links and findings of each kind there are, in a line."""
    if not report.links and not report.findings:
        return "No links, and nothing to complain about."
    number = counts(report)
    links = ", ".join(f"{number[status]} {status}" for status in _STATUSES if number[status])
    parts = [f"{_count(number['links'], 'link')}: {links}" if links else "no links"]
    parts += [_count(number[key], key[:-1]) for key in ("errors", "warnings") if number[key]]
    return "; ".join([*parts, *(["stopped before the end"] if report.stopped else [])])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
