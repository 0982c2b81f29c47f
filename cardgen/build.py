"""The build folder: the cards as files, for people to review and for `push` to publish.

A build that is interrupted leaves the old one. Files that did not change keep their times.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from msgspec import Struct

from cardgen import swap
from cardgen.errors import DiskError, InputError
from cardgen.model import Card

INDEX = "index.json"

Files = Mapping[str, bytes]
"""What a build folder holds, by path."""


class Difference(Struct, frozen=True):
    """A file of a build: as it lies in the folder and as it would be made; None where there is none."""

    path: str
    old: bytes | None
    new: bytes | None


def contents(cards: Sequence[Card]) -> dict[str, bytes]:
    """What a build makes for the repos: every card, and the files beside it."""
    made: dict[str, bytes] = {}
    for card in cards:
        made[card.repo.path] = card.data
        made |= {f"{card.repo.folder}/{path}": text.encode() for path, text in card.files.items()}
    return made


def files(cards: Sequence[Card]) -> dict[str, bytes]:
    """The files of a build: what it makes for the repos, and the index of that."""
    made = contents(cards)
    entries = sorted((_entry(card, made) for card in cards), key=lambda entry: str(entry["path"]))
    return {**made, INDEX: _index(entries)}


def _entry(card: Card, made: Files) -> dict[str, Any]:
    beside = [f"{card.repo.folder}/{path}" for path in sorted(card.files)]
    return {
        "repo_id": card.repo.repo_id,
        "repo_type": card.repo.repo_type,
        "manifest": card.source,
        "path": card.repo.path,
        "sha256": _sha256(made[card.repo.path]),
        "keys": list(card.repo.card_data),
        "blocks": list(card.owned),
        "files": [{"path": path, "sha256": _sha256(made[path])} for path in beside],
    }


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _index(entries: list[dict[str, Any]]) -> bytes:
    return (json.dumps({"version": 1, "repos": entries}, indent=2, ensure_ascii=False) + "\n").encode()


def keep_others(folder: Path, made: Files, sources: frozenset[str]) -> Files:
    """`made`, and what the folder holds of manifests other than `sources`: those were not built now.

    Raises DiskError if the folder cannot be read.
    """
    with _disk_errors(folder, "read"):
        return _keep_others(swap.present(folder), made, sources)


def _keep_others(folder: Path, made: Files, sources: frozenset[str]) -> Files:
    entries = [entry for entry in _read_index(folder) if entry["manifest"] not in sources and entry["path"] not in made]
    others = {path: data for path in _listed(entries) if (data := _read(folder / path)) is not None}
    index = [*(entry for entry in entries if entry["path"] in others), *json.loads(made[INDEX])["repos"]]
    return {**made, **others, INDEX: _index(sorted(index, key=lambda entry: str(entry["path"])))}


def compare(folder: Path, made: Files) -> tuple[Difference, ...]:
    """What a build would change in the folder, by path. Raises DiskError if the folder cannot be read."""
    with _disk_errors(folder, "read"):
        present = swap.present(folder)
        there = dict(_walk(present)) if present.is_dir() else {}
        old = ((path, (present / path).read_bytes() if there.get(path) else None) for path in sorted({*made, *there}))
        pairs = ((path, data, made.get(path)) for path, data in old)
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
    with _disk_errors(folder, "written", "what was built before is still there"), swap.alone(folder):
        refuse_foreign(folder)
        changed = compare(folder, made)
        if changed:
            swap.replace(folder, made, {each.path for each in changed})
    return len(changed)


def refuse_foreign(folder: Path) -> None:
    """Raise InputError if the folder holds what no build made, links included: a build would remove it."""
    with _disk_errors(folder, "read"):
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise InputError(f"{folder} is not a folder of its own", "choose another one with --output")
        known = {INDEX, *_listed(_read_index(folder))}
        found = _walk(folder) if folder.exists() else ()
        foreign = list(islice((path for path, is_file in found if path not in known or not is_file), 4))
    if foreign:
        names = ", ".join(sorted(foreign[:3])) + (", …" if len(foreign) > 3 else "")
        raise InputError(
            f"{folder} holds what no build made: {names}", "move it away, or choose another folder with --output"
        )


@contextmanager
def _disk_errors(folder: Path, what: str, hint: str = "") -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"{error.filename or folder}: cannot be {what}: {error.strerror or error}"
        raise DiskError(message, hint) from None


def _read_index(folder: Path) -> list[dict[str, Any]]:
    """The entries of a folder's index; none if it is not one that a build made."""
    try:
        index = json.loads(_read(folder / INDEX) or "")
        entries = [entry for entry in index["repos"] if all(map(_is_inside, _listed([entry])))]
        if not all(isinstance(entry["manifest"], str) for entry in entries):
            return []
        json.dumps(entries, ensure_ascii=False).encode()
    except (ValueError, TypeError, KeyError, RecursionError):
        return []
    return entries


def _listed(entries: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The paths that entries of an index name."""
    for entry in entries:
        yield entry["path"]
        yield from (file["path"] for file in entry.get("files", ()))


def _is_inside(path: str) -> bool:
    return not Path(path).is_absolute() and ".." not in Path(path).parts


def _walk(folder: Path | str, before: str = "") -> Iterator[tuple[str, bool]]:
    """The paths of all but folders in a folder, and whether each is a file; a link, which no build makes, is none."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path, f"{before}{entry.name}/")
            else:
                yield before + entry.name, entry.is_file(follow_symlinks=False)


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() and not path.is_symlink() else None
