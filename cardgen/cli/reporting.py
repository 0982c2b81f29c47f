"""The reports of `check` and `lint`: in which form they are printed, and where else they are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from cardgen.cli.console import Console
from cardgen.errors import DiskError
from cardgen.reports import ENDINGS, FORMATS
from cardgen.reports.report import Report

_COLORS = {"broken": "red", "error": "red", "moved": "blue", "warning": "yellow", "unsure": "yellow"}
_KIND = re.compile(rf"^({'|'.join(_COLORS)}):", re.MULTILINE)


class ReportFile(click.ParamType[Path]):
    """A file whose ending tells the form of a report."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        if Path(value).suffix not in ENDINGS:
            self.fail(f"{value!r}: the ending tells the form, one of {', '.join(ENDINGS)}", param, ctx)
        return Path(value)


def options(function: Callable[..., int]) -> Callable[..., int]:
    """The options that say in which form a report is printed, and where else it is written."""
    for option in (
        click.option(
            "--report",
            "reports",
            multiple=True,
            type=ReportFile(),
            metavar="FILE",
            help=f"Write the report there too; {', '.join(ENDINGS)} tell its form. May be given again.",
        ),
        click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True),
    ):
        function = option(function)
    return function


def tell(say: Console, made: Report, form: str, reports: Sequence[Path]) -> None:
    """Print a report in a form, and write it into files. Raises DiskError."""
    text = FORMATS[form](made)
    say.print(_colored(text) if form == "text" else text)
    for path in reports:
        _write(path, made)


def _colored(text: str) -> str:
    """The text with the first word of every cause in its colour."""
    return _KIND.sub(lambda found: click.style(found[0], fg=_COLORS[found[1]], bold=True), text)


def _write(path: Path, made: Report) -> None:
    try:
        path.write_text(FORMATS[ENDINGS[path.suffix]](made), encoding="utf-8")
    except OSError as error:
        raise DiskError(f"{path}: cannot be written: {error.strerror}") from None
