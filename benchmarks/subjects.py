"""Parts of cardgen in one process, timed: `subjects.py render`, `lint` or `write FOLDER`, in a project. Prints seconds.

`render` makes the cards of collections that are read; `lint` looks at such cards; `write` writes into FOLDER what a
build folder holds, from memory, as simply as can be.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from cardgen import inputs, lint, render
from cardgen.cli import reading


def rendering() -> Callable[[], object]:
    data = reading.read_manifests([])
    collections = reading.load(data, {path: reading.read_facts(path) for path in data})
    templates = inputs.read_templates(next(iter(data)))
    return lambda: [render.cards(each, templates) for each in collections]


def linting() -> Callable[[], object]:
    project = reading.read([])
    return lambda: lint.findings(project.collections, project.cards, project.sources)


def writing(folder: Path) -> Callable[[], object]:
    build = Path("build")
    files = {path.relative_to(build): path.read_bytes() for path in build.rglob("*") if path.is_file()}

    def write() -> None:
        for path, data in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)

    return write


WORK: dict[str, Callable[..., Callable[[], object]]] = {"render": rendering, "lint": linting, "write": writing}


def main() -> None:
    """Prepare, then time the one thing."""
    what, *folder = sys.argv[1:]
    work = WORK[what](*map(Path, folder))
    start = time.process_time()
    work()
    print(time.process_time() - start)


if __name__ == "__main__":
    main()
