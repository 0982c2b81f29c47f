"""cardgen push: check, plan, publish, verify."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from cardgen import hub
from cardgen.cli import checking, collecting, console, publishing, reading
from cardgen.cli.console import Console
from cardgen.cli.publishing import Wishes
from cardgen.cli.show import show
from cardgen.hub_collections import HubCollections
from cardgen.links import report


@click.command(short_help="Check, plan, publish, verify.")
@console.manifests
@console.output
@publishing.wishes
@click.option("--dry-run", is_flag=True, help="Stop after showing the plan.")
@click.option("--allow-broken", is_flag=True, help="Publish although a link is broken or lint found an error.")
@click.option("--offline", is_flag=True, help="Check no links beyond the collection's own.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@console.options
@click.pass_obj
def command(
    say: Console,
    manifests: Sequence[str],
    output: str,
    only: Sequence[str],
    adopt: bool,
    overwrite: Sequence[str],
    dry_run: bool,
    allow_broken: bool,
    offline: bool,
    yes: bool,
) -> int:
    """Publish what was built and reviewed: check it, plan, show the plan, write, read it back.

    A repo whose card somebody edited on the Hub is left alone (exit 3); the others go on.
    """
    project = reading.read(manifests)
    wanted = Wishes(frozenset(only), frozenset(overwrite), adopt)
    cards = publishing.select(project.cards, wanted)
    publishing.require_fresh_build(Path(output), cards)
    web = checking.offline() if offline else checking.online(allow_private=False)
    found = checking.make_report(say, project, cards, web)
    say.say(report.as_text(found))
    if report.failed(found, strict=False) and not allow_broken:
        say.fail("nothing was published", "mend what was found, or push with --allow-broken")
        return 1
    live = hub.connect()
    pages = HubCollections(live)
    made, unread = collecting.make_plan(say, project.collections, cards, live, pages, wanted)
    if say.verbosity >= 0:
        show(say, made, sys.stderr)
    if dry_run:
        return 1 if unread else publishing.PROTECTED if made.stopped else 0
    if (
        (made.pending or made.pending_collections)
        and not yes
        and say.is_live()
        and not click.confirm("publish?", err=True)
    ):
        say.say("nothing was published")
        return 1
    code = publishing.publish_plan(say, made, live)
    outcomes = collecting.publish_pages(say, made, pages)
    collecting.tell_slugs(say, outcomes)
    if wanted.only and made.pending:
        publishing.tell_missing(say, [card for card in project.cards if card not in cards], live)
    return 1 if unread else collecting.exit_code(outcomes, code)
