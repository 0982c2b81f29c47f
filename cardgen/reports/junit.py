"""A report as JUnit's XML, which most CI systems show: a test case for each link, and one for each finding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite

from cardgen.links.places import Place
from cardgen.links.urls import shown
from cardgen.model import Finding
from cardgen.reports.causes import where
from cardgen.reports.report import CheckedLink, Report, fails


def write(report: Report) -> str:
    """Two suites: what fails the check is a failure, what could not be told or was not asked is skipped."""
    document = JUnitXml("cardgen check")
    document.add_testsuite(_suite("links", [_link_case(link, report) for link in report.links]))
    document.add_testsuite(_suite("cards", [_finding_case(each, report) for each in report.findings]))
    document.update_statistics()  # type: ignore[no-untyped-call]
    text: bytes = document.tostring()  # type: ignore[no-untyped-call]
    return text.decode().rstrip() + "\n"


def _suite(name: str, cases: Iterable[TestCase]) -> TestSuite:
    suite = TestSuite(name)
    suite.add_testcases(list(cases))
    return suite


def _link_case(link: CheckedLink, report: Report) -> TestCase:
    verdict = link.verdict
    code = f"{verdict.code}, " if verdict.code else ""
    told = shown(f"{verdict.status}: {code}{verdict.message}")
    if fails(link, report):
        return _case(link.url, link.places, Failure(told, verdict.status))
    return _case(link.url, link.places, None if verdict.status in ("ok", "moved") else Skipped(told, verdict.status))


def _finding_case(finding: Finding, report: Report) -> TestCase:
    places = [Place(finding.card, finding.line, finding.source)]
    kind = Failure if fails(finding, report) else Skipped
    return _case(finding.rule, places, kind(shown(finding.message), finding.severity))


def _case(name: str, places: Sequence[Place], result: Failure | Skipped | None) -> TestCase:
    case = TestCase(shown(name), classname=shown(places[0].card) if places else "")
    if result is not None:
        result.text = "\n".join(map(shown, where(places)))
        case.result = [result]
    return case
