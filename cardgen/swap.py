"""A folder that is replaced as a whole or not at all: the new one is finished beside it, then renamed into its place.

Two renames cannot be one. A run that is killed between them leaves the old folder beside its place, whole; `present`
finds it there, and the next run puts it back.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl


def present(folder: Path) -> Path:
    """Where the folder lies: in its place, or beside it, if a run was killed while it swapped."""
    before = _beside(folder, "old")
    return before if before.is_dir() and not folder.exists() else folder


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Waits until nobody else replaces the folder, and puts right what a killed run left. Raises OSError."""
    parent = _beside(folder, "new").parent
    parent.mkdir(parents=True, exist_ok=True)
    with _locked(parent):
        _tidy(folder)
        yield


def replace(folder: Path, files: Mapping[str, bytes], changed: Set[str]) -> None:
    """Make the folder hold these files and no others; what is not in `changed` stays the same file. Raises OSError."""
    stage = _beside(folder, "new")
    try:
        _fill(stage, folder, files, changed)
        _swap(folder, stage)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    if sys.platform == "win32":
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _fill(stage: Path, folder: Path, files: Mapping[str, bytes], changed: Set[str]) -> None:
    stage.mkdir()
    for path, data in files.items():
        target = stage / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if path in changed:
            target.write_bytes(data)
        else:
            _same_file(folder / path, target)


def _same_file(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except OSError:  # a file system without hard links
        shutil.copy2(old, new)


def _swap(folder: Path, stage: Path) -> None:
    """The stage in the folder's place; the old folder, still whole, in the stage's."""
    before = _beside(folder, "old")
    try:
        if folder.exists():
            folder.rename(before)
        stage.rename(folder)
    except BaseException:
        if before.exists() and not folder.exists():
            before.rename(folder)
        raise
    with suppress(OSError):  # what stays beside the folder is put right by the next run
        before.rename(stage)


def _tidy(folder: Path) -> None:
    stage, before = _beside(folder, "new"), _beside(folder, "old")
    if stage.is_symlink():
        stage.unlink()
    shutil.rmtree(stage, ignore_errors=True)
    if before.exists():
        before.rename(stage if folder.exists() else folder)
        shutil.rmtree(stage, ignore_errors=True)


def _beside(folder: Path, what: str) -> Path:
    place = Path(os.path.abspath(folder))  # noqa: PTH100 - resolve() would follow a link, absolute() keeps `..`
    return place.parent / f".{place.name}.cardgen-{what}"
