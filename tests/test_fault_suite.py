"""Every fault that requests are known for, at every request of every kind of write: the end is the same.

The Hub's answers are lost, late, wrong or refused (`faults.py`); then git says what became of the repo: nothing is
lost, nothing is there twice, and nothing that was not planned. The collection's page has a suite of its own
(`test_hub_collections.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pytest
from huggingface_hub import HfApi

import faults
from cardgen import hub, propose, publish
from cardgen.file_marks import RESULTS
from cardgen.hub import Connection
from cardgen.hub_pull_requests import HubPullRequests
from cardgen.localhub import LocalHub, git_commit, names
from cardgen.localhub.git_commit import Signed
from cardgen.localhub.repo_store import RepoStore
from cardgen.model import README, Card
from cardgen.outcomes import Outcome
from cards import make_card
from clocks import QuickClock
from hub_client import client, git, repo_path, titles, write_card
from pushing import make_plan

UPDATE = "Update card from collections/codeio.yaml"
CREATE = "Create card from collections/codeio.yaml"

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
    def api(self) -> HfApi:
        return client(self.hub)

    def put(self, card: Callable[[str], Card]) -> None:
        """There is a repo with this card: straight into git, which is quicker than a push."""
        made, name = card(self.repo_id), names.parse("models", *self.repo_id.split("/"))
        repos = RepoStore(self.hub.root)
        repos.create(name)
        content = {README: made.data, **{path: text.encode() for path, text in made.files.items()}}
        with repos.open(name) as repo:
            assert git_commit.commit(repo, "main", repo.head("main"), {**content}, Signed(CREATE, "local"))

    def propose(self, card: Callable[[str], Card]) -> None:
        assert run(self, card, is_proposal=True).state == "proposed"

    def files(self, revision: str = "main") -> dict[str, str]:
        """What git has at a revision, beside its attributes."""
        path = repo_path(self.hub, self.repo_id)
        names = git(path, "ls-tree", "-r", "--name-only", revision).splitlines()
        return {name: git(path, "show", f"{revision}:{name}") for name in names if name != ".gitattributes"}


def nothing(case: Case) -> None:
    """There is no such repo."""


def empty(case: Case) -> None:
    case.api.create_repo(case.repo_id)


def has(card: Callable[[str], Card]) -> Callable[[Case], None]:
    return lambda case: case.put(card)


def proposed(case: Case) -> None:
    case.put(old)
    case.propose(new)


def proposed_and_in_conflict(case: Case) -> None:
    proposed(case)
    text = old(case.repo_id).text.replace("license: mit", "widget: []\nlicense: mit")
    write_card(case.api, case.repo_id, text.encode(), commit_message="By hand")


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


FIRST = (CREATE, "initial commit")
WRITES = {
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
        ("By hand", *FIRST),
        {1: (UPDATE, UPDATE), 2: (UPDATE,)},
    ),
}


def run(case: Case, card: Callable[[str], Card], *, is_proposal: bool) -> Outcome:
    """Plan and publish, or propose, as `push` does."""
    wanted = make_plan(case.connection, [card(case.repo_id)])
    if is_proposal:
        pulls = HubPullRequests(case.connection)
        (outcome,) = propose.apply(wanted, case.connection, pulls=pulls, clock=QuickClock())
    else:
        (outcome,) = publish.apply(wanted, case.connection, clock=QuickClock())
    return outcome


def check(case: Case, write: Write) -> None:
    """What git says: the commits that are wanted, once, and in the last of them what is wanted."""
    assert tuple(titles(case.hub, case.repo_id)) == write.main
    path = repo_path(case.hub, case.repo_id)
    refs = git(path, "for-each-ref", "--format=%(refname)", "refs/pr").splitlines()
    assert refs == [f"refs/pr/{number}" for number in write.pulls]
    for number, commits in write.pulls.items():
        own = git(path, "log", "--format=%s", f"main..refs/pr/{number}").splitlines()
        assert tuple(own) == commits
    found = case.api.get_repo_discussions(case.repo_id) if write.pulls else ()
    is_open = [each.num for each in found if each.status == "open"]
    assert is_open == [*write.pulls][-1:]
    card = write.card(case.repo_id)
    wanted = {README: card.text, **card.files}
    there = case.files(f"refs/pr/{[*write.pulls][-1]}" if write.pulls else "main")
    assert {name: text.replace("widget: []\n", "") for name, text in there.items()} == {
        name: text.strip() for name, text in wanted.items()
    }


_numbers = iter(range(1, 1_000_000))


@pytest.fixture
def case(shared_hub: LocalHub) -> Iterator[Case]:
    with hub.connect(shared_hub.endpoint, shared_hub.token, clock=QuickClock()) as connection:
        yield Case(shared_hub, connection, f"lab/case{next(_numbers)}")
    shared_hub.faults.clear()


@pytest.mark.parametrize("name", WRITES)
def test_a_write_makes_the_requests_of_its_table(case: Case, name: str) -> None:
    """So that no request is left out below."""
    write = WRITES[name]
    write.before(case)
    case.hub.requests.clear()
    run(case, write.card, is_proposal=write.is_proposal)
    check_requests = [(call.method, call.path) for call in case.hub.requests]
    used = {
        request
        for method, path in check_requests
        for request, (wanted, pattern) in write.requests.items()
        if method == wanted and re.search(pattern, path)
    }
    assert used == set(write.requests)
    for method, path in check_requests:
        assert any(method == wanted and re.search(pattern, path) for wanted, pattern in write.requests.values()), path
    check(case, write)


COMBINATIONS = [(name, request) for name, write in WRITES.items() for request in write.requests]


FAULTY = [
    (name, request, fault)
    for name, request in COMBINATIONS
    for fault in faults.FAULTS
    if WRITES[name].requests[request][0] == "POST" or fault not in faults.LOST  # a lost reading is one that failed
]


@pytest.mark.parametrize(("name", "request_name", "fault"), FAULTY)
def test_any_fault_of_any_request_of_any_write_ends_the_same(
    case: Case, name: str, request_name: str, fault: str
) -> None:
    write = WRITES[name]
    write.before(case)
    planned = faults.plan(case.hub, fault, *write.requests[request_name])
    outcome = run(case, write.card, is_proposal=write.is_proposal)
    case.hub.faults.clear()
    assert planned.fired >= 1
    assert outcome.state == ("proposed" if write.is_proposal else "published"), outcome.error
    check(case, write)


WRITING = ("create", "check", "preupload", "commit", "close")
REFUSABLE = ("create", "update", "propose", "propose anew")
"""All requests that write are among theirs."""
REFUSED = [
    (name, request, refusal)
    for name, request in COMBINATIONS
    for refusal in faults.FOR_GOOD
    if request in WRITING and name in REFUSABLE
    if (request, refusal) != ("check", "404")  # the check is no repo's
]


@pytest.mark.parametrize(("name", "request_name", "refusal"), REFUSED)
def test_a_refusal_for_good_ends_it_without_harm(case: Case, name: str, request_name: str, refusal: str) -> None:
    """The repo fails with words that tell why; nothing else is written; and once the Hub takes it, it is done."""
    write = WRITES[name]
    write.before(case)
    before = _state(case)
    planned = case.hub.faults.add(*write.requests[request_name], faults.FOR_GOOD[refusal].answer)
    outcome = run(case, write.card, is_proposal=write.is_proposal)
    case.hub.faults.clear()
    assert planned.fired <= faults.FOR_GOOD[refusal].times
    assert outcome.state == "failed"
    assert outcome.error is not None
    assert re.search(faults.FOR_GOOD[refusal].said, outcome.error.message), outcome.error.message
    assert outcome.error.hint
    assert "front matter" not in outcome.error.message
    if request_name != "close" and name not in {"create", "propose anew"}:
        assert _state(case) == before
    again = run(case, write.card, is_proposal=write.is_proposal)
    assert again.state in {"proposed", "published", "unchanged"}
    check(case, write)


def _state(case: Case) -> str:
    """Every ref of the repo, and where it is."""
    path = repo_path(case.hub, case.repo_id)
    return git(path, "for-each-ref") if path.exists() else ""
