"""How fast a push is beside what the Hub's limits allow, and how much memory it takes.

    .venv/bin/python benchmarks/publish.py [REPOS] [CHANGED]

A namespace of 10,000 repos (collections of thirteen, like CodeI/O), 1,000 of which change. The hub is the local one,
in a process of its own, with the limits of the free plan on a clock that runs faster; the push waits by the same clock.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cardgen import hub, publish
from cardgen.cli import publishing, reading
from cardgen.cli.console import Console
from cardgen.cli.publishing import Run, Wishes
from cardgen.clock import Clock
from cardgen.localhub.limits import FREE, Bucket

ROOT = Path(__file__).parent.parent
SPEED = 5
"""Requests have to be quicker than the limits even then, or it is the local hub that is measured."""
WINDOW = 300
FAMILY = 13


class FastClock(Clock):
    """Its seconds pass SPEED times as fast."""

    def now(self) -> float:
        return super().now() * SPEED

    def wait(self, seconds: float) -> None:
        super().wait(seconds / SPEED)


@dataclass(frozen=True, slots=True)
class LocalHub:
    """The hub's process, from here."""

    environment: Mapping[str, str]
    orders: IO[str]
    answers: IO[str]

    def begin(self, limits: str) -> dict[str, int]:
        """`limited` or `free` from now on; the requests of each kind since the last time."""
        self.orders.write(f"{limits}\n")
        self.orders.flush()
        counted: dict[str, int] = json.loads(self.answers.readline())
        return counted


def main() -> None:
    """Measure everything and print a table."""
    repos, changed = map(int, [*sys.argv[1:], "10000", "1000"][:2])
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for number in range(-(-repos // FAMILY)):
            write_manifest(number, "")
        print(f"build      {cardgen('build', '-q')}")
        with local_hub(Path("hub"), Path("build")) as there:
            os.environ.update(there.environment)
            there.begin("limited")
            report("unchanged", "resolvers", push([]), there.begin("free"))
            print(f"unchanged  {cardgen('push', '-q', '--offline')}")
            manifests = [write_manifest(number, " and changed") for number in range(-(-changed // FAMILY))]
            there.begin("limited")
            report("changed", "api", push(manifests), there.begin("free"))
            for number in range(len(manifests)):
                write_manifest(number, " and changed again")
            cardgen("build", "-q")
            print(f"changed    {cardgen('push', '-q', '--offline')}")


def write_manifest(number: int, change: str) -> str:
    """The manifest of CodeI/O in a namespace of its own; its path."""
    text = (ROOT / "collections/codeio.yaml").read_text(encoding="utf-8")
    text = re.sub(r"^collection:\n(?:  .*\n)+", "", text, flags=re.MULTILINE)
    text = re.sub(r".*collection: true.*\n", "", text)
    text = text.replace("namespace: hkust-nlp", f"namespace: lab{number:04}")
    text = text.replace("resource page", f"resource page{change}")
    path = Path(f"collections/c{number:04}.yaml")
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def cardgen(*arguments: str) -> str:
    """Run a command as a user does; its seconds and the most memory that it took."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "cardgen", *arguments]
    measured = subprocess.Popen(command)
    _, status, usage = os.wait4(measured.pid, 0)
    assert status == 0, (arguments, status)
    return f"{time.perf_counter() - start:6.1f} s  {usage.ru_maxrss / 1024:5.0f} MB at most"


@contextmanager
def local_hub(root: Path, build: Path) -> Iterator[LocalHub]:
    """A hub with the cards of a build in it."""
    command = [sys.executable, str(ROOT / "benchmarks/publish_hub.py"), str(root), str(build), str(SPEED)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        environment = {**json.loads(process.stdout.readline()), "HF_HUB_DISABLE_TELEMETRY": "1"}
        try:
            yield LocalHub(environment, process.stdin, process.stdout)
        finally:
            process.stdin.close()


def push(manifests: Sequence[str]) -> float:
    """Plan and publish what some manifests make, or all, as `push` does; how many of the hub's seconds it took."""
    say = Console(verbosity=-1)
    project = reading.read(manifests)
    clock = FastClock()
    endpoint, token = os.environ["HF_ENDPOINT"], os.environ["HF_TOKEN"]
    with hub.connect(endpoint, token, clock=clock) as connection:
        run = Run(say, connection, connection, publish.apply, clock)
        start = clock.now()
        made = publishing.make_plan(run, project.cards, Wishes())
        outcomes = publishing.publish_plan(run, made)
        assert not made.unread
        assert publishing.exit_code(outcomes) == 0
        return clock.now() - start


def report(name: str, bucket: Bucket, seconds: float, requests: Mapping[str, int]) -> None:
    """The pace beside the one that the limit allows. A request that was refused would have been made again."""
    count, quota = requests[bucket], FREE.of(bucket)
    pace = count / seconds / (quota / WINDOW)
    ideal = (count - 1) // quota * WINDOW
    print(
        f"{name:<10} {count:,} requests to {bucket} in {seconds:,.0f} s of the hub's: {pace:.0%} of the limit's pace;"
        f" with no delay at all it would be {ideal:,} s; all requests: {dict(requests)}"
    )


if __name__ == "__main__":
    main()
