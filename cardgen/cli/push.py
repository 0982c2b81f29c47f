"""cardgen push: check, plan, publish, verify."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from cardgen import journal, propose, publish, reports
from cardgen.cli import checking, collecting, console, publishing, reading
from cardgen.cli.console import Console
from cardgen.cli.publishing import Run, Wishes
from cardgen.cli.show import show
from cardgen.hub_pull_requests import HubPullRequests
from cardgen.journal import Journal
from cardgen.links.memory import AN_HOUR
from cardgen.model import Card
from cardgen.plan import Plan
from cardgen.reports import report


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
    links = checking.Wishes(offline=offline, lifetimes=AN_HOUR)
    found = checking.make_report(say, checking.of_cards(project, cards), links)
    say.say(reports.text.write(found))
    if found.stopped:
        raise click.Abort
    if report.failed(found) and not allow_broken:
        say.fail("nothing was published", "mend what was found, or push with --allow-broken")
        return 1
    run = publishing.connect(say, publish.apply)
    collections = project.collections
    if pr:
        run = replace(run, apply=partial(propose.apply, pulls=HubPullRequests(run.hub)))
        collections = ()  # there are no pull requests to a collection's page
    if dry_run:
        made, unread = publishing.make_plan(run, cards, wanted)
        made, lost = collecting.plan_pages(run, made, collections, wanted)
        _show(run, made)
        return 1 if unread or lost else publishing.PROTECTED if made.stopped else 0
    with Journal(journal.PATH, run.hub.endpoint) as kept:
        made, unread = publishing.make_plan(run, _rest(run, cards, kept), wanted, kept)
        made, lost = collecting.plan_pages(run, made, collections, wanted)
        _show(run, made)
        code = _publish(run, made, kept, unread, yes=yes)
    if code == 0 and not pr and not wanted.only:
        checking.tell_still_missing(say, found, links)
    if wanted.only and not pr:
        publishing.tell_missing(run, [card for card in project.cards if card not in cards])
    return 1 if unread or lost else code


def _rest(run: Run, cards: Sequence[Card], kept: Journal) -> Sequence[Card]:
    """The cards that a push which was stopped has not seen done."""
    rest = [card for card in cards if not kept.has(card)]
    if len(rest) < len(cards):
        run.say.say(
            f"going on with a push that was stopped: {len(cards) - len(rest)} of {len(cards)} repos are done"
            f" (to read them all again, delete {journal.PATH})"
        )
    return rest


def _show(run: Run, made: Plan) -> None:
    if run.say.verbosity >= 0:
        show(run.say, made, sys.stderr)


def _publish(run: Run, made: Plan, kept: Journal, unread: int, *, yes: bool) -> int:
    """Do what the plan says, unless the person who sees it says no; returns the exit code."""
    is_asked = (made.pending or made.pending_collections) and not yes and run.say.is_live()
    if is_asked and not click.confirm("publish?", err=True):
        run.say.say("nothing was published")
        kept.clear()
        return 1
    code = publishing.publish_plan(run, made, kept)
    if not unread and code != 1:
        kept.clear()
    outcomes = collecting.publish_pages(run, made)
    collecting.tell_slugs(run.say, outcomes)
    return collecting.exit_code(outcomes, code)
