"""cardgen push: check, plan, publish, verify."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from cardgen import journal, outcome_report, propose, publish
from cardgen.cli import checking, collecting, console, publishing, reading, report_files
from cardgen.cli.console import Console
from cardgen.cli.publishing import Run, Wishes
from cardgen.cli.show import show
from cardgen.errors import InputError
from cardgen.hub_pull_requests import HubPullRequests
from cardgen.journal import Journal
from cardgen.links.memory import AN_HOUR
from cardgen.model import Card, Collection
from cardgen.outcome_report import Done
from cardgen.plan import Plan
from cardgen.reports import report, text

REPORTS = {".json": outcome_report.as_json, ".md": outcome_report.as_markdown}


@click.command(short_help="Check, plan, publish, verify.")
@console.manifests
@console.output
@publishing.wishes
@click.option("--pr", is_flag=True, help="Propose: one pull request for each repo, kept up to date by later runs.")
@click.option("--trusted", is_flag=True, help="As a trusted publisher: a CI job, with a token for each repo.")
@click.option("--dry-run", is_flag=True, help="Stop after showing the plan.")
@click.option("--allow-broken", is_flag=True, help="Publish although a link is broken or lint found an error.")
@click.option("--offline", is_flag=True, help="Check no links beyond the collection's own.")
@report_files.option(REPORTS)
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
    trusted: bool,
    dry_run: bool,
    allow_broken: bool,
    offline: bool,
    reports: Sequence[Path],
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
    say.say(text.write(found))
    if found.stopped:
        raise click.Abort
    if report.failed(found) and not allow_broken:
        say.fail("nothing was published", "mend what was found, or push with --allow-broken")
        return 1
    run = _connected(say, trusted=trusted, pr=pr)
    collections = () if pr else _pages(run, project.collections)  # there are no pull requests to a collection's page
    if dry_run:
        made = publishing.make_plan(run, cards, wanted)
        made, lost = collecting.plan_pages(run, made, collections, wanted)
        _show(run, made)
        return 1 if made.unread or lost else publishing.PROTECTED if made.stopped else 0
    with Journal(journal.PATH, run.hub.endpoint) as kept:
        made = publishing.make_plan(run, _rest(run, cards, kept), wanted, kept)
        made, lost = collecting.plan_pages(run, made, collections, wanted)
        _show(run, made)
        done = _publish(run, made, kept, yes=yes)
    _report(done, reports)
    code = _exit_code(done)
    if code == 0 and not pr and not wanted.only:
        checking.tell_still_missing(say, found, links)
    if wanted.only and not pr:
        publishing.tell_missing(run, [card for card in project.cards if card not in cards])
    return 1 if lost else code


def _connected(say: Console, *, trusted: bool, pr: bool) -> Run:
    """The Hub, and how changes are made there: by commits, or by pull requests. Raises InputError, TokenError."""
    run = publishing.connect_to_write(say, publish.apply, trusted=trusted)
    if not pr:
        return run
    if run.is_trusted:
        raise InputError("a trusted publisher commits, and opens no pull requests", "leave --pr out")
    return replace(run, apply=partial(propose.apply, pulls=HubPullRequests(run.hub)))


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


def _pages(run: Run, collections: Sequence[Collection]) -> Sequence[Collection]:
    """The collections whose pages are brought up to date: an exchanged token is for a repo, and for no page."""
    if run.hub.has_token or not run.is_trusted:
        return collections
    if any(each.hub_collection for each in collections):
        run.say.warn("the collection's page stays as it is: a trusted publisher needs a token for it, in HF_TOKEN")
    return ()


def _publish(run: Run, made: Plan, kept: Journal, *, yes: bool) -> Done | None:
    """Do what the plan says, unless the person who sees it says no: then nothing is done."""
    is_asked = (made.pending or made.pending_collections) and not yes and run.say.is_live()
    if is_asked and not click.confirm("publish?", err=True):
        run.say.say("nothing was published")
        kept.clear()
        return None
    outcomes = publishing.publish_plan(run, made, kept)
    if not made.unread and publishing.exit_code(outcomes) != 1:
        kept.clear()
    pages = collecting.publish_pages(run, made)
    collecting.tell_slugs(run.say, pages)
    return Done(outcomes, pages, made.unread)


def _report(done: Done | None, paths: Sequence[Path]) -> None:
    if done is not None:
        for path in paths:
            report_files.write(path, REPORTS[path.suffix](done))


def _exit_code(done: Done | None) -> int:
    if done is None or done.unread:
        return 1
    return collecting.exit_code(done.collections, publishing.exit_code(done.outcomes))
