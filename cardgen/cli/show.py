"""A plan as a person at a terminal sees it: a table, and diffs in colour. In a pipe it is plain text."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from cardgen import plan
from cardgen.cli.console import Console
from cardgen.diff import printable
from cardgen.plan import Plan
from cardgen.plan_report import alike_groups, edits, rows, way_out

if TYPE_CHECKING:
    from rich.syntax import Syntax
    from rich.table import Table

_COLORS = {
    "create": "green",
    "update": "yellow",
    "converged": "cyan",
    "unowned": "red",
    "conflict": "red",
    "unread": "red",
}


def show(say: Console, made: Plan, stream: IO[str]) -> None:
    """Print a plan to stdout or stderr."""
    if not say.wants_color(stream):
        stream.write(plan.as_text(made))
        return
    from rich.console import Console as Terminal
    from rich.text import Text

    terminal = Terminal(file=stream, force_terminal=True, highlight=False)
    terminal.print(_table(made))
    for alike in alike_groups(edits(made)):
        terminal.print(_diff(alike[0].diff))
        if len(alike) > 1:
            others = ", ".join(change.repo.repo_id for change in alike[1:])
            terminal.print(Text(f"and the same in {len(alike) - 1} more: {others}\n", style="dim"))
    for page in made.pending_collections:
        terminal.print(_diff(page.diff))
    for change in made.stopped:
        terminal.print(Text(f"{change.repo.repo_id}: {printable(way_out(change))}", style="red"))


def _diff(text: str) -> Syntax:
    from rich.syntax import Syntax

    return Syntax(printable(text), "diff", theme="ansi_dark", background_color="default", word_wrap=True)


def _table(made: Plan) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    for action, kind, name, reason in rows(made):
        style = _COLORS.get(action, "dim")
        table.add_row(Text(action, style), Text(kind, "dim"), Text(printable(name)), Text(printable(reason)))
    return table
