"""Publishers and people at once: every edit is in the history, and none is written over in silence."""

from __future__ import annotations

import random
import re
import threading
from itertools import pairwise

import pytest

from cardgen import hub, publish
from cardgen.localhub import LocalHub
from cardgen.model import Card
from cardgen.outcomes import Outcome
from cards import make_card
from clocks import QuickClock
from hub_client import client, git, repo_path, titles, write_card
from pushing import card_in_git, make_plan, push

REPOS = [f"lab/m{number}" for number in range(4)]
FOREIGN = re.compile(r"edit\d+")


def cards(text: str, *tags: str) -> list[Card]:
    return [make_card({"license": "mit", "tags": [*tags]}, f"# T\n\n{text}\n", repo_id=repo_id) for repo_id in REPOS]


def history(local: LocalHub, repo_id: str) -> list[tuple[str, str]]:
    """Title and card of every commit of main, the oldest first."""
    path = repo_path(local, repo_id)
    commits = git(path, "log", "--reverse", "--format=%H %s", "main").splitlines()[1:]
    return [(line[41:], git(path, "show", f"{line[:40]}:README.md")) for line in commits]


def people(local: LocalHub, seed: int, edits: int) -> list[str]:
    """Somebody edits cards on the website, which names no parent: what was written, each with a number of its own."""
    chance = random.Random(seed)
    api, written = client(local), []
    for number in range(edits):
        repo_id, mark = chance.choice(REPOS), f"edit{seed}{number:02}"
        text = card_in_git(local, repo_id).decode()
        place = chance.choice(["license:", "tags:"])
        write_card(
            api, repo_id, text.replace(place, f"{mark}: x\n{place}", 1).encode(), commit_message=f"By hand {mark}"
        )
        written.append(mark)
    return written


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_publishers_and_people_at_once(local_hub: LocalHub, seed: int) -> None:
    with hub.connect(local_hub.endpoint, local_hub.token, clock=QuickClock()) as connection:
        push(connection, *cards("Text."))
        outcomes: list[Outcome] = []
        written: list[str] = []

        def publisher(number: int) -> None:
            for turn in range(4):
                wanted = make_plan(connection, cards(f"Text {number}.{turn}.", "a" * turn))
                outcomes.extend(publish.apply(wanted, connection, clock=QuickClock()))

        threads = [threading.Thread(target=publisher, args=(number,)) for number in range(2)]
        threads.append(threading.Thread(target=lambda: written.extend(people(local_hub, seed, 12))))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert len(written) == 12
        assert {outcome.state for outcome in outcomes} <= {"published", "unchanged", "stopped", "failed"}
        assert all(
            outcome.error or outcome.change.reason for outcome in outcomes if outcome.state in {"stopped", "failed"}
        )
        for repo_id in REPOS:
            check_history(history(local_hub, repo_id))
        by_hand = [title for repo_id in REPOS for title in titles(local_hub, repo_id) if title.startswith("By hand")]
        assert sorted(by_hand) == [f"By hand {mark}" for mark in sorted(written)], "every edit is in the history"
        published = sum(outcome.state == "published" for outcome in outcomes)
        made = sum(title.startswith("Update card") for repo_id in REPOS for title in titles(local_hub, repo_id))
        assert made == published, "every commit was told of, and none was made twice"


def check_history(commits: list[tuple[str, str]]) -> None:
    """No commit of cardgen's takes away what a person wrote; people may, for the website names no parent."""
    for (_, before), (title, after) in pairwise(commits):
        if not title.startswith("By hand"):
            assert set(FOREIGN.findall(before)) <= set(FOREIGN.findall(after)), title
