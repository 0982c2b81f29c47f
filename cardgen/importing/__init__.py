"""Import: cards that were published become the manifest that would make them, as far as it can be told.

Cards come from anyone: everything that is read is bounded, nothing in it is run, and what a manifest cannot hold is
said, with its lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cardgen.importing.values import Imported, Note, Published
from cardgen.model import HubCollection, RepoKey

__all__ = ["Imported", "Note", "Published", "make"]


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
    from cardgen.importing import making  # parsers and renderers: lint reads folders without them

    return making.make(cards, listed, collection, namespace, before)
