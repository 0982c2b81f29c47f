"""How large the forms of a report are, and how long they take to write, for 100,000 links and 20,000 findings.

    .venv/bin/python benchmarks/reports.py

What counts are ratios to the JSON of the same report, in the same run, and that Markdown fits a comment of GitHub's.
"""

from __future__ import annotations

import random
import sys
import time

from cardgen.links.memory import Known
from cardgen.links.places import Place
from cardgen.links.verdict import Status, Verdict
from cardgen.model import Finding
from cardgen.reports import FORMATS, report
from cardgen.reports.report import Report

LINKS, FINDINGS, CARDS = 100_000, 20_000, 10_000
MOST_IN_A_COMMENT = 65_536
MOST_OF_JSON = 0.25
STATUSES: tuple[Status, ...] = ("broken", "moved", "unsure", *("ok",) * 17)


def main() -> int:
    """Measure, print, and exit 1 if the page is over a quarter of the JSON, or Markdown over what a comment takes."""
    made = a_report()
    characters, seconds = {}, {}
    for form, write in FORMATS.items():
        start = time.perf_counter()
        characters[form] = len(write(made))
        seconds[form] = time.perf_counter() - start
    for form, number in characters.items():
        times = f"{seconds[form] / seconds['json']:5.2f} of the time, {number / characters['json']:6.4f} of the length"
        print(f"{form:<9} {number:>12,} characters, {seconds[form]:5.2f} s: {times} of JSON")
    is_small = characters["html"] <= MOST_OF_JSON * characters["json"]
    return int(not is_small or characters["markdown"] >= MOST_IN_A_COMMENT)


def a_report() -> Report:
    """Links on 3,000 hosts, some of them big, each on one to three cards; 200 kinds of findings."""
    chance = random.Random(1)
    known, places = {}, {}
    for number in range(LINKS):
        host = f"host{int(chance.paretovariate(0.4)) % 3000}.example.org"
        url = f"https://{host}/papers/some/longer/path/article-{number}.html"
        status = chance.choice(STATUSES)
        verdict = Verdict(status, 200 if status == "ok" else 404, "" if status == "ok" else "why")
        known[url] = Known(verdict, 1.79e9, 1.78e9)
        places[url] = [_place(chance) for _ in range(chance.randint(1, 3))]
    findings = [
        Finding(f"rule-{number % 30}", "warning", f"kind {number % 200}", f"models/lab/m{number % CARDS}/README.md", 3)
        for number in range(FINDINGS)
    ]
    return report.make(known, places, findings)


def _place(chance: random.Random) -> Place:
    source = f"collections/c{chance.randrange(40)}.yaml:{chance.randrange(900)}:7"
    return Place(f"models/lab/m{chance.randrange(CARDS)}/README.md", chance.randrange(1, 300), source)


if __name__ == "__main__":
    sys.exit(main())
