"""Cards that exist: in files and folders of this machine, and on the Hub."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cardgen.cli import progress
from cardgen.cli.console import Console
from cardgen.errors import InputError
from cardgen.importing import sources
from cardgen.importing.sources import Shelf, Source


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
