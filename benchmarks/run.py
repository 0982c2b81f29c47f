"""Everything that is promised of cardgen's speed, measured beside what else there is, on one machine in one run.

    .venv/bin/python benchmarks/run.py [--only CASE] [--runs N] [--no-plots] [--links]

Prints a table as Markdown, writes it and every sample to benchmarks/results/, draws the plots into docs/speed/, and
exits 1 if a goal is missed. Takes under ten minutes; `--links` adds those of `links.py`, which take six more.
The peers are installed from the package index into an environment of their own beside this file, once.

Subject and peer run in turn, and ratios are those of medians. Seconds are the processor's, of user and system, so that
what else the machine does counts little; the time that went by is in the JSON. Projects lie in memory where the machine
has a file system there, so that programs are measured and not disks; cases about what is written say `on disk`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import families
from measuring import Command, Samples, measure, megabytes, seconds

HERE = Path(__file__).parent
RESULTS = HERE / "results"
PLOTS = HERE.parent / "docs" / "speed"
PEERS = HERE / ".peers"
PEER = str(PEERS / "bin" / "python")
CARDGEN = str(Path(sys.executable).parent / "cardgen")
MEMORY = Path("/dev/shm")
TENFOLD = 10


@dataclass(frozen=True)
class Goal:
    """What is measured, how much it is, and how much it may be at most."""

    name: str
    value: float
    most: float

    @property
    def is_reached(self) -> bool:
        return self.value <= self.most


@dataclass(frozen=True)
class Case:
    """What to run in a folder of its own, and what to reach."""

    name: str
    title: str
    commands: Callable[[Path], dict[str, Command]]
    goals: Callable[[Samples], Sequence[Goal]]
    runs: int = 5
    on_disk: bool = False


def build(project: Path, fresh: bool = True) -> Command:
    """`cardgen build` as a whole process, into a folder that is not there, or into one that is."""
    return Command((CARDGEN, "build", "--quiet"), project, project / "build" if fresh else None)


def subject(what: str, project: Path) -> Command:
    return Command((sys.executable, str(HERE / "subjects.py"), what), project, tells=True)


def peer(way: str, project: Path, output: Path | None = None) -> Command:
    """A peer's way with a project's cards: timed in its process, or as a whole process that writes them."""
    words = (PEER, str(HERE / "peers.py"), way, str(families.plain(project)), *([str(output)] if output else []))
    return Command(words, project, output, tells=output is None)


def rendering(folder: Path) -> dict[str, Command]:
    project = families.families(folder, 77)
    ways = {"bare Jinja2": peer("bare", project), "skops": peer("skops", project)}
    return {"cardgen": subject("render", project), **ways}


def collections(folder: Path) -> dict[str, Command]:
    project = families.families(folder, 84)
    return {"cardgen": build(project), "from_template": peer("from_template", project, project / "peer")}


def one_matrix(folder: Path) -> dict[str, Command]:
    project = families.matrix(folder, 100, 10)
    writing = (sys.executable, str(HERE / "subjects.py"), "write", str(project / "copy"))
    return {"cardgen": build(project), "writing": Command(writing, project, project / "copy", tells=True)}


def tenfold(folder: Path) -> dict[str, Command]:
    small, large = families.families(folder / "small", 77), families.families(folder / "large", 77 * TENFOLD)
    return {"1,001 cards": build(small), "10,010 cards": build(large)}


def start(folder: Path) -> dict[str, Command]:
    manifest = str(HERE.parent / "collections/codeio.yaml")
    command = Command((CARDGEN, "build", "--quiet", manifest), folder, folder / "build")
    imported = Command((sys.executable, "-c", "from huggingface_hub import ModelCard"), folder)
    return {"cardgen": command, "import of ModelCard": imported, "cardgen --help": Command((CARDGEN, "-h"), folder)}


def unchanged(folder: Path) -> dict[str, Command]:
    project = families.families(folder, 77)
    return {"first": build(project), "again": build(project, fresh=False)}


def linting(folder: Path) -> dict[str, Command]:
    project = families.families(folder, 77)
    return {"cardgen lint": subject("lint", project), "cardgen build": build(project)}


def ratio(name: str, one: str, other: str, most: float) -> Callable[[Samples], Sequence[Goal]]:
    return lambda samples: [Goal(name, seconds(samples[one]) / seconds(samples[other]), most)]


def ten_times(samples: Samples) -> Sequence[Goal]:
    large = samples["10,010 cards"]
    return [
        Goal("time of ten times the cards", seconds(large) / seconds(samples["1,001 cards"]), 10.5),
        Goal("megabytes", megabytes(large), 300),
    ]


CASES = (
    Case(
        "render",
        "1,001 cards with a matrix, rendering alone",
        rendering,
        ratio("of the bare loop", "cardgen", "bare Jinja2", 1.5),
    ),
    Case(
        "collections",
        "84 collections of 13 cards, cold process",
        collections,
        ratio("of from_template", "cardgen", "from_template", 1 / 15),
    ),
    Case(
        "matrix",
        "1,000 repos in one matrix, so that each card has 1,000 cells, cold process",
        one_matrix,
        ratio("of writing", "cardgen", "writing", 2.0),
        on_disk=True,
    ),
    Case("tenfold", "ten times the cards, cold process", tenfold, ten_times),
    Case("start", "CodeI/O, cold process", start, ratio("of the import", "cardgen", "import of ModelCard", 0.8), 15),
    Case(
        "unchanged",
        "1,001 cards, nothing changed, cold process",
        unchanged,
        ratio("of the first build", "again", "first", 0.5),
        on_disk=True,
    ),
    Case(
        "lint",
        "1,001 cards, lint in one process",
        linting,
        lambda samples: [Goal("seconds", seconds(samples["cardgen lint"]), 2.0)],
    ),
)


def main() -> int:
    """Run the cases, print and write the table, draw, and exit 1 if a goal is missed."""
    options = arguments()
    install_peers()
    lines = ["| case | medians | goals |", "| --- | --- | --- |"]
    print("\n".join(lines))
    rows = []
    for case in CASES:
        if options.only in (None, case.name):
            with tempfile.TemporaryDirectory(dir=None if case.on_disk or not MEMORY.is_dir() else MEMORY) as folder:
                samples = measure(case.commands(Path(folder)), options.runs or case.runs)
            rows.append((case, samples, case.goals(samples)))
            lines.append(row(*rows[-1]))
            print(lines[-1], flush=True)
    write(lines, rows)
    if not options.no_plots:
        subprocess.run([sys.executable, str(HERE / "curves.py"), str(PLOTS)], check=True)
    missed = not all(goal.is_reached for *_, goals in rows for goal in goals)
    if options.links:
        missed |= bool(subprocess.run([sys.executable, str(HERE / "links.py")], check=False).returncode)
    return int(missed)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=[case.name for case in CASES])
    parser.add_argument("--runs", type=int)
    parser.add_argument("--no-plots", action="store_true")
    parser.add_argument("--links", action="store_true")
    return parser.parse_args()


def install_peers() -> None:
    if not (PEERS / "bin" / "python").exists():
        venv.create(PEERS, with_pip=True)
        install = [PEER, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", str(HERE / "peers.txt")]
        subprocess.run(install, check=True)


def row(case: Case, samples: Samples, goals: Sequence[Goal]) -> str:
    told = "; ".join(f"{name} {seconds(each):.3f} s" for name, each in samples.items())
    reached = "; ".join(
        f"{goal.name} {goal.value:.3g}, at most {goal.most:.3g}{'' if goal.is_reached else ' **missed**'}"
        for goal in goals
    )
    return f"| {case.title}{', on disk' if case.on_disk else ''} | {told} | {reached} |"


def machine() -> dict[str, str]:
    """What it was measured on, and with."""
    names = ("cardgen", "huggingface_hub", "jinja2", "pyyaml", "msgspec", "click")
    peers = subprocess.run([PEER, "-m", "pip", "freeze"], capture_output=True, text=True, check=True).stdout
    asked = ("huggingface", "jinja2", "pyyaml", "skops", "matplotlib")
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "versions": ", ".join(f"{name} {version(name)}" for name in names),
        "peers": ", ".join(line for line in peers.split() if line.lower().startswith(asked)),
        "load": ", ".join(f"{load:.1f}" for load in os.getloadavg()),
    }


def write(lines: Sequence[str], rows: Sequence[tuple[Case, Samples, Sequence[Goal]]]) -> None:
    """The table, and all that it was made of."""
    said = machine()
    RESULTS.mkdir(exist_ok=True)
    about = "\n".join(f"- {name}: {value}" for name, value in said.items())
    table = "\n".join(lines)
    (RESULTS / "speed.md").write_text(f"{table}\n\n{about}\n", encoding="utf-8")
    cases = [
        {
            "case": case.name,
            "title": case.title,
            "samples": {name: [asdict(sample) for sample in each] for name, each in samples.items()},
            "goals": [asdict(goal) | {"is_reached": goal.is_reached} for goal in goals],
        }
        for case, samples, goals in rows
    ]
    text = json.dumps({"version": 1, **said, "cases": cases}, indent=2)
    (RESULTS / "speed.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
