"""Faults on demand: what was planned happens, to the call it was planned for, and the repo is as it should be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import httpx2
import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import FileMetadataError, HfHubHTTPError, LocalEntryNotFoundError

from cardgen import localhub
from cardgen.localhub import Answer, Delay, Drop, LocalHub, Run, SlowBody, WithoutHeaders
from hub_client import CARD, client, details, git, propose, raw, repo_path, titles, write_card

COMMIT = r"/commit/main$"


@pytest.fixture
def api(local_hub: LocalHub) -> HfApi:
    made = client(local_hub)
    made.create_repo("lab/one")
    return made


@pytest.mark.parametrize(
    ("when", "applied"), [("before", False), ("after", True)], ids=["before it is applied", "after it is applied"]
)
def test_an_answer_instead(local_hub: LocalHub, api: HfApi, when: Literal["before", "after"], applied: bool) -> None:
    answer = Answer(503, "<html>try later</html>", {"Retry-After": "1", "Content-Type": "text/html"}, when)
    fault = local_hub.faults.add("POST", COMMIT, answer, nth=1)
    with pytest.raises(HfHubHTTPError) as caught:
        write_card(api, "lab/one")
    assert caught.value.response.status_code == 503
    assert caught.value.response.headers["Retry-After"] == "1"
    assert caught.value.response.text == "<html>try later</html>"
    assert (titles(local_hub, "lab/one")[0] == "Update the card") is applied
    write_card(api, "lab/one")
    assert titles(local_hub, "lab/one") == ["Update the card", "initial commit"]
    assert (fault.seen, fault.fired) == (1 if applied else 2, 1)


@pytest.mark.parametrize(
    ("drop", "error", "applied"),
    [
        (Drop("before"), httpx2.ReadError, False),
        (Drop("before", "close"), httpx2.RemoteProtocolError, False),
        (Drop("after"), httpx2.ReadError, True),
        (Drop("after", "close"), httpx2.RemoteProtocolError, True),
        (Drop("midway"), httpx2.RemoteProtocolError, True),
    ],
    ids=str,
)
def test_a_dropped_connection(
    local_hub: LocalHub, api: HfApi, drop: Drop, error: type[Exception], applied: bool
) -> None:
    local_hub.faults.add("POST", COMMIT, drop, nth=1)
    with pytest.raises(error):
        write_card(api, "lab/one")
    assert (titles(local_hub, "lab/one")[0] == "Update the card") is applied
    write_card(api, "lab/one", CARD + b"more\n")
    assert titles(local_hub, "lab/one")[0] == "Update the card"


def test_a_download_that_breaks_off_is_resumed(local_hub: LocalHub, api: HfApi) -> None:
    card = CARD + b"x" * 1_000_000
    write_card(api, "lab/one", card)
    fault = local_hub.faults.add("GET", r"/resolve/", Drop("midway"), nth=1)
    assert Path(api.hf_hub_download("lab/one", "README.md")).read_bytes() == card
    assert fault.seen == 2


def test_after_a_delay_nothing_is_wrong(local_hub: LocalHub, api: HfApi) -> None:
    fault = local_hub.faults.add("POST", COMMIT, Delay(0.01), nth=1)
    write_card(api, "lab/one")
    assert fault.fired == 1
    assert titles(local_hub, "lab/one") == ["Update the card", "initial commit"]


def test_somebody_else_commits_between_reading_and_writing(local_hub: LocalHub, api: HfApi) -> None:
    head = write_card(api, "lab/one")
    other = client(local_hub)
    local_hub.faults.add("POST", COMMIT, Run(lambda: write_card(other, "lab/one", CARD + b"theirs\n")), nth=1)
    with pytest.raises(HfHubHTTPError, match="A commit has happened since"):
        write_card(api, "lab/one", CARD + b"mine\n", parent_commit=head)
    assert git(repo_path(local_hub, "lab/one"), "show", "main:README.md").endswith("theirs")


def test_faults_count_their_own_calls(local_hub: LocalHub, api: HfApi) -> None:
    fault = local_hub.faults.add("GET", r"^/api/whoami-v2$", Answer(418), nth=range(2, 4))
    statuses = []
    for _ in range(4):
        api.auth_check("lab/one")
        try:
            api.whoami()
            statuses.append(200)
        except HfHubHTTPError as error:
            statuses.append(error.response.status_code)
    assert statuses == [200, 418, 418, 200]
    assert (fault.seen, fault.fired) == (4, 2)
    local_hub.faults.add("GET", "whoami", Answer(500))
    with pytest.raises(HfHubHTTPError):
        api.whoami()
    local_hub.faults.clear()
    api.whoami()


def test_calls_that_go_wrong_are_logged_too(local_hub: LocalHub, api: HfApi) -> None:
    local_hub.faults.add("GET", "whoami", Drop())
    local_hub.requests.clear()
    with pytest.raises(httpx2.ReadError):
        api.whoami()
    assert [(call.method, call.path) for call in local_hub.requests] == [("GET", "/api/whoami-v2")]


def test_a_fault_is_for_the_query_that_it_names(local_hub: LocalHub, api: HfApi) -> None:
    fault = local_hub.faults.add("POST", COMMIT, Answer(500, when="after"), nth=1, query="create_pr=1")
    write_card(api, "lab/one")
    with pytest.raises(HfHubHTTPError):
        propose(api, "lab/one", CARD + b"more\n")
    assert (fault.seen, fault.fired) == (1, 1)
    assert [each.num for each in api.get_repo_discussions("lab/one")] == [1]
    assert [call.query for call in local_hub.requests if call.path.endswith("/commit/main")] == ["", "create_pr=1"]


def test_somebody_commits_after_an_answer_was_lost(local_hub: LocalHub, api: HfApi) -> None:
    other = client(local_hub)
    theirs = Run(lambda: write_card(other, "lab/one", CARD + b"theirs\n", commit_message="Theirs"), "after")
    local_hub.faults.add("POST", COMMIT, Drop("after"), nth=1)
    local_hub.faults.add("POST", COMMIT, theirs, nth=1)
    with pytest.raises(httpx2.ReadError):
        write_card(api, "lab/one", commit_message="Mine")
    assert titles(local_hub, "lab/one") == ["Theirs", "Mine", "initial commit"]


def test_a_function_after_the_answer_runs_before_the_client_has_it(local_hub: LocalHub, api: HfApi) -> None:
    seen: list[list[str]] = []
    local_hub.faults.add("POST", COMMIT, Run(lambda: seen.append(titles(local_hub, "lab/one")), "after"))
    write_card(api, "lab/one")
    assert seen == [["Update the card", "initial commit"]]


def test_faults_are_put_around_those_that_were_planned_after_them(local_hub: LocalHub, api: HfApi) -> None:
    order: list[str] = []
    for name in ("first", "second"):
        local_hub.faults.add("GET", "whoami", Run(lambda name=name: order.append(name)))  # type: ignore[misc] # as in any loop
    local_hub.faults.add("GET", "whoami", Answer(418, b"\xff"))
    local_hub.faults.add("GET", "whoami", Run(lambda: order.append("never")))
    status, _, body = raw(local_hub, "GET", "/api/whoami-v2")
    assert (status, body, order) == (418, b"\xff", ["first", "second"])


@pytest.mark.parametrize("name", ["ETag", "X-Repo-Commit"])
def test_an_answer_without_its_headers(local_hub: LocalHub, api: HfApi, name: str) -> None:
    repo_id = f"lab/without-{name}"  # of its own: the client's cache knows other hubs' repos by their ids
    api.create_repo(repo_id)
    write_card(api, repo_id)
    local_hub.faults.add("HEAD", "/resolve/", WithoutHeaders((name,)))
    with pytest.raises((FileMetadataError, LocalEntryNotFoundError)):
        api.hf_hub_download(repo_id, "README.md")
    local_hub.faults.clear()
    assert Path(api.hf_hub_download(repo_id, "README.md")).read_bytes() == CARD


def test_a_body_that_comes_slowly_is_whole(local_hub: LocalHub, api: HfApi) -> None:
    write_card(api, "lab/one")
    fault = local_hub.faults.add("GET", "/resolve/", SlowBody(0.001, piece=7))
    assert raw(local_hub, "GET", "/lab/one/resolve/main/README.md")[2] == CARD
    assert Path(api.hf_hub_download("lab/one", "README.md")).read_bytes() == CARD
    assert fault.fired == 2


def create_item(api: HfApi) -> None:
    made = api.create_collection("Items", namespace="lab", exists_ok=True)
    api.add_collection_item(made.slug, "lab/one", "model")


def create_comment(api: HfApi) -> None:
    if not list(api.get_repo_discussions("lab/one")):
        api.create_discussion("lab/one", "Title")
    api.comment_discussion("lab/one", 1, "Hello")


WRITES: dict[str, tuple[str, Callable[[HfApi], object]]] = {
    "commit": (COMMIT, lambda api: write_card(api, "lab/one")),
    "pull request": (COMMIT, lambda api: propose(api, "lab/one")),
    "repo": ("^/api/repos/create$", lambda api: api.create_repo("lab/two")),
    "collection": ("^/api/collections$", lambda api: api.create_collection("Mine", namespace="lab")),
    "item": ("/items$", create_item),
    "comment": ("/comment$", create_comment),
}


def state_of(hub: LocalHub) -> tuple[object, ...]:
    """What the hub has, as git and another client see it."""
    api = client(hub)
    refs = git(repo_path(hub, "lab/one"), "for-each-ref", "--format=%(refname) %(tree)")
    items = [[item.item_id for item in each.items] for each in api.list_collections(owner="lab")]
    events = [len(details(api, "lab/one", each.num).events) for each in api.get_repo_discussions("lab/one")]
    return refs, items, events, api.repo_exists("lab/two")


@pytest.mark.parametrize("write", WRITES)
def test_what_was_applied_before_its_answer_was_lost_is_there_once(tmp_path: Path, write: str) -> None:
    path, call = WRITES[write]
    found = []
    for number, action in enumerate((None, Answer(500, when="after"), Drop("after"))):
        with localhub.start(tmp_path / str(number)) as hub:
            client(hub).create_repo("lab/one")
            if action is None:
                call(client(hub))
            else:
                fault = hub.faults.add("POST", path, action, nth=1)
                with pytest.raises((HfHubHTTPError, httpx2.TransportError)):
                    call(client(hub))
                assert fault.fired == 1
            found.append(state_of(hub))
    assert found == [found[0]] * 3
