"""Folders in memory, if that can be: git and SQLite wait for a disk with every commit, most of the time of a test."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MEMORY = "/dev/shm"  # Linux's own; elsewhere, and where nobody may write there, it is the usual folder


@contextmanager
def folder() -> Iterator[Path]:
    """An empty folder, which goes with all that is in it."""
    place = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="cardgen-tests-", dir=place, ignore_cleanup_errors=True) as path:
        yield Path(path)
