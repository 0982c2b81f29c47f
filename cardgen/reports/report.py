"""What was found out about the links of a family, and what lint says of its cards, as one value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from cardgen.links.memory import Known
from cardgen.links.places import Place
from cardgen.links.urls import shown
from cardgen.links.verdict import Status, Verdict
from cardgen.model import Finding

STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class CheckedLink:
    """A link with its verdict and all of its places. Times are seconds since 1970: `since` when it is not good, and
    `asked` when that was found out; None if it was not asked for."""

    url: str
    verdict: Verdict
    places: tuple[Place, ...]
    since: float | None = None
    asked: float | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a check found: the links by their URLs, and what lint says about the cards.

    A strict one fails for a link that is not known to be good, and for a warning. One that was stopped does not
    know everything.
    """

    links: tuple[CheckedLink, ...]
    findings: tuple[Finding, ...] = ()
    strict: bool = False
    stopped: bool = False


def make(
    known: Mapping[str, Known],
    places: Mapping[str, Sequence[Place]],
    findings: Iterable[Finding] = (),
) -> Report:
    """A report in its one order. No URL in it shows a user or a password."""
    return Report(
        tuple(sorted((_link(url, each, places) for url, each in known.items()), key=lambda link: link.url)),
        tuple(sorted(findings, key=lambda each: (each.card, each.line, each.rule, each.message, each.source))),
    )


def _link(url: str, known: Known, places: Mapping[str, Sequence[Place]]) -> CheckedLink:
    verdict = known.verdict
    verdict = replace(verdict, message=shown(verdict.message), location=verdict.location and shown(verdict.location))
    return CheckedLink(shown(url), verdict, tuple(places.get(url, ())), known.since, known.asked)


def fails(each: CheckedLink | Finding, report: Report) -> bool:
    """Whether a check has to fail for this link or finding."""
    if isinstance(each, Finding):
        return each.severity == "error" or report.strict
    return each.verdict.status == "broken" or (report.strict and each.verdict.status == "unsure")


def failed(report: Report) -> bool:
    """Whether a check has to fail: for a broken link or an error; when strict, for an unsure link or a warning too."""
    return any(fails(link, report) for link in report.links) or any(fails(each, report) for each in report.findings)


def counts(report: Report) -> dict[str, int]:
    """How many links there are, how many of each status, how many errors and warnings."""
    statuses = Counter(link.verdict.status for link in report.links)
    severities = Counter(finding.severity for finding in report.findings)
    return {
        "links": len(report.links),
        **{status: statuses[status] for status in STATUSES},
        "errors": severities["error"],
        "warnings": severities["warning"],
    }
