"""Import: cards that were published become the manifest that would make them, as far as it can be told.

Cards come from anyone: everything that is read is bounded, nothing in it is run, and what a manifest cannot hold is
said, with its lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cardgen import manifest
from cardgen.errors import CardgenError, ManifestError
from cardgen.importing import agree, assemble, check, family, lists, pages, shape, yaml_text
from cardgen.importing.agree import Agreement
from cardgen.importing.family import Family
from cardgen.importing.pages import Page
from cardgen.importing.shaped import Shaped
from cardgen.importing.targets import Host
from cardgen.importing.values import Imported, Note, Published, note, summed
from cardgen.model import HubCollection, RepoKey

__all__ = ["Imported", "Note", "Published", "make"]

SCHEMA = "# yaml-language-server: $schema=cardgen.schema.json\n"
NAME = "the imported manifest"


def make(
    cards: Iterable[Published],
    listed: Sequence[RepoKey] = (),
    collection: HubCollection | None = None,
    namespace: str = "",
    before: Sequence[Note] = (),
) -> Imported:
    """The manifest of some cards, with notes on what it does not hold.

    `listed` are the repos that the source names, with a card or without; `collection` is the page on the Hub that
    names them, `before` are notes that were made on the way. Raises CardgenError if nothing in the cards can be used.
    """
    read = [pages.read(card) for card in cards]
    usable = [page for page in read if isinstance(page, Page)]
    notes = [*before, *(each for each in read if isinstance(each, Note))]
    if not usable and not listed:
        raise CardgenError("nothing in it can be used", "\n".join(map(str, notes)))
    found = family.find(usable, listed, namespace or (collection.slug.partition("/")[0] if collection else ""))
    agreement = agree.tables(found)
    hosts: dict[str, Host] = {}
    tables = _tables(found, agreement, hosts)
    assembler = assemble.Assembler(found, agreement, tables, hosts)
    written = assembler.manifest(collection)
    notes += [*found.notes, *agreement.notes, *(each for page in usable for each in page.notes), *assembler.notes]
    return _checked(yaml_text.write(written), found, agreement, tables, notes)


def _tables(found: Family, agreement: Agreement, hosts: dict[str, Host]) -> list[Shaped]:
    """The tables of the manifest; the agreement keeps those that became one, in the same order."""
    shaped: list[Shaped] = []
    kept = []
    for agreed in agreement.tables:
        taken = frozenset(key for table in shaped for key in table.repos())
        table = shape.table(agreed, found, taken, hosts)
        if table.repo_type == "dataset" and any(each.repo_type == "dataset" for each in shaped):
            agreement.notes.append(note(f"a second table of datasets is left out: {agreed.title!r}"))
            continue
        if agreed.grid.has_spans and "transpose" not in table.options:
            agreement.notes.append(note(f"table {agreed.title!r}: what spans cells of its body is written out in each"))
        shaped.append(table)
        kept.append(agreed)
    for table, agreed in lists.missing(found, shaped):
        shaped.append(table)
        kept.append(agreed)
    agreement.tables = kept
    return shaped


def _checked(text: str, found: Family, agreement: Agreement, tables: Sequence[Shaped], notes: list[Note]) -> Imported:
    """The manifest, read back and held against the cards."""
    if not any(True for table in tables for _ in table.repos()):
        raise CardgenError("no repo was found in it", "name the repos, or a collection that holds them")
    try:
        collection = manifest.load(text.encode(), NAME)
    except ManifestError as error:
        raise CardgenError(f"no manifest can hold these cards:\n{error.message}") from None
    notes += [note(f"{key[1]} is in no table") for key in assemble.unplaced(found, tables)]
    notes += check.differences(found, list(zip(agreement.tables, tables, strict=True)), collection)
    said = summed(notes)
    return Imported(SCHEMA + text, said)
