"""Cards that exist: in files and folders of this machine, and on the Hub."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cardgen import card_files
from cardgen.cli import progress
from cardgen.cli.console import Console
from cardgen.errors import InputError
from cardgen.importing import sources
from cardgen.importing.sources import Shelf, Source
from cardgen.importing.values import by_folders
from cardgen.lint.card import ReadCard, of_bytes
from cardgen.model import RepoType


def sort(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The words that mean manifests, and those that mean cards."""
    manifests = [word for word in words if word.endswith((".yaml", ".yml"))]
    return manifests, [word for word in words if word not in manifests]


def read(say: Console, words: Sequence[str], kind: RepoType | None = None) -> tuple[ReadCard, ...]:
    """The cards that words mean, on this machine and on the Hub, each cut up for lint; what has no card is told.

    A file is a card of `kind`, where that is given.
    """
    paths = [Path(word) for word in words if is_path(word)]
    shelf = from_hub(say, [sources.understand(word) for word in words if not is_path(word)])
    for note in shelf.notes:
        say.say(f"note: {note}")
    cards = (*card_files.read(paths), *shelf.cards)
    return tuple(of_bytes(each.name, each.readme, each.repo or by_folders(each.folders), kind) for each in cards)


def is_path(word: str) -> bool:
    """Whether a word means a file or a folder: it exists, or it looks like nothing else."""
    if Path(word).exists():
        return True
    if word.startswith((".", "/", "~")) or word.endswith(("/", ".md")):
        raise InputError(f"{word}: there is no such file or folder")
    return False


def from_hub(say: Console, wanted: Sequence[Source]) -> Shelf:
    """The cards of collections, namespaces and repos on the Hub."""
    if not wanted:
        return Shelf()
    from cardgen import hub
    from cardgen.hub_listing import HubListing

    with hub.connect() as connection:
        library = HubListing(connection)
        shelf = sources.listing(wanted, library)
        with progress.bar(say, "reading cards", len(shelf.listed)) as done:
            return sources.read(shelf, library, on_read=done)
