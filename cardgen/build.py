"""The build folder: the cards as files, for people to review and for `push` to publish.

A build is finished beside the folder and swapped in, so an interrupted one leaves the old one. Files that did not
change keep their times.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cardgen.errors import DiskError, InputError
from cardgen.model import Card

INDEX = "index.json"

Files = Mapping[str, bytes]
"""What a build folder holds, by path."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A file of a build: as it lies in the folder and as it would be made; None where there is none."""

    path: str
    old: bytes | None
    new: bytes | None


def files(cards: Iterable[Card]) -> dict[str, bytes]:
    """The files of a build: every card, and the index of them."""
    made = {card.repo.path: card.text.encode() for card in cards}
    entries = sorted((_entry(card, made[card.repo.path]) for card in cards), key=lambda entry: str(entry["path"]))
    return {**made, INDEX: _index(entries)}


def _entry(card: Card, data: bytes) -> dict[str, Any]:
    return {
        "repo_id": card.repo.repo_id,
        "repo_type": card.repo.repo_type,
        "manifest": card.source,
        "path": card.repo.path,
        "sha256": hashlib.sha256(data).hexdigest(),
        "keys": list(card.repo.card_data),
        "blocks": ["card"],
    }


def _index(entries: list[dict[str, Any]]) -> bytes:
    return (json.dumps({"version": 1, "repos": entries}, indent=2, ensure_ascii=False) + "\n").encode()


def keep_others(folder: Path, made: Files, sources: frozenset[str]) -> Files:
    """`made`, and what the folder holds of manifests other than `sources`: those were not built now."""
    entries = [entry for entry in _read_index(folder) if entry["manifest"] not in sources and entry["path"] not in made]
    others = {entry["path"]: data for entry in entries if (data := _read(folder / entry["path"])) is not None}
    index = [*(entry for entry in entries if entry["path"] in others), *json.loads(made[INDEX])["repos"]]
    return {**made, **others, INDEX: _index(sorted(index, key=lambda entry: str(entry["path"])))}


def compare(folder: Path, made: Files) -> tuple[Difference, ...]:
    """What a build would change in the folder, by path."""
    paths = sorted({*made, *_paths(folder)})
    pairs = ((path, _read(folder / path), made.get(path)) for path in paths)
    return tuple(Difference(path, old, new) for path, old, new in pairs if old != new)


def diff(differences: Iterable[Difference]) -> str:
    """A unified diff of what a build would change."""
    import difflib

    def lines(data: bytes | None) -> list[str]:
        return (data or b"").decode(errors="replace").splitlines(keepends=True)

    return "".join(
        line if line.endswith("\n") else line + "\n"
        for each in differences
        for line in difflib.unified_diff(lines(each.old), lines(each.new), f"a/{each.path}", f"b/{each.path}")
    )


def write(folder: Path, made: Files) -> int:
    """Make the folder hold these files and no others; returns how many files changed.

    Raises InputError if the folder holds what no build made, DiskError if it cannot be written.
    """
    try:
        _recover(folder)
        _refuse_foreign(folder)
        changed = compare(folder, made)
        if changed:
            _swap(folder, _stage(folder, made, {each.path for each in changed}))
    except OSError as error:
        shutil.rmtree(_beside(folder, "new"), ignore_errors=True)
        raise DiskError(
            f"{error.filename or folder}: cannot be written: {error.strerror}", "what was built before is still there"
        ) from None
    return len(changed)


def _stage(folder: Path, made: Files, changed: set[str]) -> Path:
    """The new folder, beside the old one; what did not change is the same file."""
    stage = _beside(folder, "new")
    shutil.rmtree(stage, ignore_errors=True)
    for path, data in made.items():
        target = stage / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if path in changed:
            target.write_bytes(data)
        else:
            _same_file(folder / path, target)
    return stage


def _same_file(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except OSError:  # a file system without hard links
        shutil.copy2(old, new)


def _swap(folder: Path, stage: Path) -> None:
    before = _beside(folder, "old")
    shutil.rmtree(before, ignore_errors=True)
    if folder.exists():
        folder.rename(before)
    try:
        stage.rename(folder)
    except BaseException:
        if before.exists():
            before.rename(folder)
        raise
    shutil.rmtree(before, ignore_errors=True)


def _recover(folder: Path) -> None:
    """A run that was killed between its two renames left the old folder beside its place."""
    before = _beside(folder, "old")
    if before.exists() and not folder.exists():
        before.rename(folder)


def _refuse_foreign(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise InputError(f"{folder} is not a folder of its own", "choose another one with --output")
    known = {INDEX, *(entry["path"] for entry in _read_index(folder))}
    foreign = sorted(set(_paths(folder)) - known)
    if foreign:
        names = ", ".join(foreign[:3]) + (", …" if len(foreign) > 3 else "")
        raise InputError(
            f"{folder} holds what no build made: {names}", "move it away, or choose another folder with --output"
        )


def _read_index(folder: Path) -> list[dict[str, Any]]:
    data = _read(folder / INDEX)
    try:
        index = json.loads(data) if data else {"repos": []}
        return [entry for entry in index["repos"] if _is_inside(entry["path"]) and entry["manifest"]]
    except (ValueError, TypeError, KeyError):
        return []


def _is_inside(path: str) -> bool:
    return not Path(path).is_absolute() and ".." not in Path(path).parts


def _paths(folder: Path) -> list[str]:
    """Every file of a folder, and every link, which no build makes."""
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() and not path.is_symlink() else None


def _beside(folder: Path, suffix: str) -> Path:
    return folder.absolute().parent / f".{folder.absolute().name}.{suffix}"
