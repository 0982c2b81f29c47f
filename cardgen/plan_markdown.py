"""A plan as Markdown, for a job summary or a comment on GitHub: it fits there, and nothing of a card becomes markup."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from cardgen.diff import printable
from cardgen.plan_report import Row, alike_groups, rows

if TYPE_CHECKING:
    from cardgen.plan import Change, Plan

MAX_SIZE: Final = 60_000
"""Bytes of the whole. A comment on GitHub holds 65,536 characters, and whoever posts a plan adds some of their own."""
MAX_TABLE: Final = 24_000
MAX_DIFF: Final = 16_000
"""Bytes of what is folded away for one diff, or for many that are alike."""
MAX_LINES: Final = 300
"""Lines of one diff."""
MAX_LINE: Final = 1_000
"""Characters."""
MAX_CELL: Final = 600
MAX_NAMES: Final = 20
_LONGEST_NOTE: Final = 200

_HEAD = "## Plan\n\n"
_URGENCY = {"unread": 0, "unowned": 0, "conflict": 0, "unchanged": 2}
"""What stops a push comes first, what needs nothing last."""


def as_markdown(plan: Plan) -> str:
    """A table of the repos and collections, what stops first, with the diffs folded away below it.

    At most MAX_SIZE bytes: the rows and diffs that do not fit are counted.
    """
    lines = sorted(rows(plan), key=lambda row: _urgency(row[0]))
    if not lines:
        return f"{_HEAD}No cards.\n"
    pages: dict[tuple[str, str], str] = {each.repo.key: each.repo.url for each in plan.changes if each.live.exists}
    shown, left = fitting([_row(row, pages.get(row[1:3])) for row in lines], MAX_TABLE)
    table = ["| repo | type | action | why |", "| --- | --- | --- | --- |", *shown]
    parts = [f"{_HEAD}{_summary(plan)}\n", "\n".join(table) + "\n"]
    parts += [f"And {left:,} more.\n"] if left else []
    room = MAX_SIZE - _size("\n".join(parts)) - _LONGEST_NOTE
    diffs, left = fitting(_diffs(plan), room)
    parts += diffs
    parts += [f"{left:,} more diffs do not fit here: `cardgen plan` shows them.\n"] if left else []
    return "\n".join(parts)


def _urgency(action: str) -> int:
    return _URGENCY.get(action, 1)


def _summary(plan: Plan) -> str:
    """How many repos and collections there are of each action, what stops first."""
    count: Counter[str] = Counter(change.action for change in plan.changes)
    count.update(change.action for change in plan.collections)
    count.update("unread" for _ in plan.unread)
    order = sorted(count, key=lambda action: (_urgency(action), action))
    return ", ".join(f"{count[action]:,} {action}" for action in order) + "."


def fitting(parts: Iterable[str], room: int) -> tuple[list[str], int]:
    """The parts that fit, each on lines of its own, and how many do not."""
    fitting, left = [], 0
    for part in parts:
        size = _size(part) + 1
        if size <= room:
            fitting.append(part)
            room -= size
        else:
            left += 1
    return fitting, left


def _first(lines: Sequence[str], room: int) -> Iterator[str]:
    """The first lines, as many as fit; one that is too long is cut."""
    for line in lines[:MAX_LINES]:
        shown = _cut(line, MAX_LINE)
        room -= _size(shown) + 1
        if room < 0:
            return
        yield shown


def _cut(text: str, most: int) -> str:
    return text[: most - 1] + "…" if len(text) > most else text


def _size(text: str) -> int:
    return len(text.encode())


def _row(row: Row, page: str | None) -> str:
    action, kind, name, reason = row
    shown = f"[{cell(name)}]({page})" if page else cell(name)
    return f"| {shown} | {kind} | {action} | {cell(reason)} |"


def cell(text: str) -> str:
    """Text that Markdown shows as it is, in a table."""
    line = _cut(printable(text).replace("\n", " "), MAX_CELL)
    return re.sub(r"([\\`*_{}\[\]()#+!|~@:])", r"\\\1", html.escape(line, quote=False))


def _diffs(plan: Plan) -> list[str]:
    groups = sorted(alike_groups(plan.changes), key=lambda alike: _urgency(alike[0].action))
    folded = [_folded(alike[0].action, _ids(alike), alike[0].diff) for alike in groups]
    return folded + [_folded(each.action, "the collection", each.diff) for each in plan.pending_collections]


def _ids(alike: Sequence[Change]) -> str:
    names = [change.repo.repo_id for change in alike[:MAX_NAMES]]
    more = len(alike) - len(names)
    return ", ".join(names) + (f" and {more:,} more" if more else "")


def _folded(action: str, of: str, diff: str) -> str:
    lines = printable(diff).splitlines()
    shown = list(_first(lines, MAX_DIFF))
    more = f"\n… and {len(lines) - len(shown):,} more lines" if len(lines) > len(shown) else ""
    text = "\n".join(shown)
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
    return f"<details><summary>{action}: {of}</summary>\n\n{fence}diff\n{text}\n{fence}\n{more}\n</details>\n"
