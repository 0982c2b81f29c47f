"""How soon a change of a manifest is on the screen, and how soon pages over 1,001 cards open: in a real browser.

    .venv/bin/python benchmarks/preview.py [CHANGES]

Two projects: CodeI/O alone (13 cards), and 77 manifests like it (1,001 cards). Each time is also given as a ratio to
that of reading all manifests and making all cards, in the same run. Exits 1 if a change of a manifest takes over a
second.
"""

from __future__ import annotations

import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))  # the browser is the tests'

from browser import Watched, chromium, watched  # noqa: E402 (after the path)
from cardgen.cli import reading  # noqa: E402 (the same)

INTRO = "This is the resource page"
CHANGES = 10
GOAL = 1.0
"""Seconds from the change to the screen."""


def main() -> int:
    """Measure both projects; the exit code."""
    changes = int(sys.argv[1]) if len(sys.argv) > 1 else CHANGES
    slowest = 0.0
    for families in (1, 77):
        with tempfile.TemporaryDirectory() as name:
            slowest = max(slowest, measure(Path(name), families, changes))
    return 0 if slowest <= GOAL else 1


def measure(folder: Path, families: int, changes: int) -> float:
    """Tell the times of a project; returns the median of those from a change to the screen."""
    manifests = write(folder, families)
    read = seconds_to_read(folder)
    with previewed(folder) as address, chromium() as browser, watched(browser) as shown:
        page = f"{address}models/lab0/llama3.1-8b_codeio/index.html"
        home = statistics.median(opening(shown, address) for _ in range(5))
        card = statistics.median(opening(shown, page) for _ in range(5))
        change = statistics.median(changing(shown, manifests[0], number) for number in range(changes))
    print(f"{13 * families:,} cards, {families} manifests: reading them all takes {read:.2f} s")
    for what, seconds in (("the first page", home), ("a card's page", card), ("a change, to the screen", change)):
        print(f"  {what}: {seconds:.2f} s, {seconds / read:.2f} times that")
    return change


def write(folder: Path, families: int) -> list[Path]:
    """Manifests like that of CodeI/O, each with a namespace of its own."""
    text = (ROOT / "collections/codeio.yaml").read_text(encoding="utf-8")
    (folder / "collections").mkdir()
    paths = [folder / f"collections/c{number}.yaml" for number in range(families)]
    for number, path in enumerate(paths):
        own = text.replace("hkust-nlp", f"lab{number}").replace("4f55a2", f"{number:06x}")  # a collection of its own
        path.write_text(own, encoding="utf-8")
    return paths


def seconds_to_read(folder: Path) -> float:
    """How long it takes to read all manifests and make all cards, a second time."""
    os.chdir(folder)
    reading.read([])
    start = time.perf_counter()
    reading.read([])
    return time.perf_counter() - start


@contextmanager
def previewed(folder: Path) -> Iterator[str]:
    """`cardgen preview` while it runs: the address of its pages."""
    command = [sys.executable, "-m", "cardgen", "preview", "--no-open", "--port", "0"]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        found = (re.search(r"http://[\d.:]+/", line) for line in process.stderr)
        yield next(each[0] for each in found if each)
        process.send_signal(signal.SIGINT)
        process.communicate()


def opening(shown: Watched, url: str) -> float:
    """Seconds until a page is there."""
    start = time.perf_counter()
    shown.open(url)
    return time.perf_counter() - start


def changing(shown: Watched, manifest: Path, number: int) -> float:
    """Seconds from the moment that a manifest is written to that in which the open page has its words."""
    words = f"Change {number} of the page"
    text = re.sub(rf"{INTRO}|Change \d+ of the page", words, manifest.read_text(encoding="utf-8"))
    start = time.perf_counter()
    manifest.write_text(text, encoding="utf-8")
    shown.page.wait_for_function(
        "words => document.querySelector('.card').textContent.includes(words)", arg=words, polling=10
    )
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
