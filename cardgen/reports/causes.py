"""A report for people: what is wrong, grouped by its cause, first what the reader can mend."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from cardgen.links.places import Place
from cardgen.model import Finding
from cardgen.reports.excerpts import Excerpt
from cardgen.reports.report import CheckedLink, Report, alike, counts
from cardgen.reports.spots import Spot, finding_spot

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
    """Several things that are wrong for the same reason: links, an item each, or findings of a `rule`, all of which are
    one item. `count` says how many they are in words, if they are several findings; `excerpt` is of the first."""

    kind: Kind
    reason: str
    items: tuple[Item, ...]
    number: int
    rule: str = ""
    count: str = ""
    hint: str = ""
    excerpt: Excerpt | None = None


def causes(report: Report) -> tuple[Cause, ...]:
    """What a person should hear of: the most urgent first, then what concerns most, then line by line."""
    found = (*_of_links(report.links), *_of_findings(report))
    return tuple(sorted(found, key=lambda cause: (ORDER.index(cause.kind), -cause.number)))


def _of_links(links: Iterable[CheckedLink]) -> Iterator[Cause]:
    groups: dict[tuple[Kind, str], list[CheckedLink]] = {}
    for link in links:
        status = link.verdict.status
        if status == "broken" or status == "moved" or status == "unsure":  # noqa: PLR1714 - mypy narrows these alone
            groups.setdefault((status, _reason(link)), []).append(link)
    for (kind, reason), links_alike in groups.items():
        items = tuple(Item(link.url, _note(link), where(link.places)) for link in links_alike)
        yield Cause(kind, reason, items, len(items))


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


def _of_findings(report: Report) -> Iterator[Cause]:
    for found in alike(report.findings):
        first = found[0]
        excerpt = report.excerpts.get(first)
        items = (Item("", "", where_found(*found)),)
        yield Cause(first.severity, first.message, items, len(found), first.rule, how_many(found), first.hint, excerpt)


def at_one_place(findings: Iterable[Finding]) -> Iterator[tuple[Finding, str]]:
    """Findings, of which those that are alike and are mended in the same place are one, with how many these are."""
    for group in alike(findings):
        places: dict[Spot | None, list[Finding]] = {}
        for each in group:
            places.setdefault(finding_spot(each), []).append(each)
        for found in places.values():
            number = how_many(found)
            yield found[0], f" ({number})" if number else ""


def how_many(found: Sequence[Finding]) -> str:
    """How many findings these are, on how many cards; nothing if it is one."""
    cards = len({each.card for each in found if each.card})
    if len(found) == 1:
        return ""
    if cards == len(found):
        return counted(cards, "card")
    return f"{len(found)} times" + (f" on {counted(cards, 'card')}" if cards else "")


def spot_of(finding: Finding) -> str:
    """Where on its card a finding is, as `card:line:column`, as far as that is known."""
    parts = [finding.card, *(str(part) for part in (finding.line, finding.line and finding.column) if part)]
    return ":".join(parts) if finding.card else ""


def where(places: Sequence[Place]) -> tuple[str, ...]:
    """Places in words: each place in a source once, with the cards that it is seen on; a card itself if there is no
    source."""
    return _named((place.source, f"{place.card}:{place.line}" if place.line else place.card) for place in places)


def where_found(*findings: Finding) -> tuple[str, ...]:
    """The same for what lint found."""
    return _named((each.source, spot_of(each)) for each in findings)


def _named(places: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    sources: dict[str, list[str]] = {}
    for source, card in places:
        sources.setdefault(source or card, []).append(card if source else "")
    told = [_one(source, list(filter(None, cards))) for source, cards in sources.items()]
    return (*told[:MAX_PLACES], f"and {len(told) - MAX_PLACES} more places") if len(told) > MAX_PLACES else tuple(told)


def _one(source: str, cards: Sequence[str]) -> str:
    if not cards:
        return source
    more = f" and {len(cards) - 1} more" if len(cards) > 1 else ""
    return f"{source} (on {cards[0]}{more})"


def summary(report: Report) -> str:
    """How many links and findings of each kind there are, in a line."""
    number = counts(report)
    links = ", ".join(f"{number[status]} {status}" for status in _STATUSES if number[status])
    parts = [f"{counted(number['links'], 'link')}: {links}"] if links else []
    parts += [counted(number[key], key[:-1]) for key in ("errors", "warnings") if number[key]]
    parts = parts or ["Nothing to complain about"]
    parts += [f"{number['silenced']} silenced"] if number["silenced"] else []
    parts += ["stopped before the end"] if report.stopped else []
    parts += [f"only shard {report.shard} of the run"] if report.shard else []
    return "; ".join(parts) + ("" if links or report.findings else ".")


def counted(number: int, noun: str) -> str:
    """A number of things: `1 link`, `2 links`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
