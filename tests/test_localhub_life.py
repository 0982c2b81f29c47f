"""The life of a hub: start, stop, start again on the same folder; and what stands in its way."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx2
import pytest
from huggingface_hub import HfApi

from cardgen import localhub
from cardgen.cli import main
from cardgen.errors import DiskError, InputError
from hub_client import CARD, client, details, git, propose, raw, repo_path, titles, write_card


def test_a_hub_goes_on_where_it_stopped(tmp_path: Path) -> None:
    root = tmp_path / "deep" / "hub"
    with localhub.start(root) as hub:
        token, guest = hub.token, hub.add_token("read", ("mine",), user="ann")
        client(hub).create_repo("lab/one")
        client(hub).create_repo("lab/private", private=True)
        head = write_card(client(hub), "lab/one")
    with localhub.start(root) as hub:
        assert hub.token == token
        assert client(hub).repo_info("lab/one").sha == head
        assert client(hub).repo_info("lab/private").private
        assert raw(hub, "GET", "/api/models/lab/private")[0] == 401
        assert client(hub, guest).whoami()["name"] == "ann"
        write_card(client(hub), "lab/one", CARD + b"more\n", parent_commit=head)
        assert len(titles(hub, "lab/one")) == 3


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


def test_a_repo_that_git_brought_in_is_served(tmp_path: Path) -> None:
    with localhub.start(tmp_path / "hub") as hub:
        path = repo_path(hub, "lab/brought", "datasets")
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", path], check=True, timeout=60)
        write = "commit refs/heads/main\ncommitter a <a@example.org> 1 +0000\ndata 1\nx\n"
        write += "M 644 inline README.md\ndata 2\nhi\n"
        git(path, "fast-import", "--quiet", text=write)
        assert client(hub).dataset_info("lab/brought").sha == git(path, "rev-parse", "main")
        assert Path(client(hub).hf_hub_download("lab/brought", "README.md", repo_type="dataset")).read_text() == "hi"


def test_the_token_is_for_its_owner_alone(tmp_path: Path) -> None:
    with localhub.start(tmp_path) as hub:
        holding = [path for path in tmp_path.rglob("*") if path.is_file() and hub.token.encode() in path.read_bytes()]
        assert [path.stat().st_mode & 0o777 for path in holding] == [0o600]
        assert holding[0].parent == tmp_path


def test_nothing_is_left_running(tmp_path: Path) -> None:
    threads = set(threading.enumerate())
    for _ in range(3):
        with localhub.start(tmp_path) as hub:
            port = int(hub.endpoint.rpartition(":")[2])
            client(hub).whoami()
            with socket.create_connection(("127.0.0.1", port)) as open_connection:
                open_connection.sendall(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
                assert open_connection.recv(12) == b"HTTP/1.1 200"
        with socket.socket() as other:
            assert other.connect_ex(("127.0.0.1", port)) != 0
    for thread in set(threading.enumerate()) - threads:
        thread.join(10)
        assert not thread.is_alive()


def test_a_hub_that_hangs_on_purpose_can_be_stopped(tmp_path: Path) -> None:
    with localhub.start(tmp_path) as hub:
        hub.faults.add("GET", "/", localhub.Delay(3600))
        connection = socket.create_connection(("127.0.0.1", int(hub.endpoint.rpartition(":")[2])), timeout=30)
        connection.sendall(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
        while not hub.requests:
            threading.Event().wait(0.01)
    with connection:
        assert connection.recv(1) == b""


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with localhub.start(tmp_path / "one") as hub:
        port = int(hub.endpoint.rpartition(":")[2])
        with (
            pytest.raises(InputError, match=f"port {port} on 127.0.0.1 is in use") as caught,
            localhub.start(tmp_path / "two", port),
        ):
            pass
        assert "--port 0" in caught.value.hint
    with localhub.start(tmp_path / "two", port) as hub:
        assert hub.endpoint == f"http://127.0.0.1:{port}"


def test_a_root_that_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "hub.sqlite3").write_text("this is no database, however long it is" * 100)
    for root in (tmp_path / "file", tmp_path / "file" / "hub", tmp_path / "odd"):
        with pytest.raises(DiskError, match="the hub cannot keep its repos here") as caught, localhub.start(root):
            pass
        assert "--root" in caught.value.hint


def run_command(*arguments: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-X", "dev", "-W", "error", "-m", "cardgen", "hub", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_prints_two_lines_and_serves_until_it_is_stopped(tmp_path: Path, number: int) -> None:
    with run_command(folder=tmp_path) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline(), process.stdout.readline()]
        settings = dict(line.strip().split("=", 1) for line in lines)
        assert list(settings) == ["HF_ENDPOINT", "HF_TOKEN"]
        code = "import huggingface_hub; print(huggingface_hub.HfApi().create_repo('lab/one'))"
        made = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert made.stdout == f"{settings['HF_ENDPOINT']}/lab/one\n", made.stderr
        process.send_signal(number)
        rest, told = process.communicate(timeout=30)
    assert (process.returncode, rest) == (0, "")
    assert settings["HF_ENDPOINT"] in told
    assert ".cardgen/hub" in told
    assert settings["HF_TOKEN"] not in told
    assert (tmp_path / ".cardgen/hub/models/lab/one.git").is_dir()
    assert settings["HF_ENDPOINT"].startswith("http://127.0.0.1:")


def test_the_command_killed_and_started_again_keeps_everything(tmp_path: Path) -> None:
    printed = []
    for _ in range(2):
        with run_command("--root", "here", "--quiet", folder=tmp_path) as process:
            assert process.stdout is not None
            printed.append([process.stdout.readline(), process.stdout.readline()][1])
            process.kill()
            process.communicate(timeout=30)
    assert printed[0] == printed[1]
    assert printed[0].startswith("HF_TOKEN=hf_")


def test_a_hub_that_was_killed_has_all_that_it_answered_for(tmp_path: Path) -> None:
    answered: dict[str, list[str]] = {}

    def write(worker: str, api: HfApi) -> None:
        made = answered[worker] = []
        while True:
            number = len(made)
            propose(api, "lab/one", CARD + f"{worker} {number}".encode(), commit_message=f"{worker} {number}")
            made.append(f"{worker} {number}")

    with run_command("--root", "here", "--quiet", folder=tmp_path) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline(), process.stdout.readline()]
        endpoint, token = (line.strip().split("=", 1)[1] for line in lines)
        HfApi(endpoint, token=token).create_repo("lab/one")
        with ThreadPoolExecutor(3) as pool:
            ends = [pool.submit(write, worker, HfApi(endpoint, token=token)) for worker in ("ann", "bob", "cat")]
            while sum(map(len, answered.values())) < 12:
                threading.Event().wait(0.01)
            process.kill()
            assert all(isinstance(end.exception(60), httpx2.TransportError) for end in ends)
        process.communicate(timeout=30)
    with localhub.start(tmp_path / "here") as hub:
        api = client(hub)
        found = list(api.get_repo_discussions("lab/one"))
        assert {title for made in answered.values() for title in made} <= {each.title for each in found}
        assert [each.num for each in found] == list(range(len(found), 0, -1))
        for each in found:
            assert git(repo_path(hub, "lab/one"), "log", "-1", "--format=%s", each.git_reference or "") == each.title
        git(repo_path(hub, "lab/one"), "fsck", "--strict", "--no-dangling")
        assert propose(api, "lab/one", CARD + b"after\n").pr_num == len(found) + 1


def test_the_command_says_what_stands_in_its_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("x")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["hub", "--root", str(tmp_path / "hub"), "--port", str(port)]) == 2
        assert f"error: port {port} on 127.0.0.1 is in use\nhint: " in capsys.readouterr().err
    assert main(["hub", "--root", str(tmp_path / "file")]) == 1
    assert "hint: --root names another folder" in capsys.readouterr().err
    assert main(["hub", "--port", "99999"]) == 2


def test_without_the_extra_the_command_says_how_to_get_it(tmp_path: Path) -> None:
    code = "import sys; sys.modules['dulwich'] = None; from cardgen.cli import main; sys.exit(main(['hub']))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "error: the local hub needs dulwich" in done.stderr
    assert "hint: pip install 'cardgen[hub]'" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_rest_of_cardgen_does_not_load_the_server() -> None:
    code = "import cardgen.localhub, sys; print(sorted({'dulwich', 'starlette', 'uvicorn', 'nh3'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"
