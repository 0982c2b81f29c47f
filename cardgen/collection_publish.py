"""Bring the collection's page to what a plan says, and look whether it got there.

Each round does what is still to be done and looks again, until nothing is: so what was lost, refused for a moment, or
overtaken by somebody else is done in the next one. What is added is looked for before it is asked for again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from msgspec import structs

from cardgen import collection_plan
from cardgen.clock import Clock
from cardgen.collection_plan import CollectionChange, Item, ItemEdit, Key, LiveCollection, Page
from cardgen.errors import HubError, StaleError
from cardgen.members import Member
from cardgen.model import HubCollection
from cardgen.patience import Patience

MAX_ROUNDS: Final = 6
"""Two do it all; the others are for what goes wrong, and for other people's edits."""
MAX_TRIES: Final = 3
"""How often the Hub may take a member and then not show it."""


class Collections(Protocol):
    """What the collection's page needs of a Hub: one request each, unless it says more, none without a deadline.

    Raises:
        TokenError: no request can succeed with this token.
        BusyError: refused for now, nothing was done.
        UnreachableError: whether it was done is not known.
        StaleError: somebody else changed it meanwhile.
        HubError: refused.
    """

    def find(self, namespace: str, title: str) -> Sequence[str]:
        """The slugs of a namespace's collections of this very title. One request for each page of the list."""
        ...

    def read(self, slug: str) -> LiveCollection:
        """The whole collection."""
        ...

    def create(self, wanted: HubCollection) -> LiveCollection:
        """Make a collection, without members yet; one of this title that is there already is given as it is."""
        ...

    def change(self, slug: str, page: Page) -> None:
        """Change what is on the page above the members."""
        ...

    def add(self, slug: str, member: Member) -> LiveCollection:
        """Add a member at the end, if it is not there yet; the collection after it."""
        ...

    def edit(self, slug: str, edits: Sequence[ItemEdit]) -> None:
        """Change notes and positions, in this order; of items that are gone nothing. One request, if the Hub can."""
        ...

    def remove(self, slug: str, object_id: str) -> None:
        """Take an item out; nothing to do if it is gone."""
        ...


@dataclass(frozen=True, slots=True)
class CollectionOutcome:
    """What became of a change: `published`, `unchanged`, or `failed` with errors, of members or of it all.

    `slug` is where the collection is now; empty if there is none.
    """

    change: CollectionChange
    state: Literal["published", "unchanged", "failed"]
    slug: str
    errors: tuple[HubError, ...] = ()


def look(wanted: HubCollection, source: str, hub: Collections, *, clock: Clock | None = None) -> CollectionChange:
    """What a push would do to the collection that a manifest, called `source`, wants: one request if it has a slug.

    Raises HubError, also for a slug that leads to no collection, and for a title that several have.
    """
    return collection_plan.make(wanted, source, _find(wanted, hub, Patience(clock)))


def apply(change: CollectionChange, hub: Collections, *, clock: Clock | None = None) -> CollectionOutcome:
    """Make what a change says true. A member that cannot be added does not stop the others. Never raises HubError."""
    if not change.writes:
        return CollectionOutcome(change, "unchanged", change.slug)
    publisher = _Publisher(change, hub, Patience(clock))
    try:
        publisher.publish()
    except HubError as error:
        return publisher.outcome((error,))
    return publisher.outcome(())


def _find(wanted: HubCollection, hub: Collections, patience: Patience) -> LiveCollection | None:
    """The collection as it is, by its slug or else by its title; None if none has that title."""
    slug = wanted.slug
    if not slug:
        slugs = patience.ask(lambda: hub.find(wanted.namespace, wanted.title))
        if not slugs:
            return None
        if len(slugs) > 1:
            raise HubError(
                f"{len(slugs)} collections of {wanted.namespace} are called {wanted.title!r}: {', '.join(slugs[:5])}",
                "say in the manifest which one is meant, by its slug",
            )
        slug = slugs[0]
    return patience.ask(lambda: hub.read(slug))


class _Publisher:
    """Brings one collection where it shall be. `live` is what is known of it, `refused` what cannot be in it."""

    def __init__(self, change: CollectionChange, hub: Collections, patience: Patience) -> None:
        self._change = change
        self._hub = hub
        self._patience = patience
        self._live = change.live
        # What somebody put in after the plan was shown is not taken out before a plan has shown it.
        self._shown = {step.member.key for step in change.steps if step.kind == "remove" and step.member}
        self._refused: dict[Key, HubError] = {}
        self._tries: Counter[Key] = Counter()

    def outcome(self, errors: tuple[HubError, ...]) -> CollectionOutcome:
        """What became of it so far, and why not all."""
        every = (*self._refused.values(), *errors)
        return CollectionOutcome(
            self._change, "failed" if every else "published", self._live.slug if self._live else "", every
        )

    def publish(self) -> None:
        """Do all that is to be done. Raises HubError when it cannot be, or when others change it all the time."""
        is_stuck = False
        for _ in range(MAX_ROUNDS):
            try:
                live = self._live = self._live or self._create()
                if not self._remaining(live):
                    return
                self._live = self._round(live)
                is_stuck = self._live == live
            except StaleError:
                is_stuck = False
                self._live = _find(self._change.wanted, self._hub, self._patience)
        if self._live is None or self._remaining(self._live):
            which = f"the collection {self._change.slug or self._change.title}"
            if is_stuck:
                raise HubError(f"{which}: the Hub takes the changes, and does not show them", "look at it on the Hub")
            raise StaleError(f"{which}: others keep editing it", "run the push again")

    def _remaining(self, live: LiveCollection) -> bool:
        """Whether something is to be done that the Hub has not refused."""
        steps = collection_plan.make(self._wanted(live), "", live).steps
        return any(step.kind != "remove" for step in steps) or bool(self._surplus(live))

    def _surplus(self, live: LiveCollection) -> list[Item]:
        return [item for item in collection_plan.surplus(self._wanted(live), live) if item.key in self._shown]

    def _wanted(self, live: LiveCollection) -> HubCollection:
        """What is wanted, without what was refused: it has no place in the order."""
        there = {item.key for item in live.items}
        members = self._change.wanted.members
        return structs.replace(
            self._change.wanted,
            members=tuple(member for member in members if member.key in there or member.key not in self._refused),
        )

    def _round(self, live: LiveCollection) -> LiveCollection:
        """Change the page, take out, add; or else, once all are there, change notes and order. As it then is."""
        wanted, slug = self._wanted(live), live.slug
        if page := collection_plan.page(wanted, live):
            self._patience.ask(lambda: self._hub.change(slug, page))
        surplus, missing = self._surplus(live), collection_plan.missing(wanted, live)
        for item in surplus:
            self._remove(slug, item.object_id)
        added = [self._add(slug, member) for member in missing]
        if added and added[-1]:
            return added[-1]
        if not (surplus or missing) and (edits := collection_plan.item_edits(wanted, live)):
            self._patience.ask(lambda: self._hub.edit(slug, edits))
        return self._read(slug)

    def _remove(self, slug: str, object_id: str) -> None:
        self._patience.ask(lambda: self._hub.remove(slug, object_id))

    def _add(self, slug: str, member: Member) -> LiveCollection | None:
        """The collection with a new member; None if the Hub refuses it."""

        def arrived() -> LiveCollection | None:
            live = self._read(slug)
            return live if _has(live, member) else None

        try:
            live = self._patience.ask(lambda: self._hub.add(slug, member), arrived)
        except HubError as error:
            if type(error) is not HubError:
                raise
            self._refused[member.key] = error
            return None
        self._note_if_hidden(live, member)
        return live

    def _note_if_hidden(self, live: LiveCollection, member: Member) -> None:
        if _has(live, member):
            return
        self._tries[member.key] += 1
        if self._tries[member.key] == MAX_TRIES:
            self._refused[member.key] = HubError(
                f"{member.kind} {member.item_id}: the Hub has it in the collection already, but does not show it",
                "was it renamed, or may this token not see it?",
            )

    def _create(self) -> LiveCollection:
        wanted = self._change.wanted
        return self._patience.ask(lambda: self._hub.create(wanted), lambda: _find(wanted, self._hub, self._patience))

    def _read(self, slug: str) -> LiveCollection:
        return self._patience.ask(lambda: self._hub.read(slug))


def _has(live: LiveCollection, member: Member) -> bool:
    return any(item.key == member.key for item in live.items)
