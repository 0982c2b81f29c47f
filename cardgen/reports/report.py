"""What was found out about the links of a family, and what lint says of its cards, as one value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, get_args

from cardgen.links.memory import Known
from cardgen.links.places import Place
from cardgen.links.urls import shown
from cardgen.links.verdict import Status, Verdict
from cardgen.model import Finding, Silenced
from cardgen.reports import excerpts
from cardgen.reports.excerpts import MAX_EXCERPTS, Excerpt, Texts
from cardgen.reports.rule_texts import RuleTexts

if TYPE_CHECKING:
    from cardgen.reports.changes import Changes
    from cardgen.reports.shards import Shard

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
    know everything. `excerpts` show the line of the first of each kind of finding, `rules` say what the rules are for,
    `changes` what is new since an earlier report, and `shard` which part of a run this is, if it is only a part.
    """

    links: tuple[CheckedLink, ...] = ()
    findings: tuple[Finding, ...] = ()
    strict: bool = False
    stopped: bool = False
    silenced: tuple[Silenced, ...] = ()
    excerpts: Mapping[Finding, Excerpt] = field(default_factory=dict)
    rules: RuleTexts = field(default_factory=dict)
    changes: Changes | None = None
    shard: Shard | None = None


def make(
    known: Mapping[str, Known],
    places: Mapping[str, Sequence[Place]],
    findings: Iterable[Finding] = (),
    silenced: Iterable[Silenced] = (),
    texts: Texts | None = None,
) -> Report:
    """A report in its one order. No URL in it shows a user or a password. `texts` are where excerpts are taken from."""
    links = (_link(url, each, places) for url, each in known.items())
    made = ordered(Report(tuple(links), tuple(findings), silenced=tuple(silenced)))
    return replace(made, excerpts=excerpts.take(told_first(made), texts or {}))


def _link(url: str, known: Known, places: Mapping[str, Sequence[Place]]) -> CheckedLink:
    verdict = known.verdict
    verdict = replace(verdict, message=shown(verdict.message), location=verdict.location and shown(verdict.location))
    return CheckedLink(shown(url), verdict, tuple(places.get(url, ())), known.since, known.asked)


def ordered(report: Report) -> Report:
    """A report in the order that every report has."""
    return replace(
        report,
        links=tuple(sorted(report.links, key=lambda link: link.url)),
        findings=tuple(sorted(report.findings, key=_order)),
        silenced=tuple(sorted(report.silenced, key=lambda each: (*_order(each.finding), each.reason))),
    )


def _order(each: Finding) -> tuple[object, ...]:
    return (each.card, each.line, each.column, each.rule, each.message, each.source)


def joined(reports: Sequence[Report]) -> Report:
    """Several reports as one, which is as strict as one of them, and was stopped if one of them was."""
    whole = ordered(
        Report(
            tuple(link for each in reports for link in each.links),
            tuple(finding for each in reports for finding in each.findings),
            strict=any(each.strict for each in reports),
            stopped=any(each.stopped for each in reports),
            silenced=tuple(silenced for each in reports for silenced in each.silenced),
        )
    )
    found = {finding: excerpt for each in reports for finding, excerpt in each.excerpts.items()}
    return replace(whole, excerpts={each: found[each] for each in told_first(whole) if each in found})


def alike(findings: Iterable[Finding]) -> Sequence[Sequence[Finding]]:
    """The findings that are told together, since they say the same of other places, in the order of their firsts."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for each in findings:
        groups.setdefault((each.severity, each.message, each.rule, each.hint), []).append(each)
    return tuple(groups.values())


def told_first(report: Report) -> Sequence[Finding]:
    """The first of each kind of finding, as many as have an excerpt; those that fail every check come first."""
    firsts = [group[0] for group in alike(report.findings)]
    return sorted(firsts, key=lambda each: each.severity != "error")[:MAX_EXCERPTS]


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
        "silenced": len(report.silenced),
    }
