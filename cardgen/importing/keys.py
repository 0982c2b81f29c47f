"""Keys of rows, columns and values: short, of plain letters, each one once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

MAX_LENGTH: Final = 40

_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")


def is_part_of_name(text: str) -> bool:
    """Whether a text may stand in the name of a repo."""
    return bool(text) and not _UNFIT.search(text)


def completed(found: Sequence[str], labels: Sequence[str]) -> tuple[str, ...]:
    """The keys that were found; where there is none, or one that another place has, one made of the label."""
    taken = {key for key in found if key}
    used: set[str] = set()
    completed = []
    for key, label in zip(found, labels, strict=True):
        is_new = key and key not in used
        named = key if is_new else unique(made_of(label), taken | used)
        used.add(named)
        completed.append(named)
    return tuple(completed)


def made_of(label: str) -> str:
    """A label as a key: `Context length` is `context-length`; empty if it has no plain letter or digit."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    return _UNFIT.sub("-", plain).strip("-._").lower()[:MAX_LENGTH].strip("-._")


def unique(key: str, taken: set[str]) -> str:
    """The key, or the key with a number if it is taken."""
    key = key or "other"
    number = 2
    named = key
    while named in taken:
        named = f"{key}-{number}"
        number += 1
    return named
