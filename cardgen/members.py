"""What may be in a collection on the Hub."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

_COLLECTION_ID = re.compile(r"[0-9a-f]{24}\Z")

MemberKind = Literal["model", "dataset", "space", "paper", "collection", "bucket"]


class Member(Struct, frozen=True):
    """Something in a collection. A note of None is not ours to say; an empty one is none."""

    kind: MemberKind
    item_id: str
    note: str | None = None

    @property
    def key(self) -> tuple[MemberKind, str]:
        """What tells two members apart: ids by their letters alone, collections by what does not follow the title."""
        own_id = collection_id(self.item_id) if self.kind == "collection" else ""
        return self.kind, own_id or self.item_id.lower()


def collection_id(slug: str) -> str:
    """The id at the end of a collection's slug, which stays whatever its title becomes; empty if it has none."""
    found = _COLLECTION_ID.search(slug)
    return found[0] if found else ""
