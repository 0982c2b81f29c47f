"""What was found out about the links of a family, as texts."""

from __future__ import annotations

import json
import string
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, get_args

from cardgen.links.places import Place
from cardgen.links.urls import shown
from cardgen.links.verdict import Status, Verdict
from cardgen.model import Finding

VERSION = 1
MAX_PLACES = 3
"""How many places of a link a text for people names."""

MAX_ROWS = 500
"""How many links a Markdown report shows: GitHub cuts a job summary at 1 MiB."""

_STATUSES: tuple[Status, ...] = get_args(Status)
# What a reader has to do something about, the worst first.
_ORDER: tuple[Status, ...] = ("broken", "moved", "unsure", "excluded", "planned", "ok")
_MARKUP = frozenset(string.punctuation) - frozenset("/,-()")
_TOLD: frozenset[Status] = frozenset({"broken", "moved", "unsure"})


@dataclass(frozen=True, slots=True)
class CheckedLink:
    """A link with its verdict and all of its places."""

    url: str
    verdict: Verdict
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a check found: the links by their URLs, and what lint says about the cards."""

    links: tuple[CheckedLink, ...]
    findings: tuple[Finding, ...] = ()


def make(
    verdicts: Mapping[str, Verdict],
    places: Mapping[str, Sequence[Place]],
    findings: Iterable[Finding] = (),
) -> Report:
    """A report in its one order. No URL in it shows a user or a password."""
    links = [CheckedLink(shown(url), verdict, tuple(places.get(url, ()))) for url, verdict in verdicts.items()]
    return Report(
        tuple(sorted(links, key=lambda link: link.url)),
        tuple(sorted(findings, key=lambda each: (each.card, each.line, each.rule, each.message))),
    )


def failed(report: Report, *, strict: bool) -> bool:
    """Whether a check has to fail: for a broken link or an error; when strict, for an unsure link or a warning too."""
    statuses = {"broken", "unsure"} if strict else {"broken"}
    severities = {"error", "warning"} if strict else {"error"}
    return any(link.verdict.status in statuses for link in report.links) or any(
        finding.severity in severities for finding in report.findings
    )


def as_json(report: Report) -> str:
    """The report for programs: section 8 of the design says what it holds, and `version` changes with that."""
    document = {
        "version": VERSION,
        "links": [_link_data(link) for link in report.links],
        "findings": [asdict(finding) for finding in report.findings],
        "summary": _summary(report),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _link_data(link: CheckedLink) -> dict[str, Any]:
    verdict = link.verdict
    return {
        "url": link.url,
        "status": verdict.status,
        "code": verdict.code,
        "message": verdict.message,
        "location": verdict.location,
        "places": [asdict(place) for place in link.places],
    }


def _summary(report: Report) -> dict[str, int]:
    statuses = Counter(link.verdict.status for link in report.links)
    severities = Counter(finding.severity for finding in report.findings)
    return {
        "links": len(report.links),
        **{status: statuses[status] for status in _STATUSES},
        "errors": severities["error"],
        "warnings": severities["warning"],
    }


def as_text(report: Report) -> str:
    """The report for people: what is wrong, then a line that sums up."""
    lines = [line for link in _told(report) for line in _link_lines(link)]
    lines += [line for alike in _alike(report.findings) for line in _finding_lines(alike)]
    return "\n".join([*map(shown, lines), summary(report)]) + "\n"


def _told(report: Report) -> list[CheckedLink]:
    """The links that a person should hear of, the worst first."""
    told = [link for link in report.links if link.verdict.status in _TOLD]
    return sorted(told, key=lambda link: _ORDER.index(link.verdict.status))


def _link_lines(link: CheckedLink) -> Iterator[str]:
    yield f"{link.verdict.status}: {link.url}"
    yield f"    {_reason(link.verdict)}"
    yield from (f"    {_place(place)}" for place in link.places[:MAX_PLACES])
    if len(link.places) > MAX_PLACES:
        yield f"    and {len(link.places) - MAX_PLACES} more places"


def _reason(verdict: Verdict) -> str:
    code = f"{verdict.code}, " if verdict.code else ""
    return f"{code}{verdict.message}"


def _place(place: Place) -> str:
    return f"{place.card}:{place.line}" + (f" (from {place.source})" if place.source else "")


def _alike(findings: Iterable[Finding]) -> list[tuple[Finding, ...]]:
    """The findings that say the same of several cards, together; errors first."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.severity, finding.rule, finding.message), []).append(finding)
    return [tuple(groups[key]) for key in sorted(groups, key=lambda key: key[0])]


def _finding_lines(alike: Sequence[Finding]) -> Iterator[str]:
    yield f"{alike[0].severity}: {alike[0].message} [{alike[0].rule}]"
    yield from (f"    {_finding_place(finding)}" for finding in alike[:MAX_PLACES])
    if len(alike) > MAX_PLACES:
        yield f"    and {len(alike) - MAX_PLACES} more cards"


def _finding_place(finding: Finding) -> str:
    place = f"{finding.card}:{finding.line}" if finding.line else finding.card
    return place + (f" (from {finding.source})" if finding.source else "")


def summary(report: Report) -> str:
    """How many links and findings of each kind there are, in a line."""
    if not report.links and not report.findings:
        return "No links, and nothing to complain about."
    counts = _summary(report)
    links = ", ".join(f"{counts[status]} {status}" for status in _ORDER if counts[status])
    parts = [f"{_count(counts['links'], 'link')}: {links}" if links else "no links"]
    parts += [_count(counts[key], key[:-1]) for key in ("errors", "warnings") if counts[key]]
    return "; ".join(parts)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def as_markdown(report: Report) -> str:
    """The report as Markdown, for the summary of a CI job. Nothing in a URL or message becomes markup."""
    parts = ["## Links and cards\n", f"{summary(report)}\n"]
    if told := _told(report):
        parts.append(_table(("", "Link", "Why", "Where"), (_link_row(link) for link in told[:MAX_ROWS])))
        if len(told) > MAX_ROWS:
            parts.append(f"And {len(told) - MAX_ROWS} more links.\n")
    if report.findings:
        groups = _alike(report.findings)
        parts.append(_table(("", "What", "Rule", "Where"), map(_finding_row, groups[:MAX_ROWS])))
        if len(groups) > MAX_ROWS:
            parts.append(f"And {len(groups) - MAX_ROWS} more findings.\n")
    return "\n".join(parts)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _link_row(link: CheckedLink) -> tuple[str, ...]:
    where = [_code(_place(place)) for place in link.places[:MAX_PLACES]]
    if len(link.places) > MAX_PLACES:
        where.append(f"and {len(link.places) - MAX_PLACES} more")
    return link.verdict.status, _code(link.url), _escaped(_reason(link.verdict)), "<br>".join(where)


def _finding_row(alike: Sequence[Finding]) -> tuple[str, ...]:
    where = [_code(_finding_place(finding)) for finding in alike[:MAX_PLACES]]
    if len(alike) > MAX_PLACES:
        where.append(f"and {len(alike) - MAX_PLACES} more")
    return alike[0].severity, _escaped(alike[0].message), _code(alike[0].rule), "<br>".join(where)


def _code(text: str) -> str:
    return f"<code>{_escaped(text)}</code>" if text else ""


def _escaped(text: str) -> str:
    """The text with every character that Markdown, HTML or GitHub could take for markup as an entity."""
    return "".join(f"&#{ord(each)};" if each in _MARKUP else each for each in shown(text))
