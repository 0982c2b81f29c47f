"""A collection becomes its cards. Templates print; everything that they print is worked out before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cardgen import composing, file_marks, marks
from cardgen.errors import InputError, TemplateError
from cardgen.model import FILES, Card, Collection, Repo, SourceText
from cardgen.render import files
from cardgen.render.sandbox import Templates
from cardgen.render.tables import TableText
from cardgen.render.templates import Printer, printer_of
from cardgen.suggest import did_you_mean

MAX_CARD_BYTES = 10 * 1024 * 1024
"""The Hub refuses a README.md that is larger (hub-docs, storage limits)."""

MAX_BYTES = 500_000_000
"""What all cards of a collection may come to; they are kept in memory until all are made."""

PRINTED = (
    "card.md.j2",
    "header.md.j2",
    "section.md.j2",
    "table.md.j2",
    *(f"{part}.{form}.j2" for part in ("row", "cell") for form in ("html", "markdown")),
    "citation.md.j2",
    "files.md.j2",
)
"""The templates that cards are made of; the others are there because one of these includes them."""

INCLUDED = ("links.html.j2", "table.html.j2", "table.markdown.j2")


def cards(collection: Collection, templates: Templates) -> tuple[Card, ...]:
    """The card of every repo of the collection, in the manifest's order. Raises TemplateError or InputError."""
    texts = {each.name: SourceText(f"{each.origin} (section)", each.text) for each in collection.sections}
    printer = printer_of(tuple({**templates, **texts}.items()))
    printer.begin()
    _refuse_unused(printer, templates, texts)
    return tuple(_cards(collection, printer))


def _cards(collection: Collection, printer: Printer) -> Iterator[Card]:
    blocks = _Blocks(collection, printer)
    size = 0
    for repo in collection.repos:
        card = _card(collection, repo, blocks, printer)
        size += len(card.data)
        if size > MAX_BYTES:
            message = f"the {len(collection.repos):,} cards come to more than {MAX_BYTES:,} bytes"
            raise InputError(f"{collection.source}: {message}", "make collections of it, or smaller tables")
        yield card


def _refuse_unused(printer: Printer, templates: Templates, texts: Templates) -> None:
    """A template under a name that nothing prints was probably meant to override another."""
    own = [name for name in templates if name not in PRINTED + INCLUDED]
    unused = set(printer.unused((*PRINTED, *texts))) if own else set()
    if wrong := [name for name in own if name in unused]:
        message = f"nothing includes this template{did_you_mean(wrong[0], PRINTED + INCLUDED)}"
        raise TemplateError(f"{templates[wrong[0]].name}: {message}", f"cards are made of {', '.join(PRINTED)}")


class _Blocks:
    """The blocks of a collection's cards. What says nothing of its repo is printed once for all of them."""

    def __init__(self, collection: Collection, printer: Printer) -> None:
        self._collection = collection
        self._printer = printer
        self._personal: dict[str, bool] = {}
        self._printed: dict[str, str] = {}
        self._tables = {table.name: TableText(table, collection.mark, printer) for table in collection.tables}

    def of(self, repo: Repo) -> Iterator[tuple[str, str]]:
        """The blocks of a repo's card in their order."""
        yield "header", self._print("header.md.j2", repo)
        yield from self._sections(repo, "tables")
        yield from self._tables_of(repo)
        yield from self._sections(repo, "citation")
        if self._collection.citations:
            around = files.fence(each.bibtex for each in self._collection.citations)
            yield "citation", self._print("citation.md.j2", repo, fence=around)
        yield from self._files(repo)

    def _tables_of(self, repo: Repo) -> Iterator[tuple[str, str]]:
        """The tables of a card; the repo's own text stands below the first that shows its place, or below them all."""
        own_text = repo.text
        for table in self._collection.tables:
            if repo.repo_type in table.shown_on:
                yield table.name, self._tables[table.name].on_card_of(repo.key)
                if own_text and self._tables[table.name].has_place_of(repo.key):
                    yield "text", own_text
                    own_text = ""
        if own_text:
            yield "text", own_text

    def _sections(self, repo: Repo, before: str) -> Iterator[tuple[str, str]]:
        for section in self._collection.sections:
            if section.before == before and repo.key in section.shown_on:
                text = self._print(section.name, repo)
                yield section.name, self._printer.print("section.md.j2", section=section, text=text)

    def _files(self, repo: Repo) -> Iterator[tuple[str, str]]:
        listing, facts = self._collection.files, self._collection.facts.get(repo.key)
        if listing and facts and repo.key in listing.shown_on and (found := tuple(files.shown(listing, repo, facts))):
            around = files.fence(each.text for each in found)
            yield FILES, self._printer.print("files.md.j2", repo=repo, listing=listing, files=found, fence=around)

    def _print(self, template: str, repo: Repo, **values: Any) -> str:
        if template not in self._personal:
            self._personal[template] = self._printer.reads(template, "repo")
        if self._personal[template] or template not in self._printed:
            self._printed[template] = self._printer.print(template, collection=self._collection, repo=repo, **values)
        return self._printed[template]


def _card(collection: Collection, repo: Repo, printed: _Blocks, printer: Printer) -> Card:
    blocks = {name: text.strip("\n") for name, text in printed.of(repo)}
    beside = {path: file_marks.compose(text, collection.source) for path, text in repo.files.items()}
    shown = _between_marks(blocks, collection.source) if repo.ownership == "blocks" else blocks
    body = printer.print("card.md.j2", collection=collection, repo=repo, blocks=shown).lstrip("\n")
    try:
        card = composing.make_card(repo, collection.source, body, blocks, beside)
    except InputError as error:
        raise InputError(f"{repo.path}: {error.message}", error.hint) from None
    except UnicodeEncodeError as error:
        what = f"{error.object[error.start]!r} is half a surrogate pair, which no file can hold"
        raise TemplateError(f"{repo.path}: a template prints what is no text: {what}") from None
    if len(card.data) > MAX_CARD_BYTES:
        size = f"{len(card.data):,} bytes, and the Hub allows {MAX_CARD_BYTES:,}"
        raise TemplateError(f"the card of {repo.repo_id} has {size}")
    return card


def _between_marks(blocks: Mapping[str, str], source: str) -> dict[str, str]:
    return {name: marks.wrap(name, source, text).rstrip("\n") for name, text in blocks.items()}
