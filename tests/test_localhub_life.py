"""The life of a hub: start, stop, start again on the same folder; and what stands in its way."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cardgen import localhub
from cardgen.cli import main
from cardgen.errors import DiskError, InputError
from hub_client import CARD, client, git, raw, repo_path, run_command, titles, write_card


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
