"""A report as annotations of GitHub's jobs (its "workflow commands"): they stand beside the lines of a change.

A step shows ten errors and ten warnings at most, so each link is told once, the most urgent first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cardgen.links.places import Place
from cardgen.links.urls import shown
from cardgen.reports.causes import ORDER, summary
from cardgen.reports.report import CheckedLink, Report, fails
from cardgen.reports.spots import Spot, place_spot

MAX_LINES = 200

_LEVELS = {"broken": "error", "error": "error", "moved": "notice", "warning": "warning", "unsure": "warning"}


def write(report: Report) -> str:
    """A line for each thing that is wrong, then a notice that sums up."""
    told = sorted(_told(report), key=lambda line: ORDER.index(line[0]))
    lines = [line for _, line in told[:MAX_LINES]]
    return "\n".join([*lines, _command("notice", None, "cardgen check", summary(report))]) + "\n"


def _told(report: Report) -> Iterator[tuple[str, str]]:
    for link in report.links:
        if (kind := link.verdict.status) in ORDER:
            level = "error" if fails(link, report) else _LEVELS[kind]
            yield kind, _command(level, _first(link.places), f"{kind} link", _link(link))
    for finding in report.findings:
        level = "error" if fails(finding, report) else _LEVELS[finding.severity]
        where = place_spot(Place(finding.card, finding.line, finding.source))
        yield finding.severity, _command(level, where, finding.rule, finding.message)


def _link(link: CheckedLink) -> str:
    more = f" (in {len(link.places)} places)" if len(link.places) > 1 else ""
    return f"{link.url}: {link.verdict.message}{more}"


def _first(places: Sequence[Place]) -> Spot | None:
    return place_spot(places[0]) if places else None


def _command(level: str, spot: Spot | None, title: str, message: str) -> str:
    where = f"file={_property(spot.file)},line={spot.line},col={spot.column}," if spot else ""
    return f"::{level} {where}title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    """As GitHub's own toolkit escapes it, so that no line of a card becomes a command."""
    return shown(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
