"""A plan as text, JSON and Markdown. Everything from a card is escaped: it may be anybody's."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from cardgen import foreign
from cardgen.diff import printable

if TYPE_CHECKING:
    from cardgen.plan import Change, Plan

_DIGEST = re.compile(r"<!-- cardgen:(?:end|data|files) |# cardgen: generated ")

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
        "loss": _json_loss(change),
        "remedy": change.remedy,
        "diff": change.diff,
        "units": [
            {"name": unit.name, "kind": unit.kind, "state": unit.state, "note": unit.note} for unit in change.units
        ],
    }


def _json_loss(change: Change) -> dict[str, Any] | None:
    loss = change.loss
    return {"kind": loss.kind, "lines": loss.lines, "about": loss.about} if loss else None


def as_text(plan: Plan) -> str:
    """One line per repo, then the diffs, then what to do about repos that stop. No colour, no control characters.

    A diff that many repos share is shown once. A card that is new to its repo is not shown: nothing is lost by it.
    """
    width = max((len(change.repo.repo_id) for change in plan.changes), default=0)
    parts = ["".join(f"{_text_line(change, width)}\n" for change in plan.changes)]
    parts += [_text_diff(alike) for alike in alike_groups(plan.changes) if alike[0].action != "create"]
    parts += [f"{change.repo.repo_id}: {printable(way_out(change))}\n" for change in plan.stopped]
    return "\n".join(part for part in parts if part)


def _text_line(change: Change, width: int) -> str:
    line = f"{change.action:<9}  {change.repo.repo_type:<7}  {change.repo.repo_id:<{width}}"
    return f"{line}  {printable(why(change))}".rstrip().replace("\n", " ")


def _text_diff(alike: Sequence[Change]) -> str:
    others = ", ".join(change.repo.repo_id for change in alike[1:])
    return printable(alike[0].diff) + (f"\nand the same in {len(alike) - 1} more: {others}\n" if others else "")


def alike_groups(changes: Iterable[Change]) -> tuple[tuple[Change, ...], ...]:
    """The changes that have a diff; those that do the same to the same lines stand together."""
    groups: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        if diffs := change.diffs:
            essence = (line for diff in diffs for line in _essence(diff))
            groups.setdefault((change.action, *essence), []).append(change)
    return tuple(tuple(group) for group in groups.values())


def _essence(diff: str) -> list[str]:
    """The lines that a diff takes away and adds, without the digests, which differ on every card."""
    lines = diff.splitlines()[2:]
    return [line for line in lines if line[:1] in {"+", "-"} and not _DIGEST.match(line[1:])]


def why(change: Change) -> str:
    """Why a change is what it is, and what of others it replaces and keeps. Holds text of a card: escape it."""
    said = (change.reason, foreign.words(change.loss) if change.loss else "", _kept(change), _absent(change))
    return "; ".join(each for each in said if each)


def _kept(change: Change) -> str:
    """What is not cardgen's and stays; of a block also why, because somebody may have wanted it to be filled."""
    names = [
        f"{unit.name} ({unit.note})" if unit.kind == "block" else unit.name
        for unit in change.units
        if unit.state == "foreign"
    ]
    return f"keeps {', '.join(names)}" if names else ""


def _absent(change: Change) -> str:
    names = [unit.name for unit in change.units if unit.state == "absent"]
    return f"has no marks for {', '.join(names)}" if names else ""


def way_out(change: Change) -> str:
    """What the user can do about a change that stops."""
    repo_id = change.repo.repo_id
    if change.remedy:
        return f"{change.remedy}; or leave the repo out of the push"
    if change.action == "unowned":
        return "--adopt takes it over (the diff shows what it replaces); or leave the repo out of the push"
    edited = {unit.kind for unit in change.units if unit.state == "conflict"}
    pull = "" if edited == {"file"} else f" (cardgen pull {repo_id})"
    return (
        f"take the edit into the manifest{pull}, replace it (--overwrite {repo_id}), or leave the repo out of the push"
    )


def as_markdown(plan: Plan) -> str:
    """A table of the repos, and the diffs folded away below it: for a job summary or a comment."""
    if not plan.changes:
        return "No cards.\n"
    rows = ["| repo | type | action | why |", "| --- | --- | --- | --- |"]
    rows += [_row(change) for change in plan.changes]
    folded = [_folded(alike) for alike in alike_groups(plan.changes)]
    return "\n".join(["\n".join(rows) + "\n", *folded])


def _row(change: Change) -> str:
    return f"| {_cell(change.repo.repo_id)} | {change.repo.repo_type} | {change.action} | {_cell(why(change))} |"


def _cell(text: str) -> str:
    """Text that Markdown shows as it is, in a table."""
    escaped = html.escape(printable(text).replace("\n", " "), quote=False)
    return re.sub(r"([\\`*_{}\[\]()#+!|~@:])", r"\\\1", escaped)


def _folded(alike: Sequence[Change]) -> str:
    change = alike[0]
    lines = printable(change.diff).splitlines()
    shown = "\n".join(lines[:MAX_MARKDOWN_LINES])
    more = f"\n… and {len(lines) - MAX_MARKDOWN_LINES} more lines" if len(lines) > MAX_MARKDOWN_LINES else ""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", shown)), 3)
    summary = f"{change.action}: {', '.join(each.repo.repo_id for each in alike)}"
    return f"<details><summary>{summary}</summary>\n\n{fence}diff\n{shown}\n{fence}\n{more}\n</details>\n"
