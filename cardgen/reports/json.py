"""A report for programs, and its JSON Schema, made from the same types. `version` changes if a key goes away."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct

from cardgen.links.verdict import Status
from cardgen.reports import report

VERSION: Final = 1


def _about(text: str) -> Meta:
    return Meta(description=text)


class Place(Struct, frozen=True):
    """Where a link stands."""

    card: Annotated[str, _about("The card: its path in the build folder, or the file that was checked.")]
    line: Annotated[int, _about("The line there, from 1.")]
    source: Annotated[str, _about("Where it comes from: FILE:LINE:COLUMN of a manifest or template; may be empty.")]


class Link(Struct, frozen=True):
    """A link, once, with all of its places."""

    url: Annotated[str, _about("Its address; users and passwords are hidden.")]
    status: Annotated[Status, _about("What is known of it.")]
    code: Annotated[int | None, _about("The status code that decided, if a server answered.")]
    message: Annotated[str, _about("Why, for a person.")]
    location: Annotated[str | None, _about("The new address of a link that has moved.")]
    since: Annotated[str | None, _about("Since when it is not good, as far as cardgen remembers.")]
    asked: Annotated[str | None, _about("When that was found out; null if it was not asked for.")]
    places: Annotated[tuple[Place, ...], _about("Where it stands.")]


class Finding(Struct, frozen=True):
    """Something that lint says."""

    rule: Annotated[str, _about("The rule's name.")]
    severity: Annotated[Literal["error", "warning"], _about("A warning fails a strict check only.")]
    message: Annotated[str, _about("What is wrong, for a person.")]
    card: Annotated[str, _about("The card; empty if it is about none.")]
    line: Annotated[int, _about("The line there, from 1; 0 is the card as a whole.")]
    source: Annotated[str, _about("Where it comes from; may be empty.")]


class Summary(Struct, frozen=True):
    """How many there are."""

    links: Annotated[int, _about("Links in all.")]
    ok: Annotated[int, _about("Links that are good.")]
    moved: Annotated[int, _about("Links with a new address.")]
    broken: Annotated[int, _about("Links that lead nowhere.")]
    unsure: Annotated[int, _about("Links of which nothing could be proved.")]
    excluded: Annotated[int, _about("Links that were not asked for.")]
    planned: Annotated[int, _about("Links to what a push will create.")]
    errors: Annotated[int, _about("Findings that fail every check.")]
    warnings: Annotated[int, _about("Findings that fail a strict check.")]


class Document(Struct, frozen=True):
    """What `cardgen check --format json` prints."""

    version: Annotated[Literal[1], _about("The version of this format.")]
    links: Annotated[tuple[Link, ...], _about("The links, by address.")]
    findings: Annotated[tuple[Finding, ...], _about("What lint says.")]
    summary: Annotated[Summary, _about("How many there are of each.")]
    failed: Annotated[bool, _about("Whether the check failed: the exit code is 1.")]
    stopped: Annotated[bool, _about("Whether the check was stopped before its end.")]


def write(made: report.Report) -> str:
    """The report as JSON."""
    # Of a large report, none of the forms that it goes through is kept longer than the next one needs it.
    return msgspec.json.format(msgspec.json.encode(_document(made)), indent=2).decode() + "\n"


def _document(made: report.Report) -> Document:
    return Document(
        VERSION,
        tuple(map(_link, made.links)),
        tuple(
            Finding(each.rule, each.severity, each.message, each.card, each.line, each.source) for each in made.findings
        ),
        Summary(**report.counts(made)),
        report.failed(made),
        made.stopped,
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


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the report."""
    schema = msgspec.json.schema(Document)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "cardgen check", **schema}
