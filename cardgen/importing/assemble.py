"""The manifest of a family out of its parts, as plain values in the order in which people write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from cardgen import addresses
from cardgen.importing import html_text, layers, texts, write_tables
from cardgen.importing.agree import most, says, shared_start
from cardgen.importing.family import Family
from cardgen.importing.layers import Cards
from cardgen.importing.shaped import Written
from cardgen.importing.tables import Tables
from cardgen.importing.values import Note, note
from cardgen.model import Citation, HubCollection, Link, Mark, RepoType

MOST: Final = 0.8
"""The share of the cards that makes a text the intro of all of them."""


class Assembler:
    """Makes one manifest. `notes` grow with what does not fit."""

    def __init__(self, family: Family, tables: Tables, mark: Mark) -> None:
        self._family = family
        self._tables = tables
        self._mark = mark
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
        placed = texts.place(self._family, self._tables, intro)
        self.notes += placed.notes
        shared = self._card_data()
        written: Written = {"version": 1, "namespace": self._family.namespace, "title": title}
        written["intro"] = "\n\n".join(text.text for text in intro)
        written["collection"] = _collection(collection)
        written["links"] = [_link(link, collection) for link in links]
        written["hosts"] = {key: host.written for key, host in self._tables.hosts.items()}
        written["card_data"] = {key: value for key, value in shared.items() if value}
        written |= write_tables.write(self._tables, self._family)
        self.notes += write_tables.lacking(self._tables, self._family)
        written["sections"] = placed.sections
        written["citation"] = self._citation()
        written["mark"] = _mark(self._mark)
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
        trained_on = [key[1] for key in self._tables.repos() if key[0] == "dataset"]
        cards = Cards(data, self._tables.shaped)
        models = [page for key, page in self._family.known if key[0] == "model"]
        if trained_on and models and not any("datasets" in page.data for page in models):
            self.notes.append(note("no model's card states its datasets, so the manifest says `datasets: null`"))
        kinds: tuple[RepoType, ...] = ("model", "dataset")
        return {f"{kind}s": layers.write(cards, kind, trained_on) for kind in kinds}

    def _citation(self) -> Any:
        said = [(page.name, tuple(page.outline.citations)) for _, page in self._family.pages]
        agreed: tuple[Citation, ...] = self._majority("the citations", said) if said else ()
        written = [({"note": each.note} if each.note else {}) | {"bibtex": each.bibtex} for each in agreed]
        return written[0] if len(written) == 1 else written


def _collection(collection: HubCollection | None) -> Written:
    if collection is None:
        return {}
    said = {"title": html_text.line(collection.title), "description": html_text.line(collection.description or "")}
    return {"slug": collection.slug} | {key: value for key, value in said.items() if value}


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
