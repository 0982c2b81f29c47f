"""A report as SARIF 2.1.0 (OASIS), which GitHub's code scanning and editors show beside the lines.

It is JSON of a few keys, so it is written as such: the libraries for it are unmaintained. A test holds it to the
published schema.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from cardgen import __version__
from cardgen.links.places import Place
from cardgen.links.urls import shown
from cardgen.model import Finding
from cardgen.reports.report import CheckedLink, Report, fails
from cardgen.reports.spots import Spot, place_spot

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MAX_LOCATIONS: Final = 100
"""Places of one result; GitHub takes no more than 1,000."""

_LINKS = {
    "broken": "A link leads nowhere.",
    "moved": "A link has a new address.",
    "unsure": "Of a link nothing could be proved.",
}
_LEVELS = {"broken": "error", "error": "error", "moved": "note", "warning": "warning", "unsure": "warning"}


def write(report: Report) -> str:
    """One run with its rules, and a result for each link or finding that somebody should hear of."""
    results = [*_links(report), *_findings(report)]
    driver = {"name": "cardgen", "semanticVersion": __version__, "rules": list(_rules(results))}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not report.stopped}],
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _rules(results: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for rule in dict.fromkeys(result["ruleId"] for result in results):
        text = _LINKS.get(rule.removeprefix("link-"), rule.replace("-", " ").capitalize() + ".")
        yield {"id": rule, "shortDescription": {"text": text}}


def _links(report: Report) -> Iterator[dict[str, Any]]:
    for link in report.links:
        if link.verdict.status in _LINKS:
            level = "error" if fails(link, report) else _LEVELS[link.verdict.status]
            yield _result(f"link-{link.verdict.status}", level, _message(link), link.places, link.url)


def _message(link: CheckedLink) -> str:
    code = f"{link.verdict.code}, " if link.verdict.code else ""
    return f"{link.url}: {code}{link.verdict.message}"


def _findings(report: Report) -> Iterator[dict[str, Any]]:
    for each in report.findings:
        level = "error" if fails(each, report) else _LEVELS[each.severity]
        yield _result(each.rule, level, each.message, [_place(each)], f"{each.card} {each.message}")


def _place(finding: Finding) -> Place:
    return Place(finding.card, finding.line, finding.source)


def _result(rule: str, level: str, message: str, places: Iterable[Place], identity: str) -> dict[str, Any]:
    spots = dict.fromkeys(spot for place in places if (spot := place_spot(place)))
    return {
        "ruleId": rule,
        "level": level,
        "message": {"text": shown(message)},
        "locations": [_location(spot) for spot in list(spots)[:MAX_LOCATIONS]],
        "partialFingerprints": {"cardgen/v1": sha256(f"{rule} {identity}".encode()).hexdigest()},
    }


def _location(spot: Spot) -> dict[str, Any]:
    path = PurePath(spot.file)
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
    region = {"startLine": spot.line, "startColumn": spot.column}
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
