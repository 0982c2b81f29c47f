"""cardgen plan: what a push would do, without doing it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from cardgen import plan, publish
from cardgen.cli import collecting, console, publishing, reading
from cardgen.cli.console import Console
from cardgen.cli.publishing import Wishes
from cardgen.cli.show import show

PENDING = 4
FORMATS = {"json": plan.as_json, "markdown": plan.as_markdown}


@click.command(short_help="Show what push would do.")
@console.manifests
@publishing.wishes
@click.option("--format", "form", type=click.Choice(["text", *FORMATS]), default="text", show_default=True)
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
    exit_code: bool,
) -> int:
    """Show what push would do to every repo, and what somebody edited on the Hub since the last push."""
    wanted = Wishes(frozenset(only), frozenset(overwrite), adopt)
    project = reading.read(manifests)
    cards = publishing.select(project.cards, wanted)
    run = publishing.connect(say, publish.apply)
    made, unread = publishing.make_plan(run, cards, wanted)
    made, lost = collecting.plan_pages(run, made, project.collections, wanted)
    if form == "text":
        show(say, made, sys.stdout)
    else:
        say.print(FORMATS[form](made))
    if unread or lost:
        return 1
    pending = made.pending or made.stopped or made.pending_collections
    return PENDING if exit_code and pending else 0
