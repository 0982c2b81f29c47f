"""A report for programs: the types of `document.py`, as JSON."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from cardgen import model
from cardgen.reports import changes, excerpts, report
from cardgen.reports.document import (
    VERSION,
    Changes,
    Document,
    Excerpt,
    Finding,
    Link,
    Place,
    Shard,
    Silenced,
    Still,
    Summary,
)


def write(made: report.Report) -> str:
    """The report as JSON."""
    # Of a large report, none of the forms that it goes through is kept longer than the next one needs it.
    return msgspec.json.format(msgspec.json.encode(_document(made)), indent=2).decode() + "\n"


def _document(made: report.Report) -> Document:
    return Document(
        VERSION,
        tuple(map(_link, made.links)),
        tuple(_finding(each, made.excerpts.get(each)) for each in made.findings),
        Summary(**report.counts(made)),
        report.failed(made),
        made.stopped,
        made.strict,
        tuple(Silenced(_finding(each.finding), each.reason) for each in made.silenced),
        _changes(made.changes) if made.changes else None,
        Shard(made.shard.number, made.shard.count, made.shard.run) if made.shard else None,
    )


def _finding(each: model.Finding, excerpt: excerpts.Excerpt | None = None) -> Finding:
    shown = Excerpt(excerpt.file, excerpt.line, excerpt.text, excerpt.start, excerpt.end) if excerpt else None
    plain = (each.rule, each.severity, each.message, each.card, each.line, each.source)
    return Finding(*plain, each.column, each.end_column, each.hint, shown)


def _changes(changed: changes.Changes) -> Changes:
    return Changes(
        _moment(changed.since),
        tuple(link.url for link in changed.broken),
        tuple(link.url for link in changed.mended),
        tuple(Still(link.url, _moment(link.since)) for link in changed.still),
        tuple(link.url for link in changed.unlinked),
        tuple(map(_finding, changed.found)),
        tuple(map(_finding, changed.gone)),
    )


def _link(link: report.CheckedLink) -> Link:
    verdict = link.verdict
    return Link(
        link.url,
        verdict.status,
        verdict.code,
        verdict.message,
        verdict.location,
        _moment(link.since),
        _moment(link.asked),
        tuple(Place(place.card, place.line, place.source) for place in link.places),
    )


def _moment(seconds: float | None) -> str | None:
    """A moment as in RFC 3339, in UTC."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")
