"""How a command tells what it found: printed in one form, written into files in others, beside an earlier report."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import click

from cardgen.cli.console import Console
from cardgen.errors import DiskError, InputError
from cardgen.reports import ENDINGS, FORMATS
from cardgen.reports.report import Report

Function = TypeVar("Function", bound=Callable[..., Any])

_COLORS = {"broken": "red", "error": "red", "moved": "blue", "warning": "yellow", "unsure": "yellow"}
_KIND = re.compile(rf"^({'|'.join(_COLORS)}):", re.MULTILINE)
_MARK = re.compile(r"^( +\| *)(\^~*)$", re.MULTILINE)


class ReportFile(click.ParamType[Path]):
    """A file whose ending tells the form of a report."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        if Path(value).suffix not in ENDINGS:
            self.fail(f"{value!r}: the ending tells the form, one of {', '.join(ENDINGS)}", param, ctx)
        return Path(value)


@dataclass(frozen=True, slots=True)
class Telling:
    """How a run wants its report: in which form on stdout, and in which files, whose endings tell the form."""

    form: str
    files: Sequence[Path]


def options(function: Function) -> Function:
    """The options of every command that makes a report; it gets them as `form`, `reports` and `since`."""
    for option in (
        click.option(
            "--since", type=click.Path(path_type=Path), metavar="FILE", help="Say what changed since this JSON report."
        ),
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


def tell(say: Console, made: Report, telling: Telling) -> None:
    """Print a report, and write its files. Raises DiskError."""
    text = FORMATS[telling.form](made)
    say.print(_colored(text) if telling.form == "text" else text)
    for path in telling.files:
        _write(path, made)


def _colored(text: str) -> str:
    """The text with the first word of every cause in its colour, and every mark too."""
    text = _KIND.sub(lambda found: click.style(found[0], fg=_COLORS[found[1]], bold=True), text)
    return _MARK.sub(lambda found: found[1] + click.style(found[2], fg="red", bold=True), text)


def _write(path: Path, made: Report) -> None:
    try:
        path.write_text(FORMATS[ENDINGS[path.suffix]](made), encoding="utf-8", newline="\n")
    except OSError as error:
        raise DiskError(f"{path}: cannot be written: {error.strerror}") from None
