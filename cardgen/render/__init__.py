"""A collection becomes its cards. Templates print; everything that they print is worked out before."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen import ownership
from cardgen.errors import InputError, TemplateError
from cardgen.model import Card, Collection, Repo
from cardgen.render.sandbox import Templates
from cardgen.render.tables import TableText
from cardgen.render.templates import Printer
from cardgen.suggest import did_you_mean

MAX_CARD_BYTES = 10 * 1024 * 1024
"""The Hub refuses a README.md that is larger (hub-docs, storage limits)."""

MAX_CHARACTERS = 500_000_000
"""What all cards of a collection may come to; they are kept in memory until all are made."""

PRINTED = ("card.md.j2", "header.md.j2", "table.md.j2", "row.html.j2", "cell.html.j2", "citation.md.j2")
"""The templates that cards are made of; the others are there because one of these includes them."""

INCLUDED = ("links.html.j2", "table.html.j2")


def cards(collection: Collection, templates: Templates) -> tuple[Card, ...]:
    """The card of every repo of the collection, in the manifest's order. Raises TemplateError or InputError."""
    printer = Printer(templates)
    _refuse_unused(printer, templates)
    return tuple(_cards(collection, printer))


def _cards(collection: Collection, printer: Printer) -> Iterator[Card]:
    shared = _Shared(collection, printer)
    characters = 0
    for repo in collection.repos:
        card = _card(collection, repo, shared, printer)
        characters += len(card.text)
        if characters > MAX_CHARACTERS:
            message = f"the {len(collection.repos):,} cards come to more than {MAX_CHARACTERS:,} characters"
            raise InputError(f"{collection.source}: {message}", "make collections of it, or smaller tables")
        yield card


def _refuse_unused(printer: Printer, templates: Templates) -> None:
    """A template under a name that nothing prints was probably meant to override another."""
    own = [name for name in templates if name not in PRINTED + INCLUDED]
    unused = set(printer.unused(PRINTED)) if own else set()
    if wrong := [name for name in own if name in unused]:
        message = f"nothing includes this template{did_you_mean(wrong[0], PRINTED + INCLUDED)}"
        raise TemplateError(f"{templates[wrong[0]].name}: {message}", f"cards are made of {', '.join(PRINTED)}")


class _Shared:
    """What the cards of a collection have in common: printed once, unless a template says something of its repo."""

    def __init__(self, collection: Collection, printer: Printer) -> None:
        self._collection = collection
        self._printer = printer
        self._printed: dict[str, str] = {}
        self._personal = {name: printer.reads(name, "repo") for name in ("header.md.j2", "citation.md.j2")}
        self.tables = {table.name: TableText(table, collection.mark, printer) for table in collection.tables}

    def block(self, template: str, repo: Repo) -> str:
        if self._personal[template] or template not in self._printed:
            self._printed[template] = self._printer.print(
                template, collection=self._collection, repo=repo, fence=fence(self._collection)
            )
        return self._printed[template]


def _card(collection: Collection, repo: Repo, shared: _Shared, printer: Printer) -> Card:
    blocks = {name: text.strip("\n") for name, text in _blocks(collection, repo, shared)}
    body = printer.print("card.md.j2", collection=collection, repo=repo, blocks=blocks).strip("\n") + "\n"
    try:
        text = ownership.compose(repo.card_data, body, collection.source)
    except InputError as error:
        raise InputError(f"{repo.path}: {error.message}", error.hint) from None
    size = len(text.encode())
    if size > MAX_CARD_BYTES:
        raise TemplateError(f"the card of {repo.repo_id} has {size:,} bytes, and the Hub allows {MAX_CARD_BYTES:,}")
    return Card(repo, collection.source, body, text, blocks)


def _blocks(collection: Collection, repo: Repo, shared: _Shared) -> Iterator[tuple[str, str]]:
    """The blocks of a card in their order; a repo's own text stands below the table that it stands in."""
    yield "header", shared.block("header.md.j2", repo)
    for name, table in shared.tables.items():
        yield name, table.on_card_of(repo.key)
        if repo.text and table.has_place_of(repo.key):
            yield "text", repo.text
    if collection.citation:
        yield "citation", shared.block("citation.md.j2", repo)


def fence(collection: Collection) -> str:
    """A code fence that nothing in the citation can close."""
    runs = re.findall(r"`+", collection.citation.bibtex if collection.citation else "")
    return "`" * max(3, *(len(run) + 1 for run in runs), 0)
