"""Something goes wrong at a chosen touch of the disk: before a file is opened, made, linked, renamed or removed.

Python announces each of these to its audit hooks, so that no function has to be replaced.

Run as a program, it kills builds: `python disk_faults.py MANIFEST FOLDER` builds the manifest into the folder, each
time as a process of its own that is killed at a later touch, until one comes to its end.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cardgen import build, swap
from cardgen.cli import reading

TOUCHES = frozenset(["open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.listdir", "os.scandir"])
_watched: list[Callable[[str], None]] = []


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if _watched and event in TOUCHES:
        for each in arguments[:2]:
            if isinstance(each, str | Path):
                _watched[-1](os.fspath(each))
                return


sys.addaudithook(_hook)


@contextmanager
def fault(folder: Path, at: int, happen: Callable[[], None]) -> Iterator[Callable[[], bool]]:
    """Let something happen at the touch number `at` (from 1) of what lies in a folder; yields whether it has."""
    touches = 0

    def touched(path: str) -> None:
        nonlocal touches
        if path.startswith(str(folder)):
            touches += 1
            if touches == at:
                happen()

    _watched.append(touched)
    try:
        yield lambda: touches >= at
    finally:
        _watched.remove(touched)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, by path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _kill_builds(manifest: str, folder: Path) -> int:
    """How often a build was killed; each left the old cards or the new ones whole, and the next run put it right."""
    made = build.files(reading.read([manifest]).cards)
    old = contents(folder)
    keep = folder.with_name("keep")
    shutil.copytree(folder, keep)
    names = sorted(path.name for path in folder.parent.iterdir())
    for number in range(1, 1000):
        child = os.fork()
        if not child:
            with fault(folder.parent, number, lambda: os._exit(9)):
                build.write(folder, made)
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
            return number - 1
        left = contents(swap.present(folder))
        assert left in (old, made), f"touch {number} left {sorted(left)}"
        build.write(folder, made)
        assert contents(folder) == made
        assert sorted(path.name for path in folder.parent.iterdir()) == names, f"touch {number}"
        shutil.rmtree(folder)
        shutil.copytree(keep, folder)
    return 1000


if __name__ == "__main__":
    print(_kill_builds(sys.argv[1], Path(sys.argv[2])))  # noqa: T201 - a program of the tests
