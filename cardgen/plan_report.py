"""A plan as text and JSON; `plan_markdown` is beside. Everything from a card is escaped: it may be anybody's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from cardgen import foreign
from cardgen.diff import printable

if TYPE_CHECKING:
    from cardgen.collection_plan import CollectionChange, Step
    from cardgen.plan import Change, Plan

_DIGEST = re.compile(r"<!-- cardgen:(?:end|data|files) |# cardgen: generated ")


def as_json(plan: Plan) -> str:
    """The plan as JSON, version 1."""
    value = {
        "version": 1,
        "changes": [_json_change(change) for change in plan.changes],
        "collection": {"changes": [_json_collection(change) for change in plan.collections]},
        "unread": [
            {"repo_id": repo_id, "repo_type": kind, "message": error.message, "hint": error.hint}
            for (kind, repo_id), error in plan.unread.items()
        ],
        "summary": {
            "unread": len(plan.unread),
            "pending": len(plan.pending) + len(plan.pending_collections),
            "stopped": len(plan.stopped),
            "unchanged": sum(change.action == "unchanged" for change in plan.changes),
        },
    }
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


def _json_collection(change: CollectionChange) -> dict[str, Any]:
    return {
        "slug": change.slug,
        "title": change.title,
        "action": change.action,
        "reason": change.reason,
        "diff": change.diff,
        "steps": [_json_step(step) for step in change.steps],
    }


def _json_loss(change: Change) -> dict[str, Any] | None:
    loss = change.loss
    return {"kind": loss.kind, "lines": loss.lines, "about": loss.about} if loss else None


def _json_step(step: Step) -> dict[str, Any]:
    member = step.member
    return {
        "kind": step.kind,
        "type": member.kind if member else None,
        "id": member.item_id if member else None,
        "value": step.value,
    }


MAX_UNCHANGED: Final = 50
"""More repos that need nothing are not listed one by one."""

Row = tuple[str, str, str, str]


def rows(plan: Plan) -> tuple[Row, ...]:
    """What is done, to what kind of thing, which, and why: each card, each collection, each repo that was not read.

    Many repos that need nothing are counted on one line. Holds text of others: escape it.
    """
    unchanged = [change for change in plan.changes if change.action == "unchanged"]
    is_long = len(unchanged) > MAX_UNCHANGED
    listed = [change for change in plan.changes if not is_long or change.action != "unchanged"]
    cards: list[Row] = [(each.action, each.repo.repo_type, each.repo.repo_id, why(each)) for each in listed]
    if is_long:
        cards.append(("unchanged", "repos", f"{len(unchanged):,}", ""))
    pages = [(each.action, "collection", each.slug or each.title, each.reason) for each in plan.collections]
    unread = [("unread", kind, repo_id, error.message) for (kind, repo_id), error in plan.unread.items()]
    return (*cards, *pages, *unread)


def as_text(plan: Plan) -> str:
    """One line per repo and collection, then the diffs, then what to do about repos that stop.

    No colour, no control characters. A diff that many repos share is shown once. A card that is new to its repo is
    not shown: nothing is lost by it.
    """
    lines = rows(plan)
    widths = [max((len(row[column]) for row in lines), default=0) for column in (1, 2)]
    parts = ["".join(f"{_text_line(row, *widths)}\n" for row in lines)]
    parts += [_text_diff(alike) for alike in alike_groups(edits(plan))]
    parts += [printable(change.diff) for change in plan.collections]
    parts += [f"{change.repo.repo_id}: {printable(way_out(change))}\n" for change in plan.stopped]
    return "\n".join(part for part in parts if part)


def edits(plan: Plan) -> Iterator[Change]:
    """The changes of what is there already: by a new card nothing is lost."""
    return (change for change in plan.changes if change.action != "create")


def _text_line(row: Row, kinds: int, names: int) -> str:
    action, kind, name, reason = row
    line = f"{action:<9}  {kind:<{max(kinds, 7)}}  {printable(name):<{names}}"
    return f"{line}  {printable(reason)}".rstrip().replace("\n", " ")


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
    by_hand = edited == {"file"} or change.repo.ownership == "blocks"
    pull = "" if by_hand else f" (cardgen pull {repo_id})"
    return (
        f"take the edit into the manifest{pull}, replace it (--overwrite {repo_id}), or leave the repo out of the push"
    )
