"""cardgen push: check, plan, publish, verify."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from cardgen import journal, propose, publish
from cardgen.cli import checking, console, publishing, reading
from cardgen.cli.console import Console
from cardgen.cli.publishing import Run, Wishes
from cardgen.cli.show import show
from cardgen.journal import Journal
from cardgen.links import report
from cardgen.model import Card
from cardgen.plan import Plan


@click.command(short_help="Check, plan, publish, verify.")
@console.manifests
@console.output
@publishing.wishes
@click.option("--pr", is_flag=True, help="Propose: one pull request for each repo, kept up to date by later runs.")
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
    pr: bool,
    dry_run: bool,
    allow_broken: bool,
    offline: bool,
    yes: bool,
) -> int:
    """Publish what was built and reviewed: check it, plan, show the plan, write, read it back.

    A repo whose card somebody edited on the Hub is left alone (exit 3); the others go on. A push that was stopped goes
    on where it was when it is run again within a day.
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
    run = publishing.connect(say, propose.apply if pr else publish.apply)
    if dry_run:
        return _show_only(run, cards, wanted)
    code = _push(run, cards, wanted, yes=yes)
    if wanted.only and not pr:
        publishing.tell_missing(run, [card for card in project.cards if card not in cards])
    return code


def _show_only(run: Run, cards: Sequence[Card], wanted: Wishes) -> int:
    made, unread = publishing.make_plan(run, cards, wanted)
    _show(run, made)
    return 1 if unread else publishing.PROTECTED if made.stopped else 0


def _push(run: Run, cards: Sequence[Card], wanted: Wishes, *, yes: bool) -> int:
    with Journal(journal.PATH, run.hub.endpoint) as kept:
        return _push_rest(run, cards, wanted, kept, yes=yes)


def _push_rest(run: Run, cards: Sequence[Card], wanted: Wishes, kept: Journal, *, yes: bool) -> int:
    rest = [card for card in cards if not kept.has(card)]
    if len(rest) < len(cards):
        run.say.say(
            f"going on with a push that was stopped: {len(cards) - len(rest)} of {len(cards)} repos are done"
            f" (to read them all again, delete {journal.PATH})"
        )
    made, unread = publishing.make_plan(run, rest, wanted, kept)
    _show(run, made)
    if made.pending and not yes and run.say.is_live() and not click.confirm("publish?", err=True):
        run.say.say("nothing was published")
        kept.clear()
        return 1
    code = publishing.publish_plan(run, made, kept)
    if unread or code == 1:
        return 1
    kept.clear()
    return code


def _show(run: Run, made: Plan) -> None:
    if run.say.verbosity >= 0:
        show(run.say, made, sys.stderr)
