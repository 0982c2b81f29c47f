"""The option --report: files, each with an ending that tells the form of what is written there."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import click

from cardgen.cli.console import Function
from cardgen.errors import DiskError


class ReportFile(click.ParamType[Path]):
    """A file whose ending tells the form of a report."""

    name = "file"

    def __init__(self, endings: Collection[str]) -> None:
        self._endings = endings

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        if Path(value).suffix not in self._endings:
            self.fail(f"{value!r}: the ending tells the form, one of {', '.join(self._endings)}", param, ctx)
        return Path(value)


def option(endings: Collection[str]) -> Callable[[Function], Function]:
    """The option of a command that can write its report in these forms, as `reports`."""
    return click.option(
        "--report",
        "reports",
        multiple=True,
        type=ReportFile(endings),
        metavar="FILE",
        help=f"Write the report there too; {', '.join(endings)} tell its form. May be given again.",
    )


def write(path: Path, text: str) -> None:
    """Write a report. Raises DiskError."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise DiskError(f"{path}: cannot be written: {error.strerror}") from None
