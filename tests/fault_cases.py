"""Every kind of write that a publisher makes to a repo, with its requests, and what git has to say after it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

from huggingface_hub import CommitOperationAdd, HfApi

import histories
from cardgen import hub, propose, publish
from cardgen.errors import CardgenError, HubError
from cardgen.file_marks import RESULTS
from cardgen.hub import Connection
from cardgen.hub_pull_requests import HubPullRequests
from cardgen.localhub import LocalHub, git_commit, names
from cardgen.localhub.git_commit import Signed
from cardgen.localhub.names import RepoName
from cardgen.localhub.repo_store import RepoStore
from cardgen.model import README, Card
from cardgen.plan import judge_with
from cardgen.survey import survey
from cards import make_card
from clocks import QuickClock
from histories import History
from hub_client import client, git, repo_path

CREATE = "Create card from collections/codeio.yaml"
UPDATE = "Update card from collections/codeio.yaml"
BY_HAND = "By hand"
FOREIGN = "widget: []\n"
"""What somebody else writes into a card."""

Request = tuple[str, str]
READ: Mapping[str, Request] = {
    "read": ("GET", r"/resolve/main/README\.md$"),
    "who": ("GET", r"/api/whoami-v2$"),
    "verify": ("GET", r"/resolve/[0-9a-f]{40}/README\.md$"),
}
ATTRIBUTES: Mapping[str, Request] = {"attributes": ("GET", r"/resolve/[0-9a-f]{40}/\.gitattributes$")}
MAKE: Mapping[str, Request] = {"create": ("POST", r"/api/repos/create$")}
COMMIT: Mapping[str, Request] = {
    "check": ("POST", r"/api/validate-yaml$"),
    "preupload": ("POST", r"/preupload/"),
    "commit": ("POST", r"/commit/(main|refs%2Fpr%2F\d+)$"),
}
RESULT: Mapping[str, Request] = {"results": ("GET", rf"/resolve/[0-9a-f]{{40}}/{re.escape(RESULTS)}$")}
FIND: Mapping[str, Request] = {"find": ("GET", r"/discussions$")}
LOOK: Mapping[str, Request] = {"history": ("GET", r"/commits/")}
CLOSE: Mapping[str, Request] = {
    "conflicts": ("GET", r"/discussions/1$"),
    "close": ("POST", r"/discussions/1/status$"),
}


def old(repo_id: str) -> Card:
    return make_card({"license": "mit"}, repo_id=repo_id)


def new(repo_id: str) -> Card:
    return make_card({"license": "apache-2.0"}, "# T\n\nNew text.\n", repo_id=repo_id)


def newer(repo_id: str) -> Card:
    return make_card({"license": "apache-2.0"}, "# T\n\nNewer text.\n", repo_id=repo_id)


def with_results(repo_id: str) -> Card:
    return make_card({"license": "apache-2.0"}, "# T\n\nNew text.\n", repo_id=repo_id, results="- value: 1\n")


@dataclass(frozen=True)
class Case:
    """A repo of its own on a hub, as two parties see it: cardgen, and somebody else."""

    hub: LocalHub
    connection: Connection
    repo_id: str

    @property
    def name(self) -> RepoName:
        return names.parse("models", *self.repo_id.split("/"))

    @property
    def api(self) -> HfApi:
        return client(self.hub)

    def history(self) -> History:
        """What git has of the repo."""
        return histories.read(repo_path(self.hub, self.repo_id))

    def put(self, card: Callable[[str], Card]) -> None:
        """There is a repo with this card: straight into git, which is quicker than a push."""
        RepoStore(self.hub.root).create(self.name)
        made = card(self.repo_id)
        self.commit({README: made.data, **{path: text.encode() for path, text in made.files.items()}}, CREATE)

    def commit(self, files: Mapping[str, bytes | None], title: str = BY_HAND, branch: str = "main") -> None:
        """Somebody commits, in no time."""
        with RepoStore(self.hub.root).open(self.name) as repo:
            assert git_commit.commit(repo, branch, repo.head(branch), files, Signed(title, "somebody"))

    def edit(self) -> None:
        """Somebody writes a key of theirs into the card; or, where that cannot be, a file beside it."""
        there = self.history().line("refs/heads/main")[0].files
        card = there.get(README, FOREIGN.encode())
        if FOREIGN.encode() in card:
            self.commit({"notes.txt": there.get("notes.txt", b"") + b"Theirs.\n"})
        else:
            self.commit({README: card.replace(b"license:", FOREIGN.encode() + b"license:", 1)})

    def age(self, commits: int) -> None:
        """Its main branch gets so many commits more, of somebody else, by git itself."""
        head = "from refs/heads/main^0\n"
        stream = "".join(
            f"commit refs/heads/main\ncommitter somebody <s@example.org> {number} +0000\ndata 5\n{BY_HAND[:4]}\n"
            f"{'' if number else head}M 100644 inline notes.txt\ndata 7\n{number:06d}\n"
            for number in range(commits)
        )
        git(repo_path(self.hub, self.repo_id), "fast-import", "--quiet", text=stream)

    def propose(self, card: Callable[[str], Card]) -> None:
        """There is a pull request of cardgen's."""
        about = f"Generated from collections/codeio.yaml; edit that file.\n\n{propose.MARK}"
        add = CommitOperationAdd(README, card(self.repo_id).data)
        self.api.create_commit(self.repo_id, [add], commit_message=UPDATE, commit_description=about, create_pr=True)


@contextmanager
def opened(local: LocalHub, token: str = "") -> Iterator[Case]:
    """A case of its own on a hub that is shared; nothing of it is left."""
    with hub.connect(local.endpoint, token or local.token, clock=QuickClock()) as connection:
        case = Case(local, connection, f"lab/case{next(_numbers)}")
        local.requests.clear()
        yield case
    local.faults.clear()
    shutil.rmtree(repo_path(local, case.repo_id), ignore_errors=True)


_numbers = count(1)


def nothing(case: Case) -> None:
    """There is no such repo."""


def empty(case: Case) -> None:
    RepoStore(case.hub.root).create(case.name)


def has(card: Callable[[str], Card]) -> Callable[[Case], None]:
    return lambda case: case.put(card)


def proposed(case: Case) -> None:
    case.put(old)
    case.propose(new)


def proposed_and_in_conflict(case: Case) -> None:
    proposed(case)
    case.edit()


@dataclass(frozen=True)
class Write:
    """A kind of write: what is there before, what is wanted, its requests, and the commits that there are after it."""

    before: Callable[[Case], None]
    card: Callable[[str], Card]
    requests: Mapping[str, Request]
    main: tuple[str, ...]
    pulls: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_proposal(self) -> bool:
        return bool(self.pulls)

    @property
    def done(self) -> str:
        """What it is called once it is done."""
        return "proposed" if self.is_proposal else "published"


FIRST = (CREATE, "initial commit")
WRITES: Mapping[str, Write] = {
    "create": Write(nothing, old, {**READ, **MAKE, **COMMIT}, FIRST),
    "first card": Write(empty, old, {**READ, **ATTRIBUTES, **COMMIT}, FIRST),
    "update": Write(has(old), new, {**READ, **ATTRIBUTES, **COMMIT}, (UPDATE, *FIRST)),
    "add a file": Write(has(old), with_results, {**READ, **ATTRIBUTES, **RESULT, **COMMIT}, (UPDATE, *FIRST)),
    "remove a file": Write(has(with_results), new, {**READ, **ATTRIBUTES, **RESULT, **COMMIT}, (UPDATE, *FIRST)),
    "propose": Write(has(old), new, {**READ, **ATTRIBUTES, **FIND, **COMMIT}, FIRST, {1: (UPDATE,)}),
    "propose more": Write(
        proposed, newer, {**READ, **ATTRIBUTES, **FIND, **LOOK, **COMMIT}, FIRST, {1: (UPDATE, UPDATE)}
    ),
    "propose anew": Write(
        proposed_and_in_conflict,
        newer,
        {**READ, **ATTRIBUTES, **FIND, **LOOK, **CLOSE, **COMMIT},
        (BY_HAND, *FIRST),
        {1: (UPDATE, UPDATE), 2: (UPDATE,)},
    ),
}
REQUESTS: tuple[tuple[str, str], ...] = tuple((name, each) for name, write in WRITES.items() for each in write.requests)
"""Every request of every write."""


@dataclass(frozen=True)
class Ended:
    """What became of a run."""

    state: str
    error: CardgenError | None = None


def run(case: Case, write: Write) -> Ended:
    """Plan and publish, or propose, as `push` does."""
    try:
        return _run(case, write)
    except HubError as error:
        return Ended("failed", error)


def _run(case: Case, write: Write) -> Ended:
    found = survey([write.card(case.repo_id)], case.connection, judge_with(), clock=QuickClock())
    for error in found.failed.values():
        return Ended("failed", error)
    if write.is_proposal:
        pulls = HubPullRequests(case.connection)
        (outcome,) = propose.apply(found.plan, case.connection, pulls=pulls, clock=QuickClock())
    else:
        (outcome,) = publish.apply(found.plan, case.connection, clock=QuickClock())
    return Ended(outcome.state, outcome.error)


def check(case: Case, write: Write, *, by_hand: int = 0) -> None:
    """What git says: the commits that are wanted, once, and in the last of them what is wanted.

    `by_hand` counts the commits of somebody else meanwhile: all of them are there, and what they hold.
    """
    history = case.history()
    main = history.line("refs/heads/main")
    titles = [title for title in write.main if title != BY_HAND]
    assert sorted(each.title for each in main) == sorted([*titles, *[BY_HAND] * (by_hand or write.main.count(BY_HAND))])
    assert {ref for ref in history.refs if ref.startswith("refs/pr/")} == {f"refs/pr/{each}" for each in write.pulls}
    for number, commits in write.pulls.items():
        own = [each.title for each in history.line(f"refs/pr/{number}") if each not in main]
        assert tuple(own) == commits
    if write.pulls:
        found = case.api.get_repo_discussions(case.repo_id)
        assert [each.num for each in found if each.status == "open"] == [*write.pulls][-1:]
    newest = history.line(f"refs/pr/{[*write.pulls][-1]}" if write.pulls else "refs/heads/main")[0]
    assert own_files(newest.files) == wanted_files(case, write)
    if by_hand or BY_HAND in write.main:
        assert FOREIGN.encode() in main[0].files.get(README, b"") or "notes.txt" in main[0].files


def own_files(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of a commit without what others, and the Hub, put there."""
    there = {path: data for path, data in files.items() if path not in {".gitattributes", "notes.txt"}}
    return {path: data.replace(FOREIGN.encode(), b"") for path, data in there.items()}


def wanted_files(case: Case, write: Write) -> dict[str, bytes]:
    """What the card and the files beside it shall be."""
    card = write.card(case.repo_id)
    return {README: card.data, **{path: text.encode() for path, text in card.files.items()}}


def check_nothing_unplanned(case: Case, write: Write, before: History) -> None:
    """Whatever a failed run has done was planned, and what was there is still there."""
    now = case.history()
    assert set(before.commits) <= set(now.commits)
    assert set(now.refs) <= {*before.refs, "refs/heads/main", *(f"refs/pr/{each}" for each in write.pulls)}
    for ref in now.refs:
        added = [each for each in now.line(ref) if each.oid not in before.commits]
        titles = [each.title for each in added if each.title != "initial commit"]
        assert titles in ([], [write.main[0] if ref == "refs/heads/main" else UPDATE]), titles
        assert not write.is_proposal or not titles or ref != "refs/heads/main"
        assert not titles or own_files(added[0].files) == wanted_files(case, write)


def check_words(local: LocalHub, error: CardgenError | None, *, is_about_metadata: bool = False) -> None:
    """An error says what, what to do next, and neither the token nor what is not true."""
    assert error is not None
    assert error.message
    assert error.hint
    for text in (error.message, error.hint):
        assert local.token not in text
        assert not re.search("Traceback|<html", text), text
        assert is_about_metadata or not re.search("metadata|front matter", text, re.IGNORECASE), text
