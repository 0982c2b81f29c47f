"""Where a card is in its family: a reader should see it, once."""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.lint.family import Family, Member
from cardgen.lint.rule import FamilyRule, Problem


def _missing(family: Family) -> Iterator[tuple[Member, Problem]]:
    for repo in family.cards:
        if family.places[repo] == 0:
            yield family.by_repo[repo], Problem("no table of the card shows the card's own repo")


def _twice(family: Family) -> Iterator[tuple[Member, Problem]]:
    for repo in family.cards:
        if (count := family.places[repo]) > 1:
            yield family.by_repo[repo], Problem(f"the tables of the card show its own repo {count} times")


RULES = (
    FamilyRule("place-missing", "family", "warning", "No table of a card shows its own repo.", _missing),
    FamilyRule("place-twice", "family", "warning", "The tables of a card show its own repo twice.", _twice),
)
