"""What import reads and what it says: cards as they were published, and notes on what could not be placed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cardgen.diff import printable
from cardgen.model import RepoKey

MAX_MESSAGE: Final = 300
MAX_COMMENTED: Final = 100
"""Notes that stand in the manifest; all of them are told."""


@dataclass(frozen=True, slots=True)
class Published:
    """A README.md as it was published. `name` is what messages call it.

    `repo` is set where the source knows it. Of a file, `folders` are the folders that it lies in, the innermost
    last: they may tell which repo it is of.
    """

    name: str
    readme: bytes
    repo: RepoKey | None = None
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """Something that did not come into the manifest as it was; lines count from 1, 0 is the card as a whole."""

    card: str
    first: int
    last: int
    message: str

    def __str__(self) -> str:
        lines = f":{self.first}" + (f"-{self.last}" if self.last > self.first else "") if self.first else ""
        return f"{self.card}{lines}: {self.message}" if self.card else self.message


def note(message: str, card: str = "", first: int = 0, last: int = 0) -> Note:
    """A note on one line, which nothing in a card can make control a terminal or end a comment."""
    said = printable(" ".join(message.split()))
    shown = said if len(said) <= MAX_MESSAGE else f"{said[:MAX_MESSAGE]}…"
    return Note(printable(" ".join(card.split())), first, max(first, last), shown)


@dataclass(frozen=True, slots=True)
class Imported:
    """A manifest as YAML, and what it does not hold of the cards."""

    manifest: str
    notes: tuple[Note, ...]

    @property
    def text(self) -> str:
        """The manifest with its notes as a comment at the end."""
        if not self.notes:
            return self.manifest
        lines = [f"# - {each}" for each in self.notes[:MAX_COMMENTED]]
        if len(self.notes) > MAX_COMMENTED:
            lines.append(f"# and {len(self.notes) - MAX_COMMENTED} more")
        return "\n".join([self.manifest, "# What import could not place, or changed:", *lines, ""])


def summed(notes: Iterable[Note]) -> tuple[Note, ...]:
    """The notes, with what is the same on several cards said once."""
    cards: dict[tuple[str, int, int], list[str]] = {}
    for each in notes:
        named = cards.setdefault((each.message, each.first, each.last), [])
        if each.card and each.card not in named:
            named.append(each.card)
    return tuple(
        note(message, _some(named), first, last) if len(named) < 2 else note(f"{message} (on {_some(named)})")
        for (message, first, last), named in cards.items()
    )


def _some(cards: list[str]) -> str:
    if len(cards) > 3:
        return f"{cards[0]} and {len(cards) - 1} others"
    return ", ".join(cards)
