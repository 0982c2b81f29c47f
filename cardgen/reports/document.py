"""The JSON of a report as types, and its JSON Schema, which is made from them. `version` changes if a key goes away.

What a report has had only since later has a default, so that an earlier one can still be read.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct

from cardgen.links.verdict import Status
from cardgen.reports.shards import MAX_SHARDS

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


class Excerpt(Struct, frozen=True):
    """A line that shows what is wrong, made fit to be shown: written out, and cut where it is long."""

    file: Annotated[str, _about("The file that it is in.")]
    line: Annotated[int, _about("Its number there, from 1.")]
    text: Annotated[str, _about("The line, or the part of it that is shown.")]
    start: Annotated[int, _about("Where in this text that begins which is wrong, in characters from 0.")]
    end: Annotated[int, _about("Where that ends; both are 0 if the whole line is meant.")]


class Finding(Struct, frozen=True):
    """Something that lint says."""

    rule: Annotated[str, _about("The rule's name.")]
    severity: Annotated[Literal["error", "warning"], _about("A warning fails a strict check only.")]
    message: Annotated[str, _about("What is wrong, for a person.")]
    card: Annotated[str, _about("The card; empty if it is about none.")]
    line: Annotated[int, _about("The line there, from 1; 0 is the card as a whole.")]
    source: Annotated[str, _about("Where it comes from; may be empty.")]
    column: Annotated[int, _about("The first character that is meant, from 1; 0 is the line as a whole.")] = 0
    end_column: Annotated[int, _about("The first character after that; 0 is the end of the line.")] = 0
    hint: Annotated[str, _about("How to mend it; may be empty.")] = ""
    excerpt: Annotated[Excerpt | None, _about("Its line; only the first of several that are alike has one.")] = None


class Silenced(Struct, frozen=True):
    """A finding that somebody switched off."""

    finding: Annotated[Finding, _about("What would have been said.")]
    reason: Annotated[str, _about("Why it was switched off.")]


class Shard(Struct, frozen=True):
    """Which part of a run this is."""

    number: Annotated[int, Meta(ge=1, description="Its number, from 1.")]
    count: Annotated[int, Meta(ge=1, le=MAX_SHARDS, description="How many parts the run has.")]
    run: Annotated[str, _about("The same for all parts of a run.")]


class Still(Struct, frozen=True):
    """A link that is still broken."""

    url: Annotated[str, _about("Its address.")]
    since: Annotated[str | None, _about("Since when, as far as either report knows.")]


class Changes(Struct, frozen=True):
    """What changed since an earlier report."""

    since: Annotated[str | None, _about("When the earlier report's links were last asked for.")]
    broken: Annotated[tuple[str, ...], _about("Links that are newly broken.")]
    mended: Annotated[tuple[str, ...], _about("Links that were broken and are not.")]
    still: Annotated[tuple[Still, ...], _about("Links that were broken and still are.")]
    unlinked: Annotated[tuple[str, ...], _about("Links that were broken and are there no longer.")]
    found: Annotated[tuple[Finding, ...], _about("New findings.")]
    gone: Annotated[tuple[Finding, ...], _about("Findings that are there no longer.")]


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
    silenced: Annotated[int, _about("Findings that were switched off.")] = 0


class Document(Struct, frozen=True):
    """What `cardgen check --format json` prints."""

    version: Annotated[Literal[1], _about("The version of this format.")]
    links: Annotated[tuple[Link, ...], _about("The links, by address.")]
    findings: Annotated[tuple[Finding, ...], _about("What lint says.")]
    summary: Annotated[Summary, _about("How many there are of each.")]
    failed: Annotated[bool, _about("Whether the check failed: the exit code is 1.")]
    stopped: Annotated[bool, _about("Whether the check was stopped before its end.")]
    strict: Annotated[bool, _about("Whether unsure links and warnings fail it too.")] = False
    silenced: Annotated[tuple[Silenced, ...], _about("What lint would say if it was not switched off.")] = ()
    changes: Annotated[Changes | None, _about("What changed since an earlier report, if there was one.")] = None
    shard: Annotated[Shard | None, _about("Which part of a run this is; null for a whole run.")] = None


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the report."""
    schema = msgspec.json.schema(Document)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "cardgen check", **schema}
