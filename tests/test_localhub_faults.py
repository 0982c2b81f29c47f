"""Faults on demand: what was planned happens, to the call it was planned for, and the repo is as it should be."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import httpx2
import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError

from cardgen.localhub import Answer, Delay, Drop, LocalHub, Run
from hub_client import CARD, client, git, repo_path, titles, write_card

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
