"""The reports of `check` and `lint`: in which form they are printed, and where else they are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from cardgen.cli import report_files
from cardgen.cli.console import Console
from cardgen.reports import ENDINGS, FORMATS
from cardgen.reports.report import Report

_COLORS = {"broken": "red", "error": "red", "moved": "blue", "warning": "yellow", "unsure": "yellow"}
_KIND = re.compile(rf"^({'|'.join(_COLORS)}):", re.MULTILINE)


def options(function: Callable[..., int]) -> Callable[..., int]:
    """The options that say in which form a report is printed, and where else it is written."""
    for option in (
        report_files.option(ENDINGS),
        click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True),
    ):
        function = option(function)
    return function


def tell(say: Console, made: Report, form: str, reports: Sequence[Path]) -> None:
    """Print a report in a form, and write it into files. Raises DiskError."""
    text = FORMATS[form](made)
    say.print(_colored(text) if form == "text" else text)
    for path in reports:
        report_files.write(path, FORMATS[ENDINGS[path.suffix]](made))


def _colored(text: str) -> str:
    """The text with the first word of every cause in its colour."""
    return _KIND.sub(lambda found: click.style(found[0], fg=_COLORS[found[1]], bold=True), text)
