"""Progress bars, for a person who watches; in a pipe there are none."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cardgen.cli.console import Console


@contextmanager
def bar(say: Console, what: str, total: int) -> Iterator[Callable[[object], None]]:
    """A bar over `total` things; the function that it gives is called once for each that is done."""
    if not say.is_live():
        yield lambda _: None
        return
    from rich.console import Console as Terminal
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    terminal = Terminal(stderr=True, no_color=not say.wants_color(sys.stderr))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=terminal, transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda _: progress.advance(task)
