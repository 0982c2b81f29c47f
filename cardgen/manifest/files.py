"""The files of their repos that cards show."""

from __future__ import annotations

from collections.abc import Sequence

from cardgen.manifest import schema, selection
from cardgen.manifest.document import Document, Path
from cardgen.model import FileListing, Repo

CARD = "readme.md"


def read(document: Document, manifest: schema.Manifest, repos: Sequence[Repo]) -> FileListing | None:
    """The files to show, and on which cards; None if the manifest names none."""
    if not manifest.files:
        return None
    is_short = isinstance(manifest.files, tuple)
    shape = schema.Files(paths=manifest.files) if isinstance(manifest.files, tuple) else manifest.files
    _check(document, ("files",) if is_short else ("files", "paths"), shape.paths)
    shown_on = selection.select(document, ("files",), shape, repos)
    return FileListing(shape.title, tuple(dict.fromkeys(shape.paths)), shown_on)


def _check(document: Document, path: Path, paths: Sequence[str]) -> None:
    for index, each in enumerate(paths):
        if each.lower() == CARD:
            document.complain_at((*path, index), f"{each!r} is the card itself")
        elif each in paths[:index]:
            document.complain_at((*path, index), f"the file {each!r} is named twice")
