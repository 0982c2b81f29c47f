"""A local hub in a process of its own, whose repos were put straight into git: for `publish.py`.

    python benchmarks/publish_hub.py ROOT BUILD SPEED

Puts every card of a build folder into a repo of its own, prints `HF_ENDPOINT` and `HF_TOKEN`, and serves. For each line
on stdin, `limited` or `free`, it prints as JSON how many requests of each kind came since the last one, and from then
on has the limits of the free plan, on a clock that is SPEED times as fast, or none. It ends with stdin.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from pathlib import Path

from cardgen import localhub
from cardgen.localhub import Limits, git_commit, names
from cardgen.localhub.git_commit import Signed
from cardgen.localhub.git_repo import MAIN
from cardgen.localhub.limits import FREE, bucket_of
from cardgen.localhub.repo_store import RepoStore


def main() -> None:
    """Seed, serve, count."""
    root, build, speed = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
    seed(root, build)
    with localhub.start(root) as hub:
        print(json.dumps({"HF_ENDPOINT": hub.endpoint, "HF_TOKEN": hub.token}), flush=True)
        for line in sys.stdin:
            print(json.dumps(Counter(bucket_of(call.path) for call in hub.requests)), flush=True)
            hub.requests.clear()
            hub.limits = Limits(user=FREE, clock=lambda: time.monotonic() * speed) if line == "limited\n" else None


def seed(root: Path, build: Path) -> None:
    """Make the repos, each with its card."""
    root.mkdir()
    repos = RepoStore(root)
    for card in sorted(build.glob("*/*/*/README.md")):
        kind, namespace, repo = card.relative_to(build).parts[:3]
        name = names.parse(names.kind_of(kind), namespace, repo)
        repos.create(name)
        with repos.open(name) as opened:
            head = opened.head(MAIN)
            git_commit.commit(opened, MAIN, head, {"README.md": card.read_bytes()}, Signed("Create card", "local"))


if __name__ == "__main__":
    main()
