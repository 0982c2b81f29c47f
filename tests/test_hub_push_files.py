"""Pushes of a card and a file beside it, with the real client to the local hub; git says what became of them."""

from __future__ import annotations

import json
import subprocess

from cardgen import publish
from cardgen.errors import HubError
from cardgen.file_marks import RESULTS
from cardgen.hub import Connection
from cardgen.localhub import Answer, LocalHub, Run
from cardgen.model import README, Card
from cards import make_card
from clocks import QuickClock
from hub_client import client, git, repo_path, titles
from pushing import make_plan, push

THEIRS = ".eval_results/theirs.yaml"
PLAIN = make_card({"license": "mit"}, repo_id="lab/one")
CARD = make_card({"license": "mit"}, repo_id="lab/one", results="- value: 1\n")
NEWER = make_card({"license": "mit"}, "# T\n\nNewer.\n", repo_id="lab/one", results="- value: 2\n")


def in_git(local: LocalHub, repo_id: str = "lab/one", revision: str = "main") -> dict[str, bytes]:
    """The files of a repo at a revision, without the Hub's own."""
    repo = repo_path(local, repo_id)
    paths = git(repo, "ls-tree", "-r", "--name-only", revision).splitlines()
    show = ["git", "-C", str(repo), "show"]
    return {
        path: subprocess.run([*show, f"{revision}:{path}"], capture_output=True, check=True, timeout=60).stdout
        for path in paths
        if path != ".gitattributes"
    }


def files(card: Card) -> dict[str, bytes]:
    return {README: card.text.encode(), **{path: text.encode() for path, text in card.files.items()}}


def upload(local: LocalHub, text: str, path: str = RESULTS, repo_id: str = "lab/one") -> None:
    """Somebody commits a file."""
    client(local).upload_file(
        repo_id=repo_id, path_in_repo=path, path_or_fileobj=text.encode(), commit_message="By hand"
    )


def asked(local: LocalHub) -> list[str]:
    return [f"{call.method} {call.path.rpartition('/')[2]}" for call in local.requests]


def test_one_commit_holds_both_and_the_second_push_makes_none(local_hub: LocalHub, connection: Connection) -> None:
    other = make_card({}, repo_id="lab/other")
    assert push(connection, CARD, other) == [("create", "published")] * 2
    assert titles(local_hub, "lab/one") == ["Create card from collections/codeio.yaml", "initial commit"]
    assert in_git(local_hub) == files(CARD)
    local_hub.requests.clear()
    assert push(connection, CARD, other) == [("unchanged", "unchanged")] * 2
    assert sorted(asked(local_hub)) == ["GET README.md", "GET README.md", "GET cardgen.yaml"]
    assert len(titles(local_hub, "lab/one")) == len(titles(local_hub, "lab/other")) == 2


def test_both_change_in_one_commit_and_other_files_stay(local_hub: LocalHub, connection: Connection) -> None:
    push(connection, CARD)
    upload(local_hub, "- value: 3\n", THEIRS)
    assert push(connection, NEWER) == [("update", "published")]
    assert titles(local_hub, "lab/one")[:2] == ["Update card from collections/codeio.yaml", "By hand"]
    assert in_git(local_hub) == {**files(NEWER), THEIRS: b"- value: 3\n"}


def test_what_left_the_manifest_goes_with_the_cards_update(local_hub: LocalHub, connection: Connection) -> None:
    push(connection, CARD)
    upload(local_hub, "- value: 3\n", THEIRS)
    assert push(connection, PLAIN) == [("update", "published")]
    assert titles(local_hub, "lab/one")[:2] == ["Update card from collections/codeio.yaml", "By hand"]
    assert in_git(local_hub) == {**files(PLAIN), THEIRS: b"- value: 3\n"}
    local_hub.requests.clear()
    assert push(connection, PLAIN) == [("unchanged", "unchanged")]
    assert asked(local_hub) == ["GET README.md"]


def test_the_last_file_of_a_folder_may_go(local_hub: LocalHub, connection: Connection) -> None:
    push(connection, CARD)
    assert push(connection, PLAIN) == [("update", "published")]
    assert in_git(local_hub) == files(PLAIN)


def test_an_edit_of_the_file_stops_its_repo_until_it_is_overwritten(
    local_hub: LocalHub, connection: Connection
) -> None:
    other = make_card({}, repo_id="lab/other")
    push(connection, CARD)
    edited = CARD.files[RESULTS].replace("1\n", "99\n")
    upload(local_hub, edited)
    assert push(connection, NEWER, other) == [("conflict", "stopped"), ("create", "published")]
    assert in_git(local_hub) == {**files(CARD), RESULTS: edited.encode()}
    assert push(connection, NEWER, overwrite=frozenset({"lab/one"})) == [("update", "published")]
    assert in_git(local_hub) == files(NEWER)


def test_a_file_that_was_deleted_is_not_put_back(local_hub: LocalHub, connection: Connection) -> None:
    push(connection, CARD)
    client(local_hub).delete_file(RESULTS, "lab/one", commit_message="By hand")
    assert push(connection, NEWER) == [("conflict", "stopped")]
    assert push(connection, PLAIN) == [("converged", "published")]
    assert in_git(local_hub) == files(PLAIN)


def test_somebody_elses_file_of_that_name_is_adopted_only_when_told(
    local_hub: LocalHub, connection: Connection
) -> None:
    client(local_hub).create_repo("lab/one")
    upload(local_hub, "- value: 7\n")
    assert push(connection, CARD) == [("unowned", "stopped")]
    assert in_git(local_hub) == {RESULTS: b"- value: 7\n"}
    assert push(connection, CARD, adopt=True) == [("create", "published")]
    assert in_git(local_hub) == files(CARD)


def test_somebody_changes_the_file_between_reading_and_writing(local_hub: LocalHub, connection: Connection) -> None:
    push(connection, CARD)
    wanted = make_plan(connection, [NEWER])
    edit = Run(lambda: upload(local_hub, CARD.files[RESULTS] + "- value: 5\n"))
    local_hub.faults.add("POST", "/api/models/lab/one/commit", edit, nth=1)
    (outcome,) = publish.apply(wanted, connection, clock=QuickClock())
    assert (outcome.state, outcome.change.reason) == ("stopped", f"edited on the Hub: {RESULTS}")
    assert titles(local_hub, "lab/one")[0] == "By hand"


def test_somebody_changes_another_file_between_reading_and_writing(local_hub: LocalHub, connection: Connection) -> None:
    push(connection, CARD)
    wanted = make_plan(connection, [PLAIN])
    edit = Run(lambda: upload(local_hub, "- value: 5\n", THEIRS))
    local_hub.faults.add("POST", "/api/models/lab/one/commit", edit, nth=1)
    (outcome,) = publish.apply(wanted, connection, clock=QuickClock())
    assert outcome.state == "published"
    assert in_git(local_hub) == {**files(PLAIN), THEIRS: b"- value: 5\n"}


def test_a_file_that_the_hub_leaves_out_is_noticed(local_hub: LocalHub, connection: Connection) -> None:
    """The Hub tells the client to skip what the repo's own .gitignore names; the client then does so in silence."""
    push(connection, PLAIN)
    told = [
        {"path": path, "uploadMode": "regular", "shouldIgnore": ignore}
        for path, ignore in ((README, False), (RESULTS, True))
    ]
    answer = Answer(200, json.dumps({"files": told}), {"Content-Type": "application/json"})
    local_hub.faults.add("POST", "/preupload/", answer)
    (outcome,) = publish.apply(make_plan(connection, [CARD]), connection, clock=QuickClock())
    assert (outcome.state, type(outcome.error)) == ("failed", HubError)
    assert in_git(local_hub) == {README: CARD.text.encode()}
