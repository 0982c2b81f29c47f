"""A collection becomes its cards. Templates print; everything that they print is worked out before."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen import ownership
from cardgen.errors import TemplateError
from cardgen.model import Card, Collection, Repo
from cardgen.render.tables import TableText
from cardgen.render.templates import Printer, Templates

MAX_CARD_BYTES = 10 * 1024 * 1024
"""The Hub refuses a README.md that is larger (hub-docs, storage limits)."""


def cards(collection: Collection, templates: Templates) -> tuple[Card, ...]:
    """The card of every repo of the collection, in the manifest's order. Raises TemplateError."""
    printer = Printer(templates)
    shared = _Shared(collection, printer)
    return tuple(_card(collection, repo, shared, printer) for repo in collection.repos)


class _Shared:
    """What the cards of a collection have in common: printed once, unless a template says something of its repo."""

    def __init__(self, collection: Collection, printer: Printer) -> None:
        self._collection = collection
        self._printer = printer
        self._printed: dict[str, str] = {}
        self._personal = {name: printer.reads(name, "repo") for name in ("header.md.j2", "citation.md.j2")}
        self.tables = {table.name: TableText(table, collection.mark, printer) for table in collection.tables}

    def block(self, template: str, repo: Repo) -> str:
        values = {"collection": self._collection, "fence": fence(self._collection)}
        if self._personal[template]:
            return self._printer.print(template, repo=repo, **values)
        if template not in self._printed:
            self._printed[template] = self._printer.print(template, **values)
        return self._printed[template]


def _card(collection: Collection, repo: Repo, shared: _Shared, printer: Printer) -> Card:
    blocks = {name: text.strip("\n") for name, text in _blocks(collection, repo, shared)}
    body = printer.print("card.md.j2", collection=collection, repo=repo, blocks=blocks).strip("\n") + "\n"
    text = ownership.compose(repo.card_data, body, collection.source)
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
