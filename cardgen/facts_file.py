"""The lock file of facts on the disk: beside its manifest, written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from cardgen.errors import DiskError, InputError
from cardgen.facts import lock

SUFFIX = ".facts.json"


def path_of(manifest: Path) -> Path:
    """Where the facts of a manifest lie: `collections/codeio.facts.json` for `collections/codeio.yaml`."""
    return manifest.with_name(manifest.stem + SUFFIX)


def read(manifest: Path) -> bytes | None:
    """The bytes of a manifest's facts, one more than the limit at most; None if there are none. Raises InputError."""
    path = path_of(manifest)
    try:
        with path.open("rb") as file:
            return file.read(lock.MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"{path}: the facts cannot be read: {error.strerror}") from None


def write(manifest: Path, data: bytes) -> Path:
    """Put the facts of a manifest in their place; returns where that is. Raises DiskError."""
    path = path_of(manifest)
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise DiskError(f"{path}: cannot be written: {error.strerror}", "what was there before still is") from None
    return path
