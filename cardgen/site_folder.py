"""Edge: the pages of a preview as files, in a folder that is replaced as a whole, and only if an export made it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from cardgen import swap
from cardgen.errors import DiskError, InputError

INDEX = "files.json"
"""Lists the files of an export, so that the next one knows what it may replace."""


def write(folder: Path, texts: Mapping[str, str]) -> None:
    """Make the folder hold these files and no others.

    Raises InputError if it holds what no export made, DiskError if it cannot be written.
    """
    files = {path: text.encode() for path, text in texts.items()}
    files[INDEX] = (json.dumps({"version": 1, "files": sorted(files)}, indent=1) + "\n").encode()
    try:
        with swap.alone(folder):
            _refuse_foreign(folder)
            swap.replace(folder, files, set(files))
    except OSError as error:
        message = f"{error.filename or folder}: cannot be written: {error.strerror or error}"
        raise DiskError(message, "what was there before still is") from None


def _refuse_foreign(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise InputError(f"{folder} is not a folder of its own", "choose another one")
    known = _known(folder)
    foreign = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or (path.is_file() and path.relative_to(folder).as_posix() not in known)
    )
    if foreign:
        names = ", ".join(foreign[:3]) + (", …" if len(foreign) > 3 else "")
        raise InputError(f"{folder} holds what no export made: {names}", "move it away, or choose another folder")


def _known(folder: Path) -> set[str]:
    try:
        index = json.loads((folder / INDEX).read_bytes())
        return {INDEX, *(str(path) for path in index["files"])}
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return set()
