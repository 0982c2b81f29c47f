"""cardgen report: what becomes of reports that were written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from cardgen.cli import console, reporting
from cardgen.cli.console import Console
from cardgen.errors import InputError
from cardgen.reports import report, shards
from cardgen.reports.report import Report


@click.group(short_help="Merge the reports of a check in parts.", no_args_is_help=True)
@console.options
def command() -> None:
    """Work with reports that `cardgen check --report FILE.json` has written."""


@command.command(short_help="Make one report out of those of all shards.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@reporting.options
@console.options
@click.pass_obj
def merge(say: Console, files: Sequence[Path], form: str, reports: Sequence[Path], since: Path | None) -> int:
    """Make one report out of the JSON reports of all shards of a run (`cardgen check --shard 3/8`).

    It is the report that a check in one piece would have made. Exit 1 if a link is broken or lint found an error, or if
    a shard was stopped before its end. A shard that is missing, or there twice, or of another run, is an error.
    """
    before = reporting.read(since) if since else None
    made = shards.merge(_read(files))
    reporting.tell(say, reporting.compared(made, before), form, reports)
    return 1 if report.failed(made) or made.stopped else 0


def _read(files: Sequence[Path]) -> list[tuple[str, Report]]:
    """The reports in these files, with their names. Raises InputError for all that cannot be read."""
    found, mistakes = [], []
    for path in files:
        try:
            found.append((str(path), reporting.read(path)))
        except InputError as error:
            mistakes.append(error)
    if mistakes:
        raise InputError("\n".join(each.message for each in mistakes), mistakes[0].hint)
    return found
