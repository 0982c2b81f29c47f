"""Pull requests: one for each repo, found again, kept up to date, and left alone once somebody else works on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from huggingface_hub import CommitOperationAdd, HfApi

from cardgen import hub, propose
from cardgen.errors import ProtectedError, StaleError, TokenError
from cardgen.file_marks import RESULTS
from cardgen.hub import Connection
from cardgen.hub_pull_requests import HubPullRequests
from cardgen.localhub import Answer, Drop, LocalHub, Run
from cardgen.model import Card
from cardgen.outcomes import Outcome
from cards import make_card
from clocks import QuickClock
from hub_client import client, git, repo_path, titles, write_card
from project import Project
from pushing import card_in_git, make_plan, push

ONE = "lab/one"
OLD = make_card({"license": "mit"}, repo_id=ONE)
NEW = make_card({"license": "apache-2.0"}, repo_id=ONE)
NEWER = make_card({"license": "apache-2.0"}, "# T\n\nMore text.\n", repo_id=ONE)
WITH_RESULTS = make_card({"license": "apache-2.0"}, repo_id=ONE, results="- value: 1\n")


def propose_card(connection: Connection, card: Card, *, adopt: bool = False) -> Outcome:
    wanted = make_plan(connection, [card], adopt=adopt)
    (outcome,) = propose.apply(wanted, connection, pulls=HubPullRequests(connection), clock=QuickClock())
    return outcome


@pytest.fixture
def published(connection: Connection) -> Connection:
    """A hub that has the old card."""
    assert push(connection, OLD) == [("create", "published")]
    return connection


def pull_requests(local: LocalHub) -> list[tuple[int, str, str]]:
    """Number, title and status of every pull request, as the client lists them."""
    found = client(local).get_repo_discussions(ONE, discussion_type="pull_request")
    return sorted((each.num, each.title, each.status) for each in found)


def commits(local: LocalHub, number: int = 1) -> list[str]:
    """The titles of a pull request's own commits, newest first, as git sees them."""
    return git(repo_path(local, ONE), "log", "--format=%s", f"main..refs/pr/{number}").splitlines()


def commit_to(local: LocalHub, number: int = 1, *, path: str = "README.md", by: HfApi | None = None) -> None:
    """Somebody commits to a pull request through the website."""
    add = CommitOperationAdd(path, b"# By hand\n")
    (by or client(local)).create_commit(ONE, [add], commit_message="By hand", revision=f"refs/pr/{number}")


def test_a_change_is_proposed_and_main_stays(published: Connection, local_hub: LocalHub) -> None:
    outcome = propose_card(published, NEW)
    assert outcome.state == "proposed"
    assert outcome.url == f"{local_hub.endpoint}/{ONE}/discussions/1"
    assert pull_requests(local_hub) == [(1, "Update card from collections/codeio.yaml", "open")]
    assert card_in_git(local_hub) == OLD.text.encode()
    assert card_in_git(local_hub, revision="refs/pr/1") == NEW.text.encode()
    body = git(repo_path(local_hub, ONE), "log", "-1", "--format=%b", "refs/pr/1")
    assert body == f"Generated from collections/codeio.yaml; edit that file.\n\n{propose.MARK}"


def test_the_second_run_finds_it_and_writes_nothing(published: Connection, local_hub: LocalHub) -> None:
    first = propose_card(published, NEW)
    client(local_hub).rename_discussion(ONE, 1, "Somebody found a better title")
    before = len(local_hub.requests)
    assert propose_card(published, NEW) == first
    assert not [call for call in [*local_hub.requests][before:] if call.method == "POST"]
    assert commits(local_hub) == ["Update card from collections/codeio.yaml"]


def test_a_later_change_goes_into_the_same_pull_request(published: Connection, local_hub: LocalHub) -> None:
    propose_card(published, NEW)
    assert propose_card(published, NEWER).url.endswith("/discussions/1")
    assert len(pull_requests(local_hub)) == 1
    assert commits(local_hub) == ["Update card from collections/codeio.yaml"] * 2
    assert card_in_git(local_hub, revision="refs/pr/1") == NEWER.text.encode()
    assert propose_card(published, NEW).state == "proposed", "and back again"
    assert card_in_git(local_hub, revision="refs/pr/1") == NEW.text.encode()


def test_an_edit_of_main_is_kept_by_the_proposal(published: Connection, local_hub: LocalHub) -> None:
    """Somebody adds a key beside the one that is proposed: that pull request can be merged no more."""
    propose_card(published, NEW)
    write_card(client(local_hub), ONE, OLD.text.replace("license: mit", "widget: []\nlicense: mit").encode())
    assert propose_card(published, NEW).url.endswith("/discussions/2")
    assert [status for *_, status in pull_requests(local_hub)] == ["closed", "open"]
    proposed = card_in_git(local_hub, revision="refs/pr/2").decode()
    assert "widget: []\nlicense: apache-2.0\n" in proposed
    client(local_hub).merge_pull_request(ONE, 2)
    assert card_in_git(local_hub).decode() == proposed


def test_a_commit_to_main_that_is_not_in_the_way_leaves_the_pull_request(
    published: Connection, local_hub: LocalHub
) -> None:
    propose_card(published, NEW)
    client(local_hub).upload_file(repo_id=ONE, path_in_repo="config.json", path_or_fileobj=b"{}")
    assert propose_card(published, NEWER).url.endswith("/discussions/1")
    assert len(pull_requests(local_hub)) == 1
    client(local_hub).merge_pull_request(ONE, 1)
    assert card_in_git(local_hub) == NEWER.text.encode()


@pytest.mark.parametrize("fault", [Drop("before"), Drop("after"), Answer(500, when="after")], ids=str)
def test_a_pull_request_is_replaced_once_whatever_gets_lost(
    published: Connection, local_hub: LocalHub, fault: Drop | Answer
) -> None:
    propose_card(published, NEW)
    write_card(client(local_hub), ONE, OLD.text.replace("license: mit", "widget: []\nlicense: mit").encode())
    planned = local_hub.faults.add("POST", "/discussions/1/status|/commit/main", fault, nth=(1, 3))
    assert propose_card(published, NEW).url.endswith("/discussions/2")
    assert planned.fired
    assert [status for *_, status in pull_requests(local_hub)] == ["closed", "open"]


@pytest.mark.parametrize("path", ["README.md", "config.json"])
def test_a_pull_request_that_somebody_works_on_is_left_alone(
    published: Connection, local_hub: LocalHub, path: str
) -> None:
    propose_card(published, NEW)
    commit_to(local_hub, path=path)
    outcome = propose_card(published, NEWER)
    assert outcome.state == "stopped"
    assert isinstance(outcome.error, ProtectedError)
    assert outcome.error.message.endswith(f"cardgen opened: {local_hub.endpoint}/{ONE}/discussions/1")
    assert commits(local_hub) == ["By hand", "Update card from collections/codeio.yaml"]
    assert len(pull_requests(local_hub)) == 1


def test_a_commit_of_somebody_else_with_the_same_words_is_not_cardgens(
    published: Connection, local_hub: LocalHub
) -> None:
    propose_card(published, NEW)
    other = HfApi(local_hub.endpoint, local_hub.add_token("write", ("lab",), user="ann"))
    add = CommitOperationAdd("README.md", b"# By ann\n")
    other.create_commit(ONE, [add], commit_message="By ann", commit_description=propose.MARK, revision="refs/pr/1")
    assert propose_card(published, NEWER).state == "stopped"


def test_pull_requests_of_others_and_other_ones_of_ones_own_are_not_touched(
    published: Connection, local_hub: LocalHub
) -> None:
    title = "Update card from collections/codeio.yaml"
    ann = HfApi(local_hub.endpoint, local_hub.add_token("write", ("lab",), user="ann"))
    for api in (ann, client(local_hub)):
        add = CommitOperationAdd("config.json", b"{}")
        api.create_commit(ONE, [add], commit_message=title, create_pr=True)
    assert propose_card(published, NEW).url.endswith("/discussions/3")
    assert [len(commits(local_hub, number)) for number in (1, 2, 3)] == [1, 1, 1]


@pytest.mark.parametrize("status", ["merged", "closed"])
def test_what_is_merged_or_closed_is_done(published: Connection, local_hub: LocalHub, status: str) -> None:
    propose_card(published, NEW)
    if status == "merged":
        client(local_hub).merge_pull_request(ONE, 1)
        assert propose_card(published, NEW).state == "unchanged"
    else:
        client(local_hub).change_discussion_status(ONE, 1, "closed")
    assert propose_card(published, NEWER).url.endswith("/discussions/2")
    assert [status for *_, status in pull_requests(local_hub)] == [status, "open"]
    assert propose_card(published, NEWER).url.endswith("/discussions/2")


def test_a_merged_proposal_in_main_does_not_make_other_pull_requests_cardgens(
    published: Connection, local_hub: LocalHub
) -> None:
    propose_card(published, NEW)
    path = repo_path(local_hub, ONE)
    git(path, "update-ref", "refs/heads/main", "refs/pr/1")  # a merge that keeps the commit and its message
    client(local_hub).change_discussion_status(ONE, 1, "closed")
    add = CommitOperationAdd("config.json", b"{}")
    client(local_hub).create_commit(ONE, [add], commit_message="Add a config", create_pr=True)
    assert propose_card(published, NEWER).url.endswith("/discussions/3")


def test_a_file_of_results_comes_and_goes_in_the_same_pull_request(published: Connection, local_hub: LocalHub) -> None:
    propose_card(published, WITH_RESULTS)
    path = repo_path(local_hub, ONE)
    assert RESULTS in git(path, "ls-tree", "-r", "--name-only", "refs/pr/1").splitlines()
    propose_card(published, NEW)
    assert RESULTS not in git(path, "ls-tree", "-r", "--name-only", "refs/pr/1").splitlines()
    assert card_in_git(local_hub, revision="refs/pr/1") == NEW.text.encode()


def test_a_file_that_somebody_added_to_main_is_not_taken_away(published: Connection, local_hub: LocalHub) -> None:
    propose_card(published, WITH_RESULTS)
    client(local_hub).upload_file(repo_id=ONE, path_in_repo=RESULTS, path_or_fileobj=b"- mine: 1\n")
    propose_card(published, NEW)
    assert git(repo_path(local_hub, ONE), "show", f"refs/pr/1:{RESULTS}") == "- mine: 1"


LOST = [
    Drop("before"),
    Drop("after"),
    Drop("midway"),
    Answer(500, when="after"),
    Answer(504, "<html>", {"Content-Type": "text/html"}, when="after"),
    Answer(200, "<html>", {"Content-Type": "text/html"}, when="after"),
    Answer(429, "slow down", {"Retry-After": "7"}),
]


@pytest.mark.parametrize("fault", LOST, ids=str)
@pytest.mark.parametrize("times", [1, 2])
def test_an_answer_that_is_lost_leads_to_no_second_pull_request(
    published: Connection, local_hub: LocalHub, fault: Drop | Answer, times: int
) -> None:
    planned = local_hub.faults.add("POST", "/commit/", fault, nth=range(1, times + 1))
    assert propose_card(published, NEW).state == "proposed"
    assert planned.fired >= 1
    assert len(pull_requests(local_hub)) == 1
    planned = local_hub.faults.add("POST", "/commit/", fault, nth=range(1, times + 1))
    assert propose_card(published, NEWER).state == "proposed"
    assert planned.fired >= 1
    assert commits(local_hub) == ["Update card from collections/codeio.yaml"] * 2
    assert card_in_git(local_hub, revision="refs/pr/1") == NEWER.text.encode()


def test_somebody_commits_between_looking_and_updating(published: Connection, local_hub: LocalHub) -> None:
    propose_card(published, NEW)
    local_hub.faults.add("POST", "/preupload/", Run(lambda: commit_to(local_hub, path="config.json")), nth=1)
    assert propose_card(published, NEWER).state == "stopped"
    assert commits(local_hub) == ["By hand", "Update card from collections/codeio.yaml"]


def test_a_lost_answer_and_somebody_elses_commit_on_top(published: Connection, local_hub: LocalHub) -> None:
    local_hub.faults.add("POST", "/commit/main", Drop("after"), nth=1)
    local_hub.faults.add("POST", "/commit/main", Run(lambda: commit_to(local_hub), "after"), nth=1)
    assert propose_card(published, NEW).state == "stopped"
    assert len(pull_requests(local_hub)) == 1


def test_main_says_it_already_when_the_proposal_is_made(published: Connection, local_hub: LocalHub) -> None:
    wanted = make_plan(published, [NEW])
    write_card(client(local_hub), ONE, NEW.text.encode())
    (outcome,) = propose.apply(wanted, published, pulls=HubPullRequests(published), clock=QuickClock())
    assert outcome.state == "unchanged"
    assert pull_requests(local_hub) == []


def test_a_card_that_is_not_cardgens_is_adopted_by_a_pull_request(connection: Connection, local_hub: LocalHub) -> None:
    client(local_hub).create_repo(ONE)
    write_card(client(local_hub), ONE, b"# By hand\n")
    assert propose_card(connection, NEW).state == "stopped"
    assert propose_card(connection, NEW, adopt=True).state == "proposed"
    assert card_in_git(local_hub) == b"# By hand\n"


def test_there_is_no_pull_request_to_a_repo_that_does_not_exist(connection: Connection) -> None:
    outcome = propose_card(connection, NEW)
    assert outcome.state == "failed"
    assert outcome.error is not None
    assert (outcome.error.message, outcome.error.hint) == (
        "lab/one: the repo does not exist, and a pull request needs one",
        "push without --pr to make it",
    )


def test_a_token_that_may_only_propose_can(published: Connection, local_hub: LocalHub) -> None:
    assert published.has_token
    token = local_hub.add_token("pull-requests", user="ann")
    with hub.connect(local_hub.endpoint, token, clock=QuickClock()) as connection:
        assert propose_card(connection, NEW).state == "proposed"
        assert propose_card(connection, NEWER).state == "proposed"
    assert commits(local_hub) == ["Update card from collections/codeio.yaml"] * 2


def test_a_token_that_only_reads_is_told_so_first(published: Connection, local_hub: LocalHub) -> None:
    assert published.has_token
    with (
        hub.connect(local_hub.endpoint, local_hub.add_token("read"), clock=QuickClock()) as connection,
        pytest.raises(TokenError, match="may only read"),
    ):
        propose_card(connection, NEW)
    assert pull_requests(local_hub) == []


def test_proposing_is_bounded_when_others_never_stop(published: Connection, local_hub: LocalHub) -> None:
    propose_card(published, NEW)
    local_hub.faults.add("POST", "/commit/refs", Answer(412, '{"error": "A commit has happened since."}'))
    outcome = propose_card(published, NEWER)
    assert outcome.state == "failed"
    assert isinstance(outcome.error, StaleError)


def test_as_a_user_types_it(tmp_path: Path, local_hub: LocalHub) -> None:
    project = Project(tmp_path / "project")
    project.write()
    project.use(local_hub)
    assert project.run("build").code == 0
    assert project.run("push", "--offline").code == 0
    project.replace("A family", "Another family")
    assert project.run("build").code == 0
    done = project.run("push", "--offline", "--pr")
    assert done.code == 0, done.err
    assert "3 proposed" in done.err
    assert f"proposed   model    lab/small-one  {local_hub.endpoint}/lab/small-one/discussions/1" in done.err
    again = project.run("push", "--offline", "--pr")
    assert (again.code, "3 proposed" in again.err) == (0, True)
    assert titles(local_hub, "lab/small-one") == ["Create card from collections/family.yaml", "initial commit"]
    client(local_hub).create_commit(
        "lab/small-one",
        [CommitOperationAdd("README.md", b"---\nlicense: mit\n---\n# Mine\n")],
        commit_message="By hand",
        revision="refs/pr/1",
    )
    stopped = project.run("push", "--offline", "--pr")
    assert (stopped.code, "2 proposed, 1 stopped" in stopped.err) == (3, True)
    assert "hint: merge it, or close it, then run this again" in stopped.err


def test_many_repos_at_once(local_hub: LocalHub, connection: Connection) -> None:
    old = [make_card({"license": "mit"}, repo_id=f"lab/m{number}") for number in range(8)]
    new = [make_card({"license": "apache-2.0"}, repo_id=card.repo.repo_id) for card in old]
    push(connection, *old)
    for _ in range(2):
        outcomes = propose.apply(
            make_plan(connection, new), connection, pulls=HubPullRequests(connection), clock=QuickClock()
        )
        assert [outcome.state for outcome in outcomes] == ["proposed"] * 8
    for card in old:
        assert git(repo_path(local_hub, card.repo.repo_id), "rev-list", "--count", "main..refs/pr/1") == "1"
