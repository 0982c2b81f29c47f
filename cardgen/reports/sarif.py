"""A report as SARIF 2.1.0 (OASIS), which GitHub's code scanning and editors show beside the lines.

It is JSON of a few keys, so it is written as such: the libraries for it are unmaintained. A test holds it to the
published schema.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from cardgen import __version__
from cardgen.links.urls import shown
from cardgen.model import Finding
from cardgen.reports.causes import at_one_place
from cardgen.reports.report import CheckedLink, Report, fails
from cardgen.reports.rule_texts import rule_text
from cardgen.reports.spots import Spot, finding_spot, place_spot

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MAX_RESULTS: Final = 25_000
"""As many as GitHub's code scanning takes of a run; it refuses a file with more."""

MAX_LOCATIONS: Final = 100
"""Places of one result; GitHub takes no more than 1,000."""

_LEVELS = {"broken": "error", "error": "error", "moved": "note", "warning": "warning", "unsure": "warning"}

Json = dict[str, Any]


def write(report: Report) -> str:
    """One run with its rules, and a result for each link or finding that somebody should hear of; what was switched off
    is there as suppressed."""
    results, left = _most_urgent([*_links(report), *_findings(report), *_silenced(report)])
    names = list(dict.fromkeys(each["ruleId"] for each in results))
    numbers: Counter[str] = Counter()
    for each in results:
        each["ruleIndex"] = names.index(each["ruleId"])
        each["partialFingerprints"] = {"cardgen/v1": _numbered(each.pop("identity"), numbers)}
    driver = {"name": "cardgen", "semanticVersion": __version__, "rules": [_rule(name, report) for name in names]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report, left)],
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _numbered(identity: str, numbers: Counter[str]) -> str:
    """A fingerprint that stays when lines move; what is the same in all but its line is told apart by its number."""
    numbers[identity] += 1
    return f"{sha256(identity.encode(errors='replace')).hexdigest()}:{numbers[identity]}"


def _most_urgent(results: Sequence[Json]) -> tuple[list[Json], int]:
    """As many results as GitHub takes, what was switched off last, and how many more there are."""
    urgency = ("error", "warning", "note")
    ordered = sorted(results, key=lambda each: ("suppressions" in each, urgency.index(each["level"])))
    return ordered[:MAX_RESULTS], max(0, len(ordered) - MAX_RESULTS)


def _invocation(report: Report, left: int) -> Json:
    made: Json = {"executionSuccessful": not report.stopped}
    if left:
        text = f"{left} less urgent results are left out"
        made["toolExecutionNotifications"] = [{"level": "warning", "message": {"text": text}}]
    return made


def _rule(name: str, report: Report) -> Json:
    rule = rule_text(name, report.rules)
    level = "note" if name == "link-moved" else rule.severity
    made: Json = {"id": name, "shortDescription": {"text": rule.short}, "defaultConfiguration": {"level": level}}
    if rule.full:
        made["fullDescription"] = {"text": rule.full}
    if rule.help:
        made["help"] = {"text": rule.help, **({"markdown": rule.page} if rule.page else {})}
    if rule.address:
        made["helpUri"] = rule.address
    return made


def _links(report: Report) -> Iterator[Json]:
    for link in report.links:
        if (status := link.verdict.status) in _LEVELS:
            level = "error" if fails(link, report) else _LEVELS[status]
            yield _result(f"link-{status}", level, _message(link), map(place_spot, link.places), link.url)


def _message(link: CheckedLink) -> str:
    code = f"{link.verdict.code}, " if link.verdict.code else ""
    return f"{link.url}: {code}{link.verdict.message}"


def _findings(report: Report) -> Iterator[Json]:
    for each, number in at_one_place(report.findings):
        yield _finding(each, number, "error" if fails(each, report) else _LEVELS[each.severity])


def _silenced(report: Report) -> Iterator[Json]:
    for each in report.silenced:
        suppression = {"kind": "external", "status": "accepted", "justification": shown(each.reason)}
        yield {**_finding(each.finding, "", _LEVELS[each.finding.severity]), "suppressions": [suppression]}


def _finding(each: Finding, number: str, level: str) -> Json:
    message = f"{each.message}{number}" + (f"\n{each.hint}" if each.hint else "")
    spot = finding_spot(each)
    return _result(each.rule, level, message, [spot], f"{spot.file if spot else ''} {each.message}")


def _result(rule: str, level: str, message: str, spots: Iterable[Spot | None], identity: str) -> Json:
    there = dict.fromkeys(spot for spot in spots if spot)
    return {
        "ruleId": rule,
        "level": level,
        "message": {"text": "\n".join(map(shown, message.splitlines()))},
        "locations": [_location(spot) for spot in list(there)[:MAX_LOCATIONS]],
        "identity": f"{rule} {identity}",
    }


def _location(spot: Spot) -> Json:
    path = PurePath(spot.file)
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix(), errors="replace")
    region = {"startLine": spot.line, "startColumn": spot.column}
    if spot.end_column > spot.column:
        region["endColumn"] = spot.end_column
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
