"""The rows of the page's list, as data for its script: names once, rows as numbers, so that 100,000 links are small."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec
from markupsafe import Markup

from cardgen.links.places import Place
from cardgen.links.urls import shown
from cardgen.model import Finding
from cardgen.reports.causes import MAX_PLACES, day
from cardgen.reports.report import CheckedLink, Report
from cardgen.reports.rule_texts import rule_text

MAX_ROWS: Final = 100_000
"""How many links and findings the list holds."""

MAX_TEXT: Final = 2_000
"""How much of an address or a message is kept."""

MAX_CARDS: Final = 1_000_000
"""How many numbers may say on which cards the rows are; after that, a row is found only by the cards that it names."""

MAX_CHOICES: Final = 500
"""How many hosts and cards are offered for choosing; any other can be typed."""

STATES: Final = ("broken", "error", "moved", "warning", "unsure", "excluded", "planned", "silenced", "ok")
"""The states of links and findings, the most urgent first."""

_HOST = re.compile(r"https?://(?:[^/?#]*@)?([^/?#:]*)", re.IGNORECASE)

Row = tuple[int, str | int, int, int, tuple[tuple[int, ...], ...], tuple[int, ...], int]
"""Of the script's rows: state, address or text, note, rule, some places (source, card, line, column), all cards as runs
if these are not all, how many more places there are."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The list as data, and what its filters offer. `left_out` is how many links and findings it does not hold."""

    data: Markup
    states: tuple[str, ...]
    rules: tuple[str, ...]
    hosts: tuple[str, ...]
    cards: tuple[str, ...]
    left_out: int


@dataclass(slots=True)
class Names:
    """Texts, each once, by their numbers."""

    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, text: str) -> int:
        """The number of a text; -1 for an empty one."""
        return self.numbers.setdefault(text, len(self.numbers)) if text else -1

    def texts(self) -> list[str]:
        return [kept(text) for text in self.numbers]


Told = tuple[str, CheckedLink | Finding, str]
"""A state, what has it, and what more there is to say."""


def of(report: Report) -> Rows:
    """The rows of a report, the most urgent first."""
    told = sorted(_told(report), key=lambda each: STATES.index(each[0]))
    listing = Listing(report)
    found = [listing.row(each) for each in told[:MAX_ROWS]]
    rules = listing.rules.texts()
    data = {
        "states": STATES,
        "severities": [_severity(state, report) for state in STATES],
        "texts": listing.names.texts(),
        "cards": listing.cards.texts(),
        "rules": [(name, rule_text(name, report.rules).address) for name in rules],
        "rows": found,
    }
    return Rows(
        Markup(msgspec.json.encode(data).decode().replace("<", "\\u003c")),  # noqa: S704 - nothing ends the script's tag
        tuple(state for state in STATES if any(state == each[0] for each in told)),
        tuple(sorted(rules)),
        _most_common(report),
        tuple(listing.cards.texts()[:MAX_CHOICES]),
        len(told) - len(found),
    )


def _told(report: Report) -> Iterator[Told]:
    for link in report.links:
        yield link.verdict.status, link, _about(link)
    for each in report.findings:
        yield each.severity, each, each.hint
    for silenced in report.silenced:
        yield "silenced", silenced.finding, silenced.reason


def _about(link: CheckedLink) -> str:
    verdict = link.verdict
    if verdict.status == "ok":
        return ""
    since = f"since {day(link.since)}" if link.since is not None else ""
    return ", ".join(filter(None, (str(verdict.code or ""), verdict.message, since)))


def _severity(state: str, report: Report) -> str:
    """How bad a state is, of a link too."""
    if state in ("broken", "error") or (report.strict and state in ("unsure", "warning")):
        return "error"
    return "warning" if state in ("moved", "unsure", "warning") else ""


class Listing:
    """Rows as they are written, and the names that they use."""

    def __init__(self, report: Report) -> None:
        self.names = Names()
        self.rules = Names()
        self.cards = Names()
        self._room = MAX_CARDS
        of_links = (place.card for link in report.links for place in link.places)
        for card in sorted({*of_links, *(each.card for each in report.findings)}):  # so that runs of them are long
            self.cards.number(card)

    def row(self, told: Told) -> Row:
        """A row, of tuples: the garbage collector does not walk tuples of numbers."""
        state, each, about = told
        cards: tuple[int, ...] = ()
        if isinstance(each, Finding):
            what: str | int = self.names.number(each.message)
            places: tuple[tuple[int, ...], ...] = (self._place(Place(each.card, each.line, each.source), each.column),)
            rule, more = each.rule, 0
        else:
            what, rule, more = kept(each.url), "", max(0, len(each.places) - MAX_PLACES)
            places = tuple(map(self._place, each.places[:MAX_PLACES]))
            cards = self._runs(each.places) if more else cards
        return STATES.index(state), what, self.names.number(about), self.rules.number(rule), places, cards, more

    def _place(self, place: Place, column: int = 0) -> tuple[int, ...]:
        numbers = (self.names.number(place.source), self.cards.number(place.card), place.line)
        return (*numbers, column) if column else numbers

    def _runs(self, places: Sequence[Place]) -> tuple[int, ...]:
        """The cards that a link is on, as first and last numbers of runs; of no more once there are too many."""
        runs = tuple(_runs(sorted({self.cards.number(place.card) for place in places if place.card})))
        self._room -= len(runs)
        return runs if self._room >= 0 else ()


def _runs(numbers: Iterable[int]) -> Iterator[int]:
    last = None
    for number in numbers:
        if last is None or number != last + 1:
            if last is not None:
                yield last
            yield number
        last = number
    if last is not None:
        yield last


def _most_common(report: Report) -> tuple[str, ...]:
    hosts = Counter(host for link in report.links if (host := host_of(link.url)))
    return tuple(kept(host) for host, _ in hosts.most_common(MAX_CHOICES))


def host_of(url: str) -> str:
    """The host of a web address; empty for anything else."""
    found = _HOST.match(url)
    return found[1].lower() if found else ""


def kept(text: str) -> str:
    """A text as the page has it: harmless, and not too long."""
    text = shown(text)
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"
