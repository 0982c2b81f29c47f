"""From cards to their manifest: each step of import after the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cardgen import manifest
from cardgen.errors import CardgenError, ManifestError
from cardgen.importing import agree, assemble, check, family, members, pages, tables, yaml_text
from cardgen.importing.family import Family
from cardgen.importing.pages import Page
from cardgen.importing.tables import Tables
from cardgen.importing.values import Imported, Note, Published, note, summed
from cardgen.model import Collection, HubCollection, RepoKey

SCHEMA = "# yaml-language-server: $schema=cardgen.schema.json\n"
NAME = "the imported manifest"


def make(
    cards: Iterable[Published],
    listed: Sequence[RepoKey] = (),
    collection: HubCollection | None = None,
    namespace: str = "",
    before: Sequence[Note] = (),
) -> Imported:
    """See `importing.make`, which loads this when it is asked."""
    read = [pages.read(card) for card in cards]
    usable = [page for page in read if isinstance(page, Page)]
    notes = [*before, *(each for each in read if isinstance(each, Note))]
    if not usable and not listed:
        raise CardgenError("nothing in it can be used", "\n".join(map(str, notes)))
    found = family.find(usable, listed, namespace or (collection.slug.partition("/")[0] if collection else ""))
    agreement = agree.tables(found)
    shaped = tables.shape_all(found, agreement)
    assembler = assemble.Assembler(found, shaped, agreement.mark)
    written = assembler.manifest(collection)
    if collection and collection.members:
        written["collection"] |= members.write(collection.members, _load(yaml_text.write(written)).repos)
    for more in (found.notes, agreement.notes, shaped.notes, *(page.notes for page in usable), assembler.notes):
        notes += more
    return _checked(yaml_text.write(written), found, shaped, notes)


def _checked(text: str, found: Family, shaped: Tables, notes: list[Note]) -> Imported:
    """The manifest, read back and held against the cards."""
    placed = set(shaped.repos())
    if not placed:
        raise CardgenError("no repo was found in it", "name the repos, or a collection that holds them")
    collection = _load(text)
    lost = sorted(found.listed - placed)
    notes += [note(f"{repo_id} is in no table, and so not in the manifest") for _, repo_id in lost]
    notes += check.differences(found, shaped, collection)
    return Imported(SCHEMA + text, summed(notes))


def _load(text: str) -> Collection:
    try:
        return manifest.load(text.encode(), NAME)
    except ManifestError as error:
        raise CardgenError(f"no manifest can hold these cards:\n{error.message}") from None
