"""The edge to the disk, for import: cards that lie in a folder, as a build or clones of repos have them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from cardgen.errors import DiskError, InputError
from cardgen.importing.values import MAX_BYTES, Published

NAME: Final = "README.md"
MAX_FILES: Final = 2_000
MAX_DEPTH: Final = 8


def read(paths: Iterable[Path]) -> tuple[Published, ...]:
    """The cards in folders, and files by name; a file is read a little beyond what a card may have.

    Raises InputError if a folder holds no card, or too many, and DiskError if one cannot be read.
    """
    return tuple(_card(path) for given in paths for path in _find(given))


def _find(given: Path) -> Iterator[Path]:
    if not given.is_dir():
        yield given
        return
    found = sorted(_walk(given))
    if not found:
        raise InputError(f"{given} holds no {NAME}", "give the folder of a build, or of clones of repos")
    if len(found) > MAX_FILES:
        raise InputError(f"{given} holds more than {MAX_FILES:,} cards", "give the folder of one family")
    yield from found


def _walk(folder: Path) -> Iterator[Path]:
    """Every README.md below a folder; hidden folders and links are not followed."""
    for here, folders, files in os.walk(folder):
        depth = len(Path(here).relative_to(folder).parts)
        folders[:] = [name for name in folders if not name.startswith(".") and depth < MAX_DEPTH]
        if NAME in files and not Path(here, NAME).is_symlink():
            yield Path(here, NAME)


def _card(path: Path) -> Published:
    try:
        with path.open("rb") as file:
            readme = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file") from None
    except OSError as error:
        raise DiskError(f"{path}: cannot be read: {error.strerror}") from None
    return Published(path.as_posix(), readme, folders=path.absolute().parent.parts)


def check_free(path: Path) -> None:
    """Raise InputError if there is something already."""
    if path.exists() or path.is_symlink():
        raise InputError(f"{path} exists already", "choose another name, or replace it with --force")


def write(path: Path, text: str, *, replace: bool) -> None:
    """Write a text into a file: a new one, or one that may be replaced, and then as a whole. Folders are made for it.

    Raises InputError if the file exists and may not be replaced, and DiskError if it cannot be written.
    """
    if not replace:
        check_free(path)
    beside = path.with_name(f".{path.name}.new") if replace else path
    _make_folder(path)
    try:
        with beside.open("w" if replace else "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        beside.replace(path)
    except FileExistsError:
        raise InputError(f"{path} exists already", "choose another name, or replace it with --force") from None
    except OSError as error:
        if replace:
            beside.unlink(missing_ok=True)
        raise DiskError(f"{path}: cannot be written: {error.strerror}") from None


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DiskError(f"{path}: cannot be written: {error.strerror}") from None
