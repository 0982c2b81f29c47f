"""A report that was written as JSON, read back: by a later check, to see what changed, or to be merged with others."""

from __future__ import annotations

from datetime import datetime

import msgspec

from cardgen import model
from cardgen.errors import InputError
from cardgen.links.places import Place
from cardgen.links.verdict import Verdict
from cardgen.reports import document
from cardgen.reports.excerpts import Excerpt, harmless
from cardgen.reports.report import CheckedLink, Report
from cardgen.reports.shards import Shard


def read(data: bytes, name: str) -> Report:
    """The report in a file of this name, without what changed since one that was before it. Raises InputError."""
    try:
        return _report(msgspec.json.decode(data, type=document.Document))
    except (
        msgspec.MsgspecError,
        ValueError,
        OverflowError,
        RecursionError,
    ) as error:  # a date, text, depth that is none
        raise InputError(
            f"{name}: not a report that can be read: {error}", "`cardgen check --report FILE.json` writes one"
        ) from None


def _report(made: document.Document) -> Report:
    findings = [_finding(each) for each in made.findings]
    excerpts = {
        finding: _excerpt(each.excerpt) for finding, each in zip(findings, made.findings, strict=True) if each.excerpt
    }
    return Report(
        tuple(map(_link, made.links)),
        tuple(findings),
        made.strict,
        made.stopped,
        tuple(model.Silenced(_finding(each.finding), each.reason) for each in made.silenced),
        excerpts,
        shard=Shard(made.shard.number, made.shard.count, made.shard.run) if made.shard else None,
    )


def _link(link: document.Link) -> CheckedLink:
    return CheckedLink(
        link.url,
        Verdict(link.status, link.code, link.message, link.location),
        tuple(Place(place.card, place.line, place.source) for place in link.places),
        _seconds(link.since),
        _seconds(link.asked),
    )


def _seconds(moment: str | None) -> float | None:
    return None if moment is None else datetime.fromisoformat(moment).timestamp()


def _finding(each: document.Finding) -> model.Finding:
    plain = (each.rule, each.severity, each.message, each.card, each.line, each.source)
    return model.Finding(*plain, each.column, each.end_column, each.hint)


def _excerpt(each: document.Excerpt) -> Excerpt:
    return Excerpt(each.file, each.line, harmless(each.text), each.start, each.end)
