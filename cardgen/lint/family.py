"""What is known of several cards beside each other: enough for rules to compare them, and no more, since there may be
ten thousand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from cardgen.lint import grids, shown
from cardgen.lint.card import ReadCard
from cardgen.lint.grids import Grid
from cardgen.lint.shown import NOTHING, Shown
from cardgen.model import RESULTS, Card, Collection, RepoKey, Table


@dataclass(frozen=True, slots=True)
class Member:
    """What is kept of a card: its name, its repo where that is known, where a manifest states it, what it shows, and
    its tables, if it belongs to no manifest."""

    name: str
    repo: RepoKey | None
    origin: str = ""
    shown: Shown = NOTHING
    tables: tuple[Grid, ...] = ()


@dataclass(frozen=True)
class Family:
    """The cards that are looked at together, and the collections that they come from; READMEs have none."""

    members: tuple[Member, ...] = ()
    collections: tuple[Collection, ...] = ()
    cards: Mapping[RepoKey, Card] = field(default_factory=dict)

    @cached_property
    def by_repo(self) -> Mapping[RepoKey, Member]:
        return {each.repo: each for each in self.members if each.repo}

    @cached_property
    def places(self) -> Counter[RepoKey]:
        """How often the tables of the collections show each repo as the reader's own place."""
        return sum(map(_places, self.collections), Counter[RepoKey]())

    @cached_property
    def tables(self) -> Sequence[tuple[Member, Grid]]:
        """The tables of the collections, each with a card that shows it; and those of READMEs, each once."""
        found = [(self._shows(each, table), table) for each in self.collections for table in each.tables]
        built = ((member, grids.of_table(table)) for member, table in found if member)
        return (*built, *((member, table) for member in self.members for table in member.tables))

    def _shows(self, collection: Collection, table: Table) -> Member | None:
        shows = (repo.key for repo in collection.repos if repo.repo_type in table.shown_on)
        return next((self.by_repo[key] for key in shows if key in self.by_repo), None)


def member(card: ReadCard) -> Member:
    return Member(card.name, card.key, card.origin, shown.read(card))


def stranger(card: ReadCard) -> Member:
    """A member that belongs to no manifest: its tables are read out of its text."""
    return replace(member(card), tables=grids.of_card(card))


def _places(collection: Collection) -> Counter[RepoKey]:
    """Rows of results are marked too, but they are no place: a repo stands in them beside its place in the family."""
    tables = [table for table in collection.tables if table.name != RESULTS]
    return Counter(key for table in tables for key in _places_in(table) if key[0] in table.shown_on)


def _places_in(table: Table) -> Iterator[RepoKey]:
    for level in table.head:
        for heading in level:
            yield from heading.place_of
    for row in table.rows:
        yield from row.place_of
        for cell in row.cells:
            yield from cell.place_of


def of(cards: Iterable[Card], collections: Iterable[Collection], members: Iterable[Member]) -> Family:
    """The family of some built cards."""
    return Family(tuple(members), tuple(collections), {card.repo.key: card for card in cards})
