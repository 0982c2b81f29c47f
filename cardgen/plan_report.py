"""A plan as text, JSON and Markdown. Everything from a card is escaped: it may be anybody's."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any

from cardgen.diff import printable

if TYPE_CHECKING:
    from cardgen.plan import Change, Plan

MAX_MARKDOWN_LINES = 300
"""Lines of one diff in Markdown: a job summary of GitHub may hold 1 MiB."""


def as_json(plan: Plan) -> str:
    """The plan as JSON, version 1. `collection` is null: cards are all that is planned so far."""
    value = {"version": 1, "changes": [_json_change(change) for change in plan.changes], "collection": None}
    return json.dumps(value, indent=2) + "\n"


def _json_change(change: Change) -> dict[str, Any]:
    return {
        "repo_id": change.repo.repo_id,
        "repo_type": change.repo.repo_type,
        "action": change.action,
        "reason": change.reason,
        "diff": change.diff,
        "units": [
            {"name": unit.name, "kind": unit.kind, "state": unit.state, "note": unit.note} for unit in change.units
        ],
    }


def as_text(plan: Plan) -> str:
    """One line per repo, then the diffs, then what to do about repos that stop. No colour, no control characters."""
    width = max((len(change.repo.repo_id) for change in plan.changes), default=0)
    parts = ["".join(f"{_text_line(change, width)}\n" for change in plan.changes)]
    parts += [printable(change.diff) for change in plan.changes if change.diff]
    parts += [f"{change.repo.repo_id}: {way_out(change)}\n" for change in plan.stopped]
    return "\n".join(part for part in parts if part)


def _text_line(change: Change, width: int) -> str:
    line = f"{change.action:<9}  {change.repo.repo_type:<7}  {change.repo.repo_id:<{width}}"
    notes = [printable(each) for each in (change.reason, _kept(change)) if each]
    return f"{line}  {'; '.join(notes)}".rstrip().replace("\n", " ")


def _kept(change: Change) -> str:
    foreign = [unit.name for unit in change.units if unit.state == "foreign"]
    return f"keeps {', '.join(foreign)}" if foreign else ""


def way_out(change: Change) -> str:
    """What the user can do about a change that stops."""
    repo_id = change.repo.repo_id
    if change.action == "unowned":
        return "--adopt takes the card over (the diff shows what it replaces); or leave the repo out of the push"
    return (
        f"take the edit into the manifest (cardgen pull {repo_id}), replace it (--overwrite {repo_id}),"
        " or leave the repo out of the push"
    )


def as_markdown(plan: Plan) -> str:
    """A table of the repos, and the diffs folded away below it: for a job summary or a comment."""
    if not plan.changes:
        return "No cards.\n"
    rows = ["| repo | type | action | why |", "| --- | --- | --- | --- |"]
    rows += [_row(change) for change in plan.changes]
    folded = [_folded(change) for change in plan.changes if change.diff]
    return "\n".join(["\n".join(rows) + "\n", *folded])


def _row(change: Change) -> str:
    why = "; ".join(each for each in (change.reason, _kept(change)) if each)
    return f"| {_cell(change.repo.repo_id)} | {change.repo.repo_type} | {change.action} | {_cell(why)} |"


def _cell(text: str) -> str:
    """Text that Markdown shows as it is, in a table."""
    escaped = html.escape(printable(text).replace("\n", " "), quote=False)
    return re.sub(r"([\\`*_{}\[\]()#+!|~@:])", r"\\\1", escaped)


def _folded(change: Change) -> str:
    lines = printable(change.diff).splitlines()
    shown = "\n".join(lines[:MAX_MARKDOWN_LINES])
    more = f"\n… and {len(lines) - MAX_MARKDOWN_LINES} more lines" if len(lines) > MAX_MARKDOWN_LINES else ""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", shown)), 3)
    summary = f"{change.action}: {change.repo.repo_id}"
    return f"<details><summary>{summary}</summary>\n\n{fence}diff\n{shown}\n{fence}\n{more}\n</details>\n"
