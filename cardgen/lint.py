"""What is wrong with a card, or missing from it, beyond its links. Values in, findings out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from cardgen import lint_facts
from cardgen.model import FILES, RESULTS, Card, Collection, Finding, RepoKey, Table

_PLACEHOLDER = re.compile(r"\b(?:TBD|TODO|FIXME)\b|\bx{4,}(?:\.x+)?\b|\[More Information Needed\]")

Places = Counter[RepoKey]
"""How often the tables of a collection show each repo as the reader's own place."""

Rule = Callable[[Card, Places], Iterator[Finding]]


def findings(collections: Iterable[Collection], cards: Iterable[Card]) -> tuple[Finding, ...]:
    """Everything that the rules find, card by card, then what the facts of the repos say."""
    known, looked_at = tuple(collections), {card.repo.key: card for card in cards}
    places = sum(map(_places, known), Counter[RepoKey]())
    of_cards = (found for card in looked_at.values() for rule in RULES for found in rule(card, places))
    of_facts = (found for collection in known for found in lint_facts.findings(collection, looked_at))
    return (*of_cards, *of_facts)


def _places(collection: Collection) -> Places:
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


def _license(card: Card, _: Places) -> Iterator[Finding]:
    if "license" not in card.repo.card_data:
        yield _finding(card, "license-missing", "the card states no license, so nobody knows what is allowed")


def _base_model(card: Card, _: Places) -> Iterator[Finding]:
    if card.repo.repo_type == "model" and "base_model" not in card.repo.card_data:
        yield _finding(card, "base-model-missing", "the card names no base_model, so the Hub's model tree misses it")


def _own_place(card: Card, places: Places) -> Iterator[Finding]:
    """A card should show its own place, and one only."""
    count = places[card.repo.key]
    if count == 0:
        yield _finding(card, "place-missing", "no table of the card shows the card's own repo")
    elif count > 1:
        yield _finding(card, "place-twice", f"the tables of the card show its own repo {count} times")


def _placeholder(card: Card, _: Places) -> Iterator[Finding]:
    for number, line in enumerate(_own_text(card).splitlines(), 1):
        if match := _PLACEHOLDER.search(line):
            yield _finding(card, "placeholder", f"a placeholder was left in: {match[0]}", number)


def _own_text(card: Card) -> str:
    """The card with the files of the repo blanked out: what they hold is not the manifest's to mend."""
    files = card.blocks.get(FILES, "")
    return card.text.replace(files, "\n" * files.count("\n")) if files else card.text


RULES: tuple[Rule, ...] = (_license, _base_model, _own_place, _placeholder)


def _finding(card: Card, rule: str, message: str, line: int = 0) -> Finding:
    return Finding(rule, "warning", message, card.repo.path, line, str(card.repo.origin))
