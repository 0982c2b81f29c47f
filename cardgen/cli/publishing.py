"""The steps that plan, push and rehearse share: read the Hub, plan, show, publish, verify."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from cardgen import build, fetch, hub, hub_trusted, plan, plan_report, publish
from cardgen.cli import progress
from cardgen.cli.console import Console
from cardgen.clock import Clock
from cardgen.diff import printable
from cardgen.errors import HubError, InputError, TokenError
from cardgen.hub import Connection
from cardgen.journal import Journal
from cardgen.model import Card
from cardgen.outcomes import Outcome
from cardgen.plan import Change, Plan
from cardgen.suggest import did_you_mean
from cardgen.survey import survey

PROTECTED = 3
"""The exit code of a run that stopped to protect somebody's work."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """Which repos a run is for, and what it may take over."""

    only: frozenset[str] = frozenset()
    overwrite: frozenset[str] = frozenset()
    adopt: bool = False


def wishes(function: Callable[..., int]) -> Callable[..., int]:
    """The options of `plan` and `push` that say which repos, and what may be taken over."""
    for option in (
        click.option("--overwrite", multiple=True, metavar="REPO", help="Replace what was edited in this repo."),
        click.option("--adopt", is_flag=True, help="Take over cards and files that cardgen has never written."),
        click.option("--only", multiple=True, metavar="REPO", help="Only this repo; may be given again."),
    ):
        function = option(function)
    return function


def select(cards: Sequence[Card], wanted: Wishes) -> tuple[Card, ...]:
    """The cards of the repos that were named, or all. Raises InputError for a repo that no manifest has."""
    known = {card.repo.repo_id for card in cards}
    for name in sorted((wanted.only | wanted.overwrite) - known):
        raise InputError(f"no manifest has the repo {name!r}{did_you_mean(name, known)}", "name it as NAMESPACE/NAME")
    return tuple(card for card in cards if not wanted.only or card.repo.repo_id in wanted.only)


def require_fresh_build(folder: Path, cards: Sequence[Card]) -> None:
    """Stop unless the build folder holds these very cards and files: what is published was reviewed there."""
    stale = [each.path for each in build.compare(folder, build.contents(cards)) if each.new is not None]
    if stale:
        names = ", ".join(stale[:3]) + (", …" if len(stale) > 3 else "")
        raise InputError(f"{folder} is not up to date: {names}", "`cardgen build`, look at it, then push")


Apply = Callable[..., tuple[Outcome, ...]]
"""`publish.apply` or `propose.apply`."""


@dataclass(frozen=True, slots=True)
class Run:
    """What the steps of one run share: whom it tells, the Hub, how changes are made there, and its time.

    `repos` is the Hub as whoever writes to the repos: a trusted publisher has a token for each.
    """

    say: Console
    hub: Connection
    repos: publish.Hub
    apply: Apply
    clock: Clock

    @property
    def is_trusted(self) -> bool:
        """Whether this is a trusted publisher's run."""
        return self.repos is not self.hub


def connect(say: Console, apply: Apply) -> Run:
    """A run against the Hub that the environment names; a person is told when its limits make it pause."""
    clock = Clock()

    def tell(seconds: float) -> None:
        say.say(f"the Hub's rate limit is reached: going on in {seconds:.0f} seconds")

    connection = hub.connect(clock=clock, on_pause=tell)
    return Run(say, connection, connection, apply, clock)


def connect_to_write(say: Console, apply: Apply, *, trusted: bool) -> Run:
    """The same for a push: as a trusted publisher if that is wanted, or if there is no token and a CI job that is one.

    Raises TokenError if it is wanted, and nothing says who this job is.
    """
    run = connect(say, apply)
    job = hub_trusted.identity(os.environ)
    if not trusted and (run.hub.has_token or job is None):
        return run
    if job is None:
        raise TokenError("nothing says who this job is, so that no token can be exchanged", hub_trusted.NO_IDENTITY)
    say.say("publishing as a trusted publisher, with a token for each repo")
    return replace(run, repos=hub_trusted.TrustedHub(run.hub, job, run.clock))


def make_plan(run: Run, cards: Sequence[Card], wanted: Wishes, journal: Journal | None = None) -> Plan:
    """The plan for these cards; each repo that could not be read is told.

    A journal takes down the repos that need nothing.
    """
    judge = plan.judge_with(adopt=wanted.adopt, overwrite=wanted.overwrite)
    with progress.bar(run.say, "reading the Hub", len(cards)) as done:

        def note(change: Change | HubError) -> None:
            if journal and isinstance(change, Change) and change.action == "unchanged":
                journal.note(change.card)
            done(change)

        found = survey(cards, run.repos, judge, clock=run.clock, on_change=note)
    for error in found.failed.values():
        run.say.fail(error.message, error.hint)
    return replace(found.plan, unread=found.failed)


def publish_plan(run: Run, wanted: Plan, journal: Journal | None = None) -> tuple[Outcome, ...]:
    """Do what a plan says, and tell what happened. A journal takes down what was published."""
    with progress.bar(run.say, "publishing", len(wanted.pending)) as done:

        def note(outcome: Outcome) -> None:
            if journal and outcome.state == "published":
                journal.note(outcome.change.card)
            if outcome.change.writes:
                done(outcome)

        outcomes = run.apply(wanted, run.repos, clock=run.clock, on_outcome=note)
    for outcome in outcomes:
        _tell(run.say, outcome)
    count: Counter[str] = Counter(outcome.state for outcome in outcomes)
    names = ("published", "proposed", "unchanged", "stopped", "failed", "skipped")
    run.say.say(", ".join(f"{count[name]} {name}" for name in names if count[name]) or "nothing to publish")
    return outcomes


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """1 if a repo could not be written, else 3 if one was left alone to protect somebody's work."""
    states = {outcome.state for outcome in outcomes}
    if states & {"failed", "skipped"}:
        return 1
    return PROTECTED if "stopped" in states else 0


def tell_missing(run: Run, cards: Sequence[Card]) -> None:
    """After a push: name the repos that the cards link to and that are still not there."""
    readings = fetch.cards([card.repo.key for card in cards], run.repos, clock=run.clock)
    missing = [repo_id for (_, repo_id), card in readings.live.items() if not card.exists]
    if missing:
        run.say.fail(f"the cards link to repos that are not on the Hub: {', '.join(missing)}", "push them too")


def _tell(say: Console, outcome: Outcome) -> None:
    repo = outcome.change.repo
    if outcome.error:
        say.fail(outcome.error.message, outcome.error.hint)
    elif outcome.state == "published":
        say.say(f"{outcome.change.action:<9}  {repo.repo_type:<7}  {repo.repo_id}  {(outcome.commit or '')[:10]}")
    elif outcome.state == "proposed":
        say.say(f"proposed   {repo.repo_type:<7}  {repo.repo_id}  {outcome.url}")
    elif outcome.state == "stopped":
        change = outcome.change
        say.fail(f"{repo.repo_id}: {printable(plan_report.why(change))}", printable(plan_report.way_out(change)))
    elif outcome.state == "skipped":
        say.fail(f"{repo.repo_id}: not begun, because the push ended before", "run it again: it goes on where it was")
