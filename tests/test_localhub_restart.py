"""A hub that ends, is killed, or stopped in the middle of something: what it has afterwards."""

from __future__ import annotations

import base64
import http.client
import itertools
import json
import os
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError

from cardgen import localhub
from hub_client import CARD, client, details, git, propose, repo_path, run_command, titles, write_card


def test_pull_requests_collections_and_settings_outlive_the_hub(tmp_path: Path) -> None:
    with localhub.start(tmp_path) as hub:
        api = client(hub)
        for name in ("lab/one", "lab/old"):
            api.create_repo(name)
        info = propose(api, "lab/one")
        api.comment_discussion("lab/one", 1, "Hello")
        api.create_pull_request("lab/one", "A draft")
        api.move_repo("lab/old", "lab/new")
        api.update_repo_settings("lab/new", gated="manual", private=True)
        made = api.create_collection("Mine", namespace="lab", description="About.")
        api.add_collection_item(made.slug, "lab/one", "model", note="A note")
    with localhub.start(tmp_path) as hub:
        api = client(hub)
        found = details(api, "lab/one")
        assert (found.status, found.title) == ("open", "Add a card")
        assert [event.type for event in found.events] == ["comment", "commit", "comment"]
        assert api.repo_info("lab/one", revision="refs/pr/1").sha == info.oid
        moved = api.repo_info("lab/old")
        assert (moved.id, moved.private, moved.gated) == ("lab/new", True, "manual")
        kept = api.get_collection(made.slug)
        assert (kept.description, kept.items[0].note) == ("About.", "A note")
        assert propose(api, "lab/one", CARD + b"more\n").pr_num == 3


def test_a_root_of_an_older_hub_is_taken_over(tmp_path: Path) -> None:
    with localhub.start(tmp_path) as hub:
        client(hub).create_repo("lab/private", private=True)
        token = hub.token
    with closing(sqlite3.connect(tmp_path / "hub.sqlite3")) as database:
        for table in ("gate", "redirect", "moving", "discussion", "event", "collection", "item"):
            database.execute(f"DROP TABLE {table}")
    with localhub.start(tmp_path) as hub:
        assert hub.token == token
        assert client(hub).repo_info("lab/private").private
        assert propose(client(hub), "lab/private").pr_num == 1


@pytest.mark.parametrize("is_moved", [False, True], ids=["before the folder", "after the folder"])
def test_a_move_that_was_cut_off_is_whole_after_a_restart(tmp_path: Path, is_moved: bool) -> None:
    with localhub.start(tmp_path) as hub:
        client(hub).create_repo("lab/old", private=True)
        client(hub).create_discussion("lab/old", "A question")
        old, new = repo_path(hub, "lab/old"), repo_path(hub, "lab/new")
    with closing(sqlite3.connect(tmp_path / "hub.sqlite3")) as database, database:
        database.execute("INSERT INTO moving VALUES ('models', 'lab/old', 'lab/new')")
    if is_moved:
        old.rename(new)
    for _ in range(2):
        with localhub.start(tmp_path) as hub:
            info = client(hub).repo_info("lab/old")
            assert (info.id, info.private) == ("lab/new" if is_moved else "lab/old", True)
            assert [each.num for each in client(hub).get_repo_discussions(info.id)] == [1]


def test_a_pull_request_that_was_cut_off_leaves_nothing_behind(tmp_path: Path) -> None:
    with localhub.start(tmp_path) as hub:
        client(hub).create_repo("lab/one")
        path = repo_path(hub, "lab/one")
        git(path, "update-ref", "refs/pr/1", "main")
        info = propose(client(hub), "lab/one")
        assert (info.pr_num, git(path, "rev-parse", "refs/pr/1")) == (1, info.oid)


def test_locks_of_a_killed_process_do_not_last(tmp_path: Path) -> None:
    with localhub.start(tmp_path) as hub:
        client(hub).create_repo("lab/one")
        path = repo_path(hub, "lab/one")
    locks = [path / name for name in ("refs/heads/main.lock", "refs/pr/1.lock", "packed-refs.lock")]
    (path / "refs/pr").mkdir()
    for lock in locks:
        lock.touch()
        os.utime(lock, (1, 1))
    with localhub.start(tmp_path) as hub:
        write_card(client(hub), "lab/one")
        assert propose(client(hub), "lab/one", CARD + b"more\n").pr_num == 1
        assert not any(lock.exists() for lock in locks)
        (path / "refs/pr/2.lock").touch()
        with pytest.raises(HfHubHTTPError, match=r"2 is locked by another program") as caught:
            propose(client(hub), "lab/one", CARD + b"other\n")
        assert caught.value.response.status_code == 503
        assert [each.num for each in client(hub).get_repo_discussions("lab/one")] == [1]


def test_a_merge_that_was_cut_off_is_not_made_twice(tmp_path: Path) -> None:
    with localhub.start(tmp_path) as hub:
        api = client(hub)
        api.create_repo("lab/one")
        propose(api, "lab/one")
        api.merge_pull_request("lab/one", 1)
    with closing(sqlite3.connect(tmp_path / "hub.sqlite3")) as database, database:
        database.execute("UPDATE discussion SET status = 'open', merge_commit = NULL")
    with localhub.start(tmp_path) as hub:
        client(hub).merge_pull_request("lab/one", 1)
        assert titles(hub, "lab/one") == ["Add a card (#1)", "initial commit"]
        assert details(client(hub), "lab/one").merge_commit_oid == git(repo_path(hub, "lab/one"), "rev-parse", "main")


def propose_once(endpoint: str, token: str, title: str) -> None:
    """Open a pull request without the client, which would try for a while after the hub was killed."""
    content = base64.b64encode(title.encode()).decode()
    lines = (
        {"key": "header", "value": {"summary": title, "description": ""}},
        {"key": "file", "value": {"path": "a.md", "content": content, "encoding": "base64"}},
    )
    body = "".join(json.dumps(line) + "\n" for line in lines).encode()
    connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=30)
    with closing(connection):
        path = "/api/models/lab/one/commit/main?create_pr=1"
        connection.request("POST", path, body, {"authorization": f"Bearer {token}"})
        assert json.loads(connection.getresponse().read())["success"]


def test_a_hub_that_was_killed_has_all_that_it_answered_for(tmp_path: Path) -> None:
    answered: list[str] = []

    def write(worker: str) -> None:
        for number in itertools.count():
            try:
                propose_once(endpoint, token, f"{worker} {number}")
            except (OSError, http.client.HTTPException):
                return
            answered.append(f"{worker} {number}")

    with run_command("--root", "here", "--quiet", folder=tmp_path) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline(), process.stdout.readline()]
        endpoint, token = (line.strip().split("=", 1)[1] for line in lines)
        HfApi(endpoint, token=token).create_repo("lab/one")
        with ThreadPoolExecutor(3) as pool:
            ends = [pool.submit(write, worker) for worker in ("ann", "bob", "cat")]
            while len(answered) < 20 and not any(end.done() for end in ends):
                threading.Event().wait(0.001)
            process.kill()
            for end in ends:
                end.result(60)
        process.communicate(timeout=30)
    with localhub.start(tmp_path / "here") as hub:
        api = client(hub)
        found = list(api.get_repo_discussions("lab/one"))
        assert len(answered) >= 20
        assert set(answered) <= {each.title for each in found}
        assert [each.num for each in found] == list(range(len(found), 0, -1))
        for each in found:
            assert git(repo_path(hub, "lab/one"), "log", "-1", "--format=%s", each.git_reference or "") == each.title
        git(repo_path(hub, "lab/one"), "fsck", "--strict", "--no-dangling")
        assert propose(api, "lab/one").pr_num == len(found) + 1
