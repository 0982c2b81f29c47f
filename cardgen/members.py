"""What may be in a collection on the Hub."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_COLLECTION_ID = re.compile(r"[0-9a-f]{24}\Z")

MemberKind = Literal["model", "dataset", "space", "paper", "collection", "bucket"]


@dataclass(frozen=True, slots=True)
class Member:
    """Something in a collection. A note of None is not ours to say; an empty one is none."""

    kind: MemberKind
    item_id: str
    note: str | None = None

    @property
    def key(self) -> tuple[MemberKind, str]:
        """What tells two members apart: ids by their letters alone, collections by what does not follow the title."""
        found = _COLLECTION_ID.search(self.item_id)
        return self.kind, found[0] if found and self.kind == "collection" else self.item_id.lower()
