"""A report as JUnit's XML, which most CI systems show: a test case for each link, and one for each finding."""

from __future__ import annotations

from collections.abc import Iterable

from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite

from cardgen.links.urls import shown
from cardgen.model import Finding, Silenced
from cardgen.reports.causes import where, where_found
from cardgen.reports.report import CheckedLink, Report, fails
from cardgen.reports.text import excerpt_lines


def write(report: Report) -> str:
    """Two suites: what fails the check is a failure, what could not be told or was not asked is skipped."""
    document = JUnitXml("cardgen")
    document.add_testsuite(_suite("links", [_link_case(link, report) for link in report.links]))
    cards = [_finding_case(each, report) for each in report.findings]
    document.add_testsuite(_suite("cards", [*cards, *map(_silenced_case, report.silenced)]))
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
    card = link.places[0].card if link.places else ""
    if fails(link, report):
        return _case(link.url, card, Failure(told, verdict.status), where(link.places))
    if verdict.status in ("ok", "moved"):
        return _case(link.url, card, None)
    return _case(link.url, card, Skipped(told, verdict.status), where(link.places))


def _finding_case(each: Finding, report: Report) -> TestCase:
    kind = Failure if fails(each, report) else Skipped
    excerpt = report.excerpts.get(each)
    about = [*where_found(each), *(excerpt_lines(excerpt) if excerpt else ()), *([each.hint] if each.hint else ())]
    return _case(each.rule, each.card, kind(shown(each.message), each.severity), about)


def _silenced_case(each: Silenced) -> TestCase:
    told = f"{each.finding.message} (silenced: {each.reason})"
    return _case(each.finding.rule, each.finding.card, Skipped(shown(told), "silenced"), where_found(each.finding))


def _case(name: str, card: str, result: Failure | Skipped | None, about: Iterable[str] = ()) -> TestCase:
    case = TestCase(shown(name), classname=shown(card))
    if result is not None:
        result.text = "\n".join(map(shown, about))
        case.result = [result]
    return case
