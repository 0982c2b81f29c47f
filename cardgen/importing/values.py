"""What import reads and what it says: cards as they were published, and notes on what could not be placed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from cardgen import repo_ids
from cardgen.diff import printable
from cardgen.model import RepoKey

MAX_BYTES: Final = 1_000_000
"""A larger README.md is no card: cards of whole families have some 10 KB."""

MAX_MESSAGE: Final = 300
MAX_PLACES: Final = 4
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


def by_folders(folders: Sequence[str]) -> RepoKey | None:
    """The repo whose card lies in these folders, as a build has them: models/NAMESPACE/NAME."""
    repo_id = "/".join(folders[-2:])
    if tuple(folders[-3:-2]) not in (("models",), ("datasets",)) or repo_ids.problem(repo_id):
        return None
    return ("dataset" if folders[-3] == "datasets" else "model", repo_id)


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """Something that did not come into the manifest as it was; lines count from 1, 0 is the card as a whole."""

    card: str
    first: int
    last: int
    message: str

    @property
    def place(self) -> str:
        """The card and its lines."""
        last = f"-{self.last}" if self.last > self.first else ""
        return f"{self.card}:{self.first}{last}" if self.first else self.card

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.card else self.message


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
    """The notes in their order, with what is the same in several places said once."""
    places: dict[str, dict[Note, None]] = {}
    for each in notes:
        places.setdefault(each.message, {})[each] = None
    return tuple(
        next(iter(same)) if len(same) == 1 else note(f"{message} (in {_some([each.place for each in same])})")
        for message, same in places.items()
    )


def _some(places: list[str]) -> str:
    if len(places) > MAX_PLACES:
        return f"{', '.join(places[:MAX_PLACES])} and {len(places) - MAX_PLACES} more places"
    return ", ".join(places)
