"""What a push did, as JSON and Markdown. Everything from a card or the Hub is escaped: it may be anybody's."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cardgen import plan_report
from cardgen.collection_publish import CollectionOutcome
from cardgen.errors import CardgenError
from cardgen.model import RepoKey
from cardgen.outcomes import Outcome
from cardgen.plan_markdown import MAX_SIZE, cell, fitting

STATES: Final = ("created", "updated", "proposed", "unchanged", "stopped", "failed", "skipped")
"""What may have become of a repo, in words of the past."""

Row = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Done:
    """What became of every repo of a push, and of its collections. `unread` are those whose cards could not be read."""

    outcomes: Sequence[Outcome]
    collections: Sequence[CollectionOutcome] = ()
    unread: Mapping[RepoKey, CardgenError] = field(default_factory=dict)


def as_json(done: Done) -> str:
    """What was done as JSON, version 1."""
    value = {
        "version": 1,
        "repos": [*map(_json_repo, done.outcomes), *(_json_unread(*each) for each in done.unread.items())],
        "collections": [_json_collection(each) for each in done.collections],
        "summary": summary(done),
    }
    return json.dumps(value, indent=2) + "\n"


def as_markdown(done: Done) -> str:
    """A line that sums up, then a row for each repo that something became of; at most MAX_SIZE bytes."""
    count = summary(done)
    said = ", ".join(f"{count[state]:,} {state}" for state in STATES if count[state]) or "nothing to publish"
    shown, left = fitting([_row(row) for row in _rows(done)], MAX_SIZE - 1_000)
    parts = [f"## Published\n\n{said}.\n"]
    parts += ["| repo | type | state | commit, or why |", "| --- | --- | --- | --- |", *shown] if shown else []
    return "\n".join([*parts, *([f"\nAnd {left:,} more."] if left else [])]).rstrip() + "\n"


def summary(done: Done) -> dict[str, int]:
    """How many repos there are of each of STATES."""
    count = Counter(map(_state, done.outcomes))
    count["failed"] += len(done.unread)
    return {state: count[state] for state in STATES}


def _state(outcome: Outcome) -> str:
    if outcome.state == "published":
        return "created" if outcome.change.action == "create" else "updated"
    return outcome.state


def _json_repo(outcome: Outcome) -> dict[str, Any]:
    repo = outcome.change.repo
    return {
        "repo_id": repo.repo_id,
        "repo_type": repo.repo_type,
        "state": _state(outcome),
        "commit": outcome.commit,
        "url": outcome.url or None,
        "reason": _reason(outcome),
        "error": _json_error(outcome.error) if outcome.error else None,
    }


def _json_unread(repo: RepoKey, error: CardgenError) -> dict[str, Any]:
    kind, repo_id = repo
    place = {"repo_id": repo_id, "repo_type": kind, "state": "failed", "commit": None, "url": None, "reason": ""}
    return {**place, "error": _json_error(error)}


def _json_collection(outcome: CollectionOutcome) -> dict[str, Any]:
    return {
        "slug": outcome.slug,
        "title": outcome.change.title,
        "state": outcome.state,
        "errors": [_json_error(each) for each in outcome.errors],
    }


def _json_error(error: CardgenError) -> dict[str, str]:
    return {"message": error.message, "hint": error.hint}


def _reason(outcome: Outcome) -> str:
    return plan_report.why(outcome.change) if outcome.state == "stopped" and not outcome.error else ""


def _rows(done: Done) -> Iterator[Row]:
    for outcome in done.outcomes:
        if outcome.state != "unchanged":
            repo = outcome.change.repo
            yield repo.repo_id, repo.repo_type, _state(outcome), _what(outcome)
    for (kind, repo_id), error in done.unread.items():
        yield repo_id, kind, "failed", error.message
    for each in done.collections:
        what = "; ".join(error.message for error in each.errors)
        yield each.slug or each.change.title, "collection", each.state, what


def _what(outcome: Outcome) -> str:
    if outcome.error:
        return outcome.error.message
    return _reason(outcome) or outcome.url or (outcome.commit or "")[:10]


def _row(row: Row) -> str:
    name, kind, state, what = row
    return f"| {cell(name)} | {kind} | {state} | {cell(what)} |"
