"""The collection's page: the steps that plan, push and rehearse share beside those of the cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cardgen import collection_publish
from cardgen.cli.console import Console
from cardgen.cli.publishing import Run, Wishes
from cardgen.collection_plan import CollectionChange
from cardgen.collection_publish import CollectionOutcome
from cardgen.errors import HubError
from cardgen.hub_collections import HubCollections
from cardgen.model import Collection, HubCollection
from cardgen.plan import Plan

FAILED = 1


def plan_pages(run: Run, made: Plan, collections: Sequence[Collection], wanted: Wishes) -> tuple[Plan, int]:
    """A plan of cards with that of their collections' pages, and how many could not be read; each of those is told.

    A run for some repos alone leaves the pages as they are: they are made of all.
    """
    pages = [(each.hub_collection, each.source) for each in collections if not wanted.only]
    looks = [_look(run, page, source) for page, source in pages if page]
    found = tuple(look for look in looks if look)
    return replace(made, collections=found), len(looks) - len(found)


def _look(run: Run, page: HubCollection, source: str) -> CollectionChange | None:
    try:
        return collection_publish.look(page, source, HubCollections(run.hub), clock=run.clock)
    except HubError as error:
        run.say.fail(error.message, error.hint)
        return None


def publish_pages(run: Run, made: Plan) -> tuple[CollectionOutcome, ...]:
    """Do what a plan says to the collections' pages, and tell what happened.

    It comes after the cards: a repo has to be there before it can be in a collection.
    """
    pages = HubCollections(run.hub)
    outcomes = tuple(collection_publish.apply(change, pages, clock=run.clock) for change in made.pending_collections)
    for outcome in outcomes:
        for error in outcome.errors:
            run.say.fail(error.message, error.hint)
        if outcome.state == "published":
            run.say.say(f"{outcome.change.action:<9}  collection  {outcome.slug}")
    return outcomes


def exit_code(outcomes: Sequence[CollectionOutcome], cards: int) -> int:
    """The exit code of a run whose cards alone would have had another."""
    return FAILED if any(outcome.state == "failed" for outcome in outcomes) else cards


def tell_slugs(say: Console, outcomes: Sequence[CollectionOutcome]) -> None:
    """Name the slugs that the manifests do not have, or no longer as they are."""
    for outcome in outcomes:
        if outcome.slug and outcome.slug != outcome.change.wanted.slug:
            say.say(f"put the collection's slug into {outcome.change.source}: {outcome.slug}")
