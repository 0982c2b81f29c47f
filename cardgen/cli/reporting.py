"""The reports of `check` and `lint`: in which form they are printed, where they are written, and with what they are
compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import click

from cardgen import rule_pages
from cardgen.cli import report_files
from cardgen.cli.console import Console
from cardgen.errors import InputError
from cardgen.reports import ENDINGS, FORMATS
from cardgen.reports.report import Report

_COLORS = {"broken": "red", "error": "red", "moved": "blue", "warning": "yellow", "unsure": "yellow"}
_KIND = re.compile(rf"^({'|'.join(_COLORS)}):", re.MULTILINE)
_MARK = re.compile(r"^( +\| *)(\^~*)$", re.MULTILINE)


def options(function: Callable[..., int]) -> Callable[..., int]:
    """The options that say in which form a report is printed (`form`), where else it is written (`reports`), and with
    which earlier one it is compared (`since`)."""
    for option in (
        click.option(
            "--since", type=click.Path(path_type=Path), metavar="FILE", help="Say what changed since this JSON report."
        ),
        report_files.option(ENDINGS),
        click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True),
    ):
        function = option(function)
    return function


def read(path: Path) -> Report:
    """A report that was written as JSON. Raises InputError."""
    from cardgen.reports import reading

    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    return reading.read(data, str(path))


def compared(made: Report, before: Report | None) -> Report:
    """The report with what changed since an earlier one, if there is one."""
    from cardgen.reports import changes

    return made if before is None else replace(made, changes=changes.compare(before, made))


def tell(say: Console, made: Report, form: str, reports: Sequence[Path]) -> None:
    """Print a report in a form, and write it into files. Raises DiskError."""
    findings = (*made.findings, *(each.finding for each in made.silenced))
    made = replace(made, rules=rule_pages.texts(each.rule for each in findings))
    text = FORMATS[form](made)
    say.print(_colored(text) if form == "text" else text)
    for path in reports:
        report_files.write(path, FORMATS[ENDINGS[path.suffix]](made))


def _colored(text: str) -> str:
    """The text with the first word of every cause in its colour, and every mark too."""
    text = _KIND.sub(lambda found: click.style(found[0], fg=_COLORS[found[1]], bold=True), text)
    return _MARK.sub(lambda found: found[1] + click.style(found[2], fg="red", bold=True), text)
