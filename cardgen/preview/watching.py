"""Notices when files change, by looking at them again and again.

A preview depends on a few dozen files, and a look at one takes some microseconds. That is less than a library for
watching would need to be told of an editor's renames, and it works on every file system, shared and mounted ones too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

TICK = 0.1
"""Seconds between two looks."""

Print = tuple[tuple[str, int, int, int], ...]


def changes(paths: Callable[[], Iterable[Path]], since: Print, stopped: threading.Event) -> Iterator[None]:
    """Yields every time that one of the files is another than before, is there, or is gone, until `stopped` is set.

    `paths` names them anew for each look; `since` is what `look` told of them at first.
    """
    while not stopped.wait(TICK):
        if (now := look(paths())) != since:
            since = now
            yield


def look(paths: Iterable[Path]) -> Print:
    """What tells files from those that were in their places before."""
    return tuple(found for path in paths if (found := _look(path)))


def _look(path: Path) -> tuple[str, int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return str(path), found.st_mtime_ns, found.st_size, found.st_ino
