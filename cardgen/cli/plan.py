"""cardgen plan: what a push would do, without doing it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from cardgen import plan, publish
from cardgen.cli import collecting, console, publishing, reading, report_files
from cardgen.cli.console import Console
from cardgen.cli.publishing import Wishes
from cardgen.cli.show import show

PENDING = 4
FORMATS = {"text": plan.as_text, "json": plan.as_json, "markdown": plan.as_markdown}
ENDINGS = {".txt": "text", ".json": "json", ".md": "markdown"}


@click.command(short_help="Show what push would do.")
@console.manifests
@publishing.wishes
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@report_files.option(ENDINGS)
@click.option("--exit-code", is_flag=True, help="Exit 4 if changes are pending.")
@console.options
@click.pass_obj
def command(
    say: Console,
    manifests: Sequence[str],
    only: Sequence[str],
    adopt: bool,
    overwrite: Sequence[str],
    form: str,
    reports: Sequence[Path],
    exit_code: bool,
) -> int:
    """Show what push would do to every repo, and what somebody edited on the Hub since the last push."""
    wanted = Wishes(frozenset(only), frozenset(overwrite), adopt)
    project = reading.read(manifests)
    cards = publishing.select(project.cards, wanted)
    run = publishing.connect(say, publish.apply)
    made = publishing.make_plan(run, cards, wanted)
    made, lost = collecting.plan_pages(run, made, project.collections, wanted)
    if not run.hub.has_token and not all(change.live.exists for change in made.changes):
        say.warn("the Hub was read without a token, and shows a private repo to nobody: it looks like a new one")
    if form == "text":
        show(say, made, sys.stdout)
    else:
        say.print(FORMATS[form](made))
    for path in reports:
        report_files.write(path, FORMATS[ENDINGS[path.suffix]](made))
    if made.unread or lost:
        return 1
    pending = made.pending or made.stopped or made.pending_collections
    return PENDING if exit_code and pending else 0
