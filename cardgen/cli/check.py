"""cardgen check: lint and links, as a report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from cardgen.cli import checking, console, reading
from cardgen.cli.console import Console
from cardgen.errors import DiskError
from cardgen.links import report

FORMATS = {"text": report.as_text, "json": report.as_json, "markdown": report.as_markdown}


@click.command(short_help="Check the cards and their links.")
@console.manifests
@click.option("--offline", is_flag=True, help="Ask nothing of the network; links within the collection are checked.")
@click.option("--strict", is_flag=True, help="Fail for a link that is not known to be good, and for a warning.")
@click.option("--allow-private", is_flag=True, help="Ask addresses of this machine and its network too.")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.option(
    "--report", "file", metavar="FILE", help="Write the report there; FILE.json and FILE.md tell their format."
)
@console.options
@click.pass_obj
def command(
    say: Console,
    manifests: Sequence[str],
    offline: bool,
    strict: bool,
    allow_private: bool,
    form: str,
    file: str | None,
) -> int:
    """Check every card: what it lacks, and whether its links lead anywhere.

    Each URL is asked once, however many cards carry it. Exit 1 if a link is broken or lint finds an error.
    """
    project = reading.read(manifests)
    web = checking.offline() if offline else checking.online(allow_private)
    made = checking.make_report(say, project, project.cards, web)
    if file:
        _write(Path(file), made)
    say.print(FORMATS[form](made))
    return 1 if report.failed(made, strict=strict) else 0


def _write(path: Path, made: report.Report) -> None:
    form = {".json": "json", ".md": "markdown"}.get(path.suffix, "text")
    try:
        path.write_text(FORMATS[form](made), encoding="utf-8")
    except OSError as error:
        raise DiskError(f"{path}: cannot be written: {error.strerror}") from None
