"""Whole pushes with the real client to the local hub; what became of them is looked at with git."""

from __future__ import annotations

import threading
from pathlib import Path

from cardgen import publish
from cardgen.hub import Connection
from cardgen.localhub import Answer, LocalHub, Run
from cardgen.outcomes import Outcome
from cardgen.plan import LiveCard, Plan
from cards import make_card
from clocks import QuickClock
from hub_client import client, git, repo_path, titles, write_card
from pushing import card_in_git, make_plan, push

PUBLISHED = Path(__file__).parent / "data" / "codeio_published.md"
CARD = make_card({"license": "mit"}, repo_id="lab/one")


def test_from_nothing_to_published_and_again(local_hub: LocalHub, connection: Connection) -> None:
    cards = [
        CARD,
        make_card({"pretty_name": "Ünï 🤗"}, repo_id="lab/one", repo_type="dataset"),
        make_card({}, repo_id="lab/no-data"),
    ]
    assert push(connection, *cards) == [("create", "published")] * 3
    assert card_in_git(local_hub) == cards[0].text.encode()
    assert card_in_git(local_hub, kind="datasets") == cards[1].text.encode()
    assert titles(local_hub, "lab/one") == ["Create card from collections/codeio.yaml", "initial commit"]
    local_hub.requests.clear()
    assert push(connection, *cards) == [("unchanged", "unchanged")] * 3
    assert [(call.method, call.path.rpartition("/")[2]) for call in local_hub.requests] == [("GET", "README.md")] * 3
    assert titles(local_hub, "lab/one") == ["Create card from collections/codeio.yaml", "initial commit"]


def test_an_update_keeps_what_others_wrote(local_hub: LocalHub, connection: Connection) -> None:
    push(connection, CARD)
    others = "# by a tool\r\nconfigs:\r\n- config_name:   default # !\r\n\r\nwidget:\n- text: |+\n    Hello\n\n"
    edited = CARD.text.replace("license:", others + "license:", 1).encode()
    write_card(client(local_hub), "lab/one", edited)
    newer = make_card({"license": "apache-2.0", "tags": ["a"]}, "# T\n\nNewer text.\n", repo_id="lab/one")
    assert push(connection, newer) == [("update", "published")]
    expected = newer.text.replace("license:", others + "license:", 1).encode()
    assert card_in_git(local_hub) == expected
    assert push(connection, newer) == [("unchanged", "unchanged")]
    assert titles(local_hub, "lab/one")[0] == "Update card from collections/codeio.yaml"


def test_an_edit_on_the_website_stops_the_push_until_it_is_overwritten(
    local_hub: LocalHub, connection: Connection
) -> None:
    push(connection, CARD)
    edited = CARD.text.replace("license: mit", "license: cc-by-4.0").encode()
    write_card(client(local_hub), "lab/one", edited, commit_message="Edited on the website")
    assert push(connection, CARD) == [("conflict", "stopped")]
    assert card_in_git(local_hub) == edited
    assert push(connection, CARD, overwrite=frozenset({"lab/one"})) == [("update", "published")]
    assert titles(local_hub, "lab/one")[:2] == ["Update card from collections/codeio.yaml", "Edited on the website"]
    assert card_in_git(local_hub) == CARD.text.encode()


def test_the_published_card_of_the_seed_is_adopted(local_hub: LocalHub, connection: Connection) -> None:
    client(local_hub).create_repo("lab/one")
    write_card(client(local_hub), "lab/one", PUBLISHED.read_bytes())
    card = make_card({"library_name": "transformers", "base_model": "org/base"}, repo_id="lab/one")
    assert push(connection, card) == [("unowned", "stopped")]
    assert card_in_git(local_hub) == PUBLISHED.read_bytes()
    assert push(connection, card, adopt=True) == [("update", "published")]
    written = card_in_git(local_hub)
    assert b"pipeline_tag: text-generation\n" in written
    assert b"# File information" not in written
    assert push(connection, card) == [("unchanged", "unchanged")]


def test_a_repo_without_a_card_gets_one(local_hub: LocalHub, connection: Connection) -> None:
    client(local_hub).create_repo("lab/one")
    head = git(repo_path(local_hub, "lab/one"), "rev-parse", "main")
    assert connection.read(("model", "lab/one")) == LiveCard(exists=True, commit=head, readme=None)
    assert push(connection, CARD) == [("create", "published")]


def test_a_card_is_read_at_a_revision(local_hub: LocalHub, connection: Connection) -> None:
    push(connection, CARD)
    first = connection.history(("model", "lab/one"))[0].commit
    write_card(client(local_hub), "lab/one", b"# Later\n")
    assert connection.read(("model", "lab/one"), first).readme == CARD.text.encode()
    assert connection.read(("model", "lab/one")).readme == b"# Later\n"
    assert connection.read(("model", "lab/one"), "f" * 40) == LiveCard(exists=True)
    assert connection.read(("dataset", "lab/one")) == LiveCard(exists=False)


def test_somebody_commits_between_reading_and_writing(local_hub: LocalHub, connection: Connection) -> None:
    push(connection, make_card({}, repo_id="lab/one"))
    wanted = make_plan(connection, [CARD])

    def upload() -> None:
        client(local_hub).upload_file(repo_id="lab/one", path_in_repo="weights.txt", path_or_fileobj=b"1")

    local_hub.faults.add("POST", "/api/models/lab/one/commit", Run(upload), nth=1)
    (outcome,) = publish.apply(wanted, connection, clock=QuickClock())
    assert outcome.state == "published"
    assert titles(local_hub, "lab/one")[:2] == [
        "Update card from collections/codeio.yaml",
        "Upload weights.txt with huggingface_hub",
    ]
    assert git(repo_path(local_hub, "lab/one"), "show", "main:weights.txt") == "1"


def test_two_publishers_at_once_lose_nothing(local_hub: LocalHub, connection: Connection) -> None:
    cards = [make_card({}, repo_id=f"lab/m{number}") for number in range(6)]
    push(connection, *cards)
    ours = [make_card({"tags": ["ours"]}, repo_id=card.repo.repo_id) for card in cards]
    theirs = [make_card({}, "# T\n\nTheir text.\n", repo_id=card.repo.repo_id) for card in cards]
    plans = [make_plan(connection, ours), make_plan(connection, theirs)]
    outcomes: list[Outcome] = []

    def run(wanted: Plan) -> None:
        outcomes.extend(publish.apply(wanted, connection, clock=QuickClock()))

    threads = [threading.Thread(target=run, args=[wanted]) for wanted in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert {outcome.state for outcome in outcomes} == {"published"}
    for card in cards:
        assert len(titles(local_hub, card.repo.repo_id)) == 4


def test_one_repo_of_many_fails(local_hub: LocalHub, connection: Connection) -> None:
    cards = [make_card({}, repo_id=f"lab/m{number}") for number in range(8)]
    refusal = Answer(403, '{"error": "this repo is locked"}', {"Content-Type": "application/json"})
    local_hub.faults.add("POST", "/lab/m3/commit/", refusal)
    wanted = make_plan(connection, cards)
    outcomes = publish.apply(wanted, connection, clock=QuickClock())
    assert [outcome.state for outcome in outcomes] == ["published"] * 3 + ["failed"] + ["published"] * 4
    assert outcomes[3].error is not None
    assert "locked" in outcomes[3].error.message
    local_hub.faults.clear()
    assert push(connection, *cards)[2:5] == [("unchanged", "unchanged"), ("create", "published"), ("unchanged",) * 2]


def test_a_commit_that_is_not_known_everywhere_yet_is_waited_for(local_hub: LocalHub, connection: Connection) -> None:
    not_yet = Answer(404, "Revision Not Found", {"X-Error-Code": "RevisionNotFound"})
    fault = local_hub.faults.add("GET", "/resolve/[0-9a-f]{40}/", not_yet, nth=(1, 2))
    assert push(connection, CARD) == [("create", "published")]
    assert fault.fired == 2


def test_a_commit_that_is_never_to_be_seen_has_failed(local_hub: LocalHub, connection: Connection) -> None:
    never = Answer(404, "Revision Not Found", {"X-Error-Code": "RevisionNotFound"})
    local_hub.faults.add("GET", "/resolve/[0-9a-f]{40}/", never)
    (outcome,) = publish.apply(make_plan(connection, [CARD]), connection, clock=QuickClock())
    assert outcome.state == "failed"
    assert outcome.error is not None
    assert "is not to be seen" in outcome.error.message
