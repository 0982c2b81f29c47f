"""A push, or its hub, is killed at any of its requests; run again, it ends as if nothing had been."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cardgen import journal
from cardgen.localhub import Delay, LocalHub, Run
from hub_client import client, git, repo_path, titles
from project import Project

REPOS = {"lab/data": "datasets", "lab/small-one": "models", "lab/small-two": "models"}
REQUESTS = {
    "read": ("GET", r"/small-one/resolve/main/"),
    "create": ("POST", r"/api/repos/create$"),
    "preupload": ("POST", r"/small-one/preupload/"),
    "commit": ("POST", r"/small-one/commit/"),
    "verify": ("GET", r"/small-one/resolve/[0-9a-f]{40}/README"),
}


def kill_at(project: Project, hub: LocalHub, request: tuple[str, str], when: str, *options: str) -> None:
    """Kill a push when the hub gets a request, before it is carried out or after."""
    arrived = threading.Event()
    hub.faults.add(*request, Run(arrived.set, "after" if when == "after" else "before"), nth=1)
    hub.faults.add(*request, Delay(1) if when == "before" else Run(lambda: arrived.wait(5), "after"), nth=1)
    with project.start("push", "--offline", *options) as process:
        assert arrived.wait(60)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
    hub.faults.clear()


@pytest.mark.parametrize(
    ("request_name", "when"),
    [("read", "before"), ("create", "before"), ("create", "after"), ("preupload", "after"), ("commit", "before"),
     ("commit", "after"), ("verify", "before")],
)  # fmt: skip
def test_killed_at_any_request_and_run_again(
    project: Project, local_hub: LocalHub, request_name: str, when: str
) -> None:
    kill_at(project, local_hub, REQUESTS[request_name], when)
    again = project.run("push", "--offline")
    assert again.code == 0, again.err
    for repo, kind in REPOS.items():
        assert titles(local_hub, repo, kind) == ["Create card from collections/family.yaml", "initial commit"]
        built = (project.folder / "build" / kind / repo / "README.md").read_text("utf-8")
        assert git(repo_path(local_hub, repo, kind), "show", "main:README.md") == built.strip()
    assert not (project.folder / journal.PATH).exists()
    assert "3 unchanged" in project.run("push", "--offline").err


@pytest.mark.parametrize(("request_name", "when"), [("commit", "before"), ("commit", "after"), ("verify", "before")])
def test_proposing_is_killed_and_run_again(project: Project, local_hub: LocalHub, request_name: str, when: str) -> None:
    assert project.run("push", "--offline").code == 0
    project.replace("A family", "Another family")
    assert project.run("build").code == 0
    kill_at(project, local_hub, REQUESTS[request_name], when, "--pr")
    again = project.run("push", "--offline", "--pr")
    assert (again.code, "3 proposed" in again.err) == (0, True), again.err
    for repo, kind in REPOS.items():
        found = client(local_hub).get_repo_discussions(repo, repo_type=kind.removesuffix("s"))
        assert [each.status for each in found] == ["open"]
        assert git(repo_path(local_hub, repo, kind), "rev-list", "--count", "main..refs/pr/1") == "1"


@contextmanager
def hub_process(root: Path, port: int = 0) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """A hub that can be killed: its process, and what it tells of itself."""
    command = [sys.executable, "-m", "cardgen", "hub", "--root", str(root), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        told = [process.stdout.readline().strip().split("=", 1) for _ in range(2)]
        try:
            yield process, dict(told)
        finally:
            process.kill()


def test_the_hub_is_killed_in_the_middle_and_comes_back(tmp_path: Path) -> None:
    """The push finds nobody, ends, and goes on when the hub is there again."""
    project = Project(tmp_path / "project")
    project.write()
    root = tmp_path / "hub"
    with hub_process(root) as (process, told):
        project.environment.update(told)
        assert project.run("build").code == 0
        assert project.run("push", "--offline", "--only", "lab/small-one").code == 0
        process.kill()
    port = int(told["HF_ENDPOINT"].rpartition(":")[2])
    with hub_process(root, port) as (_, again):
        assert again == told
        done = project.run("push", "--offline")
        assert done.code == 0, done.err
    for repo, kind in REPOS.items():
        path = root / kind / f"{repo}.git"
        log = git(path, "log", "--format=%s", "main").splitlines()
        assert log == ["Create card from collections/family.yaml", "initial commit"]
