"""The manifest of a family out of its parts, as plain values in the order in which people write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from cardgen.importing import addresses, layers, texts
from cardgen.importing.agree import Agreement, most, says, shared_start
from cardgen.importing.family import Family
from cardgen.importing.layers import Cards
from cardgen.importing.shaped import Shaped, Written
from cardgen.importing.targets import Host
from cardgen.importing.values import Note, note
from cardgen.model import Citation, HubCollection, Link, Mark, RepoKey, RepoType

MOST: Final = 0.8
"""The share of the cards that makes a text the intro of all of them."""

ORDER: Final = {
    "row": ("group", "key", "repo", "name", "text", "values", "card_data"),
    "column": ("name", "key", "value", "link", "repo", "text", "card_data", "columns"),
    "leaf": ("key", "name", "value", "link", "repo", "text", "card_data"),
    "table": (
        "title",
        "text",
        "format",
        "transpose",
        "corner",
        "label",
        "joiner",
        "missing",
        "hosts",
        "formats",
        "repo",
        "columns",
        "rows",
        "cells",
        "footnote",
        "shown_on",
    ),
    "cell": ("repo", "name", "text", "targets", "same_as", "card_data"),
}
"""How the keys of a mapping stand, by what it is."""


class Assembler:
    """Makes one manifest. `notes` grow with what does not fit."""

    def __init__(
        self, family: Family, agreement: Agreement, tables: Sequence[Shaped], hosts: Mapping[str, Host]
    ) -> None:
        self._family = family
        self._agreement = agreement
        self._tables = tables
        self._hosts = hosts
        self.notes: list[Note] = []

    def manifest(self, collection: HubCollection | None) -> Written:
        """The manifest; `collection` is the page on the Hub that the cards came from, if they did."""
        pages = [page for _, page in self._family.pages]
        title = self._title(collection)
        links = self._majority("the links", [(page.name, page.outline.links) for page in pages]) if pages else ()
        collection = collection or self._linked_collection(links)
        intro = shared_start([page.outline.intro for page in pages], MOST)
        self.notes += [
            note("the intro is not as on other cards", page.name)
            for page in pages
            if not says(page.outline.intro, intro)
        ]
        placed = texts.place(self._family, list(zip(self._agreement.tables, self._tables, strict=True)), intro)
        self.notes += placed.notes
        shared = self._card_data()
        written: Written = {"version": 1, "namespace": self._family.namespace, "title": title}
        written["intro"] = "\n\n".join(text.text for text in intro)
        written["collection"] = _collection(collection)
        written["links"] = [_link(link, collection) for link in links]
        written["hosts"] = {key: host.written for key, host in self._hosts.items()}
        written["card_data"] = {key: value for key, value in shared.items() if value}
        written |= self._written_tables()
        written["sections"] = placed.sections
        written["citation"] = self._citation()
        written["mark"] = _mark(self._agreement.mark)
        return {key: value for key, value in written.items() if value}

    def _majority(self, what: str, said: Sequence[tuple[str, Any]]) -> Any:
        """What most cards say; the others are noted."""
        agreed = most(value for _, value in said)
        self.notes += [note(f"{what} are not as on other cards", card) for card, value in said if value != agreed]
        return agreed

    def _title(self, collection: HubCollection | None) -> str:
        said = [(page.name, page.outline.title) for _, page in self._family.pages if page.outline.title]
        titles = [title for _, title in said]
        agreed = most(titles) if titles else ""
        if titles.count(agreed) == 1 < len(titles):
            agreed = ""
        title = agreed or (collection.title if collection else "") or self._family.namespace
        self.notes += texts.differing(said, title, "the title")
        return title

    def _linked_collection(self, links: Iterable[Link]) -> HubCollection | None:
        """The family's collection, if the cards link to it."""
        slugs = [addresses.slug(link.url) for link in links if "/collections/" in link.url]
        mine = [slug for slug in slugs if slug.startswith(f"{self._family.namespace}/")]
        return HubCollection(mine[0]) if mine else None

    def _card_data(self) -> dict[str, Written]:
        data = {key: dict(layers.without_references(page.data)) for key, page in self._family.known}
        for key, page in self._family.known:
            if lost := [name for name, value in page.data.items() if layers.is_reference(value)]:
                self.notes.append(note(f"{', '.join(lost)} of {key[1]} would be read as a reference", page.name))
        trained_on = [key[1] for table in self._tables for key in table.repos() if key[0] == "dataset"]
        cards = Cards(data, self._tables)
        models = [page for key, page in self._family.known if key[0] == "model"]
        if trained_on and models and not any("datasets" in page.data for page in models):
            self.notes.append(note("no model's card states its datasets, so the manifest says `datasets: null`"))
        kinds: tuple[RepoType, ...] = ("model", "dataset")
        return {f"{kind}s": layers.write(cards, kind, trained_on) for kind in kinds}

    def _written_tables(self) -> Written:
        datasets = [table for table in self._tables if table.repo_type == "dataset"]
        models = [self._table(table) for table in self._tables if table.repo_type == "model"]
        written: Written = {}
        if datasets:
            written["datasets"] = self._datasets(datasets[0])
        if models:
            written["models"] = models[0] if len(models) == 1 else models
        return written

    def _datasets(self, table: Shaped) -> Any:
        """The datasets as a plain list where that makes the same table."""
        written = self._table(table)
        plain = {"corner": "Dataset", "columns": [{"link": True, "name": "Link"}], "rows": written["rows"]}
        return written["rows"] if written == plain and all("repo" in row for row in table.rows) else written

    def _table(self, table: Shaped) -> Written:
        default = "Models" if table.repo_type == "model" else "Dataset" if len(table.places) == 1 else "Datasets"
        options = {key: value for key, value in table.options.items() if (key, value) != ("title", default)}
        options["columns"] = [_column(column) for column in table.columns]
        options["rows"] = [_ordered(row, "row") for row in table.rows]
        options["cells"] = _cells(table)
        options["shown_on"] = self._shown_on(table)
        return _ordered({key: value for key, value in options.items() if value}, "table")

    def _shown_on(self, table: Shaped) -> list[str]:
        """The cards that show a table, if not all do: those of models, or those of datasets."""
        owners = self._agreement.tables[self._tables.index(table)].owners
        showing = {key for key, _ in owners if key}
        kinds = {key[0] for key in showing}
        lacking = [(key, page) for key, page in self._family.known if key not in showing]
        self.notes += [
            note("it has not all tables that other cards have", page.name) for key, page in lacking if key[0] in kinds
        ]
        others: set[RepoType] = {key[0] for key, _ in lacking} - kinds
        return [f"{kind}s" for kind in sorted(kinds)] if others else []

    def _citation(self) -> Any:
        said = [(page.name, tuple(page.outline.citations)) for _, page in self._family.pages]
        agreed: tuple[Citation, ...] = self._majority("the citations", said) if said else ()
        written = [({"note": each.note} if each.note else {}) | {"bibtex": each.bibtex} for each in agreed]
        return written[0] if len(written) == 1 else written


def unplaced(family: Family, tables: Sequence[Shaped]) -> list[RepoKey]:
    """The repos that no table shows."""
    placed = {key for table in tables for key in table.repos()}
    return [key for key in sorted(family.listed) if key not in placed]


def _ordered(written: Written, kind: str) -> Written:
    order = ORDER[kind]
    return dict(sorted(written.items(), key=lambda item: order.index(item[0])))


def _cells(table: Shaped) -> Written:
    """The exceptions, in the order of rows and columns."""
    rows = [str(row.get("key", "")) for row in table.rows]
    columns = [leaf.key for leaf in table.leaves]
    return {
        row: {
            column: None if (cell := table.cells[row][column]) is None else _ordered(cell, "cell")
            for column in columns
            if column in table.cells[row]
        }
        for row in rows
        if row in table.cells
    }


def _column(column: Written) -> Written:
    if "columns" in column:
        return _ordered(column | {"columns": [_column(each) for each in column["columns"]]}, "column")
    return _ordered(column, "leaf")


def _collection(collection: HubCollection | None) -> Written:
    if collection is None:
        return {}
    said = {"slug": collection.slug, "title": collection.title, "description": collection.description}
    return {key: value for key, value in said.items() if value}


def _link(link: Link, collection: HubCollection | None) -> Written:
    written: Written = {"icon": link.icon} if link.icon else {}
    if collection and link.url == collection.url:
        return written | {"label": link.label, "collection": True}
    return written | {"label": link.label, "url": link.url}


def _mark(mark: Mark) -> Written:
    usual = Mark()
    return ({"color": mark.color} if mark.color != usual.color else {}) | (
        {"text": mark.text} if mark.text != usual.text else {}
    )
