"""A manifest on the disk, changed as a whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from cardgen import inputs
from cardgen.errors import DiskError, InputError


def replace(path: Path, before: bytes, after: bytes) -> None:
    """Put `after` in the place of `before`; a link to a manifest stays one.

    Raises InputError if somebody changed the file since `before` was read, DiskError if it cannot be written.
    """
    if inputs.read_manifest(path) != before:
        raise InputError(f"{path}: was changed while cardgen worked; nothing was written to it", "run it again")
    place = path.resolve()
    beside: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent)
        beside = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(after)
        shutil.copymode(place, beside)
        beside.replace(place)
    except OSError as error:
        if beside:
            beside.unlink(missing_ok=True)
        raise DiskError(f"{path}: cannot be written: {error.strerror}", "what was there before still is") from None
