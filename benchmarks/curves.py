"""Draws what things cost as they grow: cards, cells, links, repos. `curves.py FOLDER [NAME]...` writes an SVG for each.

Every point is the median of three runs, of whole processes unless it says otherwise. `run.py` calls this, once it has
installed what draws (matplotlib) and what is compared with.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import families
import links
import publish
from measuring import Command, measure, seconds
from run import HERE, MEMORY, PEER, build, peer, subject

RUNS = 3
Curves = Mapping[str, Mapping[int, float]]
"""Seconds by size, for each thing that is measured."""


def main() -> None:
    """Measure, and draw."""
    plots = Path(sys.argv[1])
    plots.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[2:] or CURVES
    for name in wanted:
        axis, measured = CURVES[name]
        with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
            found = {"name": name, "axis": axis, "curves": measured(Path(folder))}
        words = [PEER, str(HERE / "draw.py"), str(plots / f"{name}.svg")]
        subprocess.run(words, input=json.dumps(found), text=True, check=True)


def medians(commands: Mapping[str, Command]) -> dict[str, float]:
    return {name: seconds(samples) for name, samples in measure(commands, RUNS).items()}


def curves(sizes: Mapping[int, Mapping[str, Command]]) -> Curves:
    found: dict[str, dict[int, float]] = {}
    for size, commands in sizes.items():
        for name, median in medians(commands).items():
            found.setdefault(name, {})[size] = median
    return found


def cards(folder: Path) -> Curves:
    """Builds of more and more collections like CodeI/O, and from_template while that is bearable."""
    sizes: dict[int, dict[str, Command]] = {}
    for count in (1, 8, 77, 770):
        project = families.families(folder / str(count), count)
        sizes[count * families.FAMILY] = {"cardgen build": build(project)}
        if count < 100:
            sizes[count * families.FAMILY]["from_template"] = peer("from_template", project, project / "peer")
    return curves(sizes)


def cells(folder: Path) -> Curves:
    """One matrix that grows: every card shows all of it. Rendering alone, in one process."""
    sizes: dict[int, dict[str, Command]] = {}
    for rows in (1, 3, 10, 30, 100):
        project = families.matrix(folder / str(rows), rows, 10)
        sizes[rows * 10] = {"cardgen, rendering": subject("render", project)}
        if rows <= 30:
            sizes[rows * 10]["bare Jinja2"] = peer("bare", project)
    return curves(sizes)


def checked_links(_: Path) -> Curves:
    """Links of one file, on a server of its own that answers after 50 ms, 100 hosts."""
    links.install_lychee()
    found: dict[str, dict[int, float]] = {"cardgen check": {}, "lychee": {}}
    for size in (10, 100, 1000, 5000):
        case = links.Case("", "", links.spread(size, 50), lambda _: ())
        for tool, results in links.measure(case, RUNS).items():
            found["cardgen check" if tool == "cardgen" else tool][size] = links.seconds(results)
    return found


def repos(folder: Path) -> Curves:
    """A plan of repos that are as they should be, against a local hub without limits."""
    found: dict[int, float] = {}
    for count in (1, 8, 77):
        project = families.families(folder / str(count), count)
        subprocess.run(build(project).words, cwd=project, check=True)
        with publish.local_hub(project / "hub", project / "build") as there:
            os.environ.update(there.environment)
            there.begin("free")
            words = (*build(project).words[:1], "plan", "--quiet")
            found[count * families.FAMILY] = medians({"plan": Command(words, project)})["plan"]
    return {"cardgen plan": found}


CURVES: dict[str, tuple[str, Callable[[Path], Curves]]] = {
    "cards": ("cards, in collections of 13", cards),
    "cells": ("cells of the one matrix, and as many cards", cells),
    "links": ("links", checked_links),
    "repos": ("repos", repos),
}


if __name__ == "__main__":
    main()
