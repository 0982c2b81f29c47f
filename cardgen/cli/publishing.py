"""The steps that plan, push and rehearse share: read the Hub, plan, show, publish, verify."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from cardgen import build, fetch, plan, plan_report, publish
from cardgen.cli import progress
from cardgen.cli.console import Console
from cardgen.diff import printable
from cardgen.errors import InputError
from cardgen.model import Card
from cardgen.plan import Plan
from cardgen.suggest import did_you_mean

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


def make_plan(say: Console, cards: Sequence[Card], hub: publish.Hub, wanted: Wishes) -> tuple[Plan, int]:
    """The plan for these cards, and how many repos could not be read; each of those is told."""
    with progress.bar(say, "reading the Hub", len(cards)) as done:
        readings = fetch.whole(cards, hub, on_read=done)
    for error in readings.failed.values():
        say.fail(error.message, error.hint)
    readable = [card for card in cards if card.repo.key in readings.live]
    overwrite = wanted.overwrite & {card.repo.repo_id for card in readable}
    made = plan.make(readable, readings.live, adopt=wanted.adopt, overwrite=overwrite)
    return plan.guard(made, fetch.attributes(made, hub)), len(readings.failed)


def publish_plan(say: Console, wanted: Plan, hub: publish.Hub) -> int:
    """Do what a plan says, read every card back, tell what happened; returns the exit code."""
    with progress.bar(say, "publishing", len(wanted.changes)) as done:
        outcomes = publish.verify(publish.apply(wanted, hub, on_outcome=done), hub)
    for outcome in outcomes:
        _tell(say, outcome)
    count: Counter[str] = Counter(outcome.state for outcome in outcomes)
    names = ("published", "unchanged", "stopped", "failed", "skipped")
    say.say(", ".join(f"{count[name]} {name}" for name in names if count[name]) or "nothing to publish")
    if count["failed"] or count["skipped"]:
        return 1
    return PROTECTED if count["stopped"] else 0


def tell_missing(say: Console, cards: Sequence[Card], hub: publish.Hub) -> None:
    """After a push: name the repos that the cards link to and that are still not there."""
    readings = fetch.cards([card.repo.key for card in cards], hub)
    missing = [repo_id for (_, repo_id), live in readings.live.items() if not live.exists]
    if missing:
        say.fail(f"the cards link to repos that are not on the Hub: {', '.join(missing)}", "push them too")


def _tell(say: Console, outcome: publish.Outcome) -> None:
    repo = outcome.change.repo
    if outcome.state == "published":
        say.say(f"{outcome.change.action:<9}  {repo.repo_type:<7}  {repo.repo_id}  {(outcome.commit or '')[:10]}")
    elif outcome.state == "stopped":
        change = outcome.change
        say.fail(f"{repo.repo_id}: {printable(plan_report.why(change))}", printable(plan_report.way_out(change)))
    elif outcome.error:
        say.fail(outcome.error.message, outcome.error.hint)
    elif outcome.state == "skipped":
        say.fail(f"{repo.repo_id}: not begun, because the push ended before", "run it again: it goes on where it was")
