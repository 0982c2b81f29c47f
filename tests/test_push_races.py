"""Publishers and people at once: every edit is in the history, and one that is in the way is kept and told of."""

from __future__ import annotations

import contextlib
import random
import re
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from itertools import pairwise

import pytest
from huggingface_hub.errors import HfHubHTTPError

from cardgen import propose, publish
from cardgen.hub import Connection
from cardgen.hub_pull_requests import HubPullRequests
from cardgen.localhub import LocalHub
from cardgen.model import Card
from cardgen.outcomes import Outcome
from cards import make_card
from clocks import QuickClock
from hub_client import client, git, repo_path, titles, write_card
from pushing import card_in_git, make_plan, push

REPOS = [f"lab/m{number}" for number in range(4)]
EDIT = re.compile(r"(?:edit|overlap)\d+")
BESIDE = ("license:", "tags:")
IN_THE_WAY = {"- always": "- {}\n- always", "The end.": "{}\n\nThe end."}
"""Edits of what is cardgen's: a key, and the text. Every later change of these is a conflict."""


def cards(text: str, *tags: str) -> list[Card]:
    data = {"license": "mit", "tags": ["always", *tags]}
    return [make_card(data, f"# T\n\n{text}\n\nThe end.\n", repo_id=repo_id) for repo_id in REPOS]


def history(local: LocalHub, repo_id: str, revision: str = "main") -> list[tuple[str, str]]:
    """Title and card of every commit, the oldest first."""
    path = repo_path(local, repo_id)
    commits = git(path, "log", "--reverse", "--format=%H %s", revision).splitlines()[1:]
    return [(line[41:], git(path, "show", f"{line[:40]}:README.md")) for line in commits]


def people(local: LocalHub, seed: int, edits: int) -> list[tuple[str, str]]:
    """Somebody edits cards on the website, which names no parent: where, and what, each with a number of its own."""
    chance = random.Random(seed)
    api, written = client(local), []
    for number in range(edits):
        repo_id, is_beside = chance.choice(REPOS[:3]), number % 3 < 2
        word = f"{'edit' if is_beside else 'overlap'}{seed}{number:02}"
        place = chance.choice(BESIDE if is_beside else [*IN_THE_WAY])
        new = f"{word}: x\n{place}" if is_beside else IN_THE_WAY[place].format(word)
        text = card_in_git(local, repo_id).decode().replace(place, new, 1)
        write_card(api, repo_id, text.encode(), commit_message=f"By hand {word}")
        written.append((repo_id, word))
    return written


def proposals(local: LocalHub, repo_id: str) -> list[int]:
    """The open pull requests, the oldest first."""
    return sorted(each.num for each in client(local).get_repo_discussions(repo_id, discussion_status="open"))


def head(local: LocalHub, repo_id: str, number: int) -> str:
    return titles(local, repo_id, revision=f"refs/pr/{number}")[0]


def reviewer(local: LocalHub, seed: int, edits: int) -> list[tuple[str, int]]:
    """Somebody commits to the pull requests that are open: where."""
    chance, written = random.Random(seed), []
    for number in range(edits):
        repo_id = chance.choice(REPOS)
        for proposal in proposals(local, repo_id)[:1]:
            card = card_in_git(local, repo_id, revision=f"refs/pr/{proposal}").decode()
            new, title = f"edit{seed}9{number}: x\nlicense:", f"By hand in a proposal {number}"
            with contextlib.suppress(HfHubHTTPError):  # closed meanwhile, for example
                write_card(
                    client(local),
                    repo_id,
                    card.replace("license:", new, 1).encode(),
                    revision=f"refs/pr/{proposal}",
                    commit_message=title,
                )
                written.append((repo_id, proposal))
    return written


def together(*works: Callable[[], object]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_publishers_and_people_at_once(local_hub: LocalHub, connection: Connection, seed: int) -> None:
    push(connection, *cards("Text."))
    outcomes: list[Outcome] = []
    written: list[tuple[str, str]] = []

    def publisher(number: int) -> None:
        for turn in range(4):
            wanted = make_plan(connection, cards(f"Text {number}.{turn}.", *"abc"[:turn]))
            outcomes.extend(publish.apply(wanted, connection, clock=QuickClock()))

    together(partial(publisher, 0), partial(publisher, 1), lambda: written.extend(people(local_hub, seed, 12)))
    assert len(written) == 12
    for repo_id in REPOS:
        check_history(history(local_hub, repo_id))
    by_hand = [title for repo_id in REPOS for title in titles(local_hub, repo_id) if title.startswith("By hand")]
    assert sorted(by_hand) == sorted(f"By hand {word}" for _, word in written), "every edit is in the history"
    published = sum(outcome.state == "published" for outcome in outcomes)
    made = sum(title.startswith("Update card") for repo_id in REPOS for title in titles(local_hub, repo_id))
    assert made == published, "every commit was told of, and none was made twice"
    for outcome in outcomes:
        check_outcome(local_hub, outcome)
    last = publish.apply(make_plan(connection, cards("The last text.", "z")), connection, clock=QuickClock())
    for outcome in last:
        check_outcome(local_hub, outcome)
        in_the_way = {word for repo_id, word in written if (repo_id, word[0]) == (outcome.change.repo.repo_id, "o")}
        assert (outcome.state == "stopped") == bool(in_the_way), "an edit that is in the way is told of, and no other"
        assert in_the_way <= {*EDIT.findall(card_in_git(local_hub, outcome.change.repo.repo_id).decode())}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_proposals_and_people_at_once(local_hub: LocalHub, connection: Connection, seed: int) -> None:
    """Two who propose; one who edits the main branch, and one who commits to pull requests."""
    push(connection, *cards("Text."))
    pulls = HubPullRequests(connection)
    outcomes: list[Outcome] = []
    on_main: list[tuple[str, str]] = []
    in_proposals: list[tuple[str, int]] = []

    def propose_all(*wanted: Card) -> tuple[Outcome, ...]:
        return propose.apply(make_plan(connection, wanted), connection, pulls=pulls, clock=QuickClock())

    def proposer(number: int) -> None:
        for turn in range(4):
            outcomes.extend(propose_all(*cards(f"Text {number}.{turn}.", *"abc"[:turn])))

    together(
        partial(proposer, 0),
        partial(proposer, 1),
        lambda: on_main.extend(people(local_hub, seed, 9)),
        lambda: in_proposals.extend(reviewer(local_hub, seed, 6)),
    )
    for repo_id in REPOS:
        check_proposals(local_hub, repo_id, [f"By hand {word}" for where, word in on_main if where == repo_id])
    for where, number in in_proposals:
        assert head(local_hub, where, number).startswith("By hand in"), "nobody commits on top of a person"
    for outcome in outcomes:
        check_proposal(local_hub, outcome, in_proposals)
    overlapped = {repo_id for repo_id, word in on_main if word.startswith("overlap")}
    for turn in range(2):
        before = {repo_id: proposals(local_hub, repo_id) for repo_id in REPOS}
        theirs = {where for where, number in in_proposals if number in before[where][:1]}
        last = propose_all(*cards(f"The last text {turn}.", "z"))
        check_alone(local_hub, last, before, overlapped | theirs)


def check_alone(
    local: LocalHub, outcomes: Sequence[Outcome], before: Mapping[str, Sequence[int]], stopping: Collection[str]
) -> None:
    """Who proposes alone stops where somebody's edit is, and keeps to the oldest pull request elsewhere."""
    for outcome in outcomes:
        repo_id = outcome.change.repo.repo_id
        assert outcome.state == ("stopped" if repo_id in stopping else "proposed")
        now = proposals(local, repo_id)
        assert len(now) <= max(1, len(before[repo_id])), "none is opened beside one"
        assert repo_id in stopping or outcome.url.endswith(f"/discussions/{now[0]}")


def check_proposals(local: LocalHub, repo_id: str, by_hand: Sequence[str]) -> None:
    """Main is people's alone, no proposal takes anything away from them, and there is no heap of open ones."""
    assert titles(local, repo_id)[-3::-1] == by_hand
    for each in client(local).get_repo_discussions(repo_id):
        check_history(history(local, repo_id, f"refs/pr/{each.num}"))
    assert len(proposals(local, repo_id)) <= 2, "each of the two who propose saw none when it opened its own"


def check_proposal(local: LocalHub, outcome: Outcome, in_proposals: Sequence[tuple[str, int]]) -> None:
    """A repo stops for what is on main, or for a person's commit to the very pull request that it names."""
    repo_id = outcome.change.repo.repo_id
    if outcome.state == "stopped" and outcome.error:
        number = int(outcome.error.message.rpartition("/")[2])
        assert (repo_id, number) in in_proposals, outcome.error.message
    elif outcome.state != "proposed":
        check_outcome(local, outcome)


def check_history(commits: Sequence[tuple[str, str]]) -> None:
    """No commit of cardgen's takes away what a person wrote; people may, for the website names no parent."""
    for (_, before), (title, after) in pairwise(commits):
        if not title.startswith("By hand"):
            assert {*EDIT.findall(before)} <= {*EDIT.findall(after)}, title


def check_outcome(local: LocalHub, outcome: Outcome) -> None:
    """A repo stops for an edit that is in its card, and says of which unit; it fails only where others never stop."""
    repo_id, reason = outcome.change.repo.repo_id, outcome.change.reason
    assert outcome.state in {"published", "unchanged", "stopped", "failed"}
    if outcome.state == "failed":
        assert outcome.error
        assert outcome.error.message.startswith(f"{repo_id}: others keep committing")
    if outcome.state == "stopped":
        seen = card_in_git(local, repo_id, revision=str(outcome.commit)).decode()
        units = {
            "tags": re.search(r"^- overlap", seen, re.MULTILINE),
            "card": re.search("^overlap", seen, re.MULTILINE),
        }
        assert reason == f"edited on the Hub: {', '.join(name for name, found in units.items() if found)}" or (
            reason == "; ".join(f"edited on the Hub: {name}" for name, found in units.items() if found)
        )
