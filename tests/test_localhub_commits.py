"""Commits against each other: two writers, a writer and git, and commits that cannot be."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from huggingface_hub import CommitOperationAdd, HfApi
from huggingface_hub.errors import BadRequestError, HfHubHTTPError

from cardgen.localhub import LocalHub
from hub_client import CARD, bearer, client, git, raw, repo_path, titles, write_card

WRITERS = 8


@pytest.fixture
def api(local_hub: LocalHub) -> HfApi:
    made = client(local_hub)
    made.create_repo("lab/one")
    return made


def write_at_once(api: HfApi, parents: Sequence[str | None], note: str = "") -> list[int]:
    """One commit per parent, all at the same time and each of its own content; the statuses in the end."""
    together = Barrier(len(parents))

    def write(number: int, parent: str | None) -> int:
        card = CARD + f"{note} {number}".encode()
        together.wait(30)
        try:
            write_card(api, "lab/one", card, parent_commit=parent, commit_message=f"Writer {number}")
        except HfHubHTTPError as error:
            return error.response.status_code
        return 200

    with ThreadPoolExecutor(len(parents)) as pool:
        return list(pool.map(write, range(len(parents)), parents))


def test_of_writers_with_one_parent_exactly_one_wins(local_hub: LocalHub, api: HfApi) -> None:
    for round_number in range(5):
        head = git(repo_path(local_hub, "lab/one"), "rev-parse", "main")
        statuses = write_at_once(api, [head] * WRITERS, f"round {round_number}")
        assert sorted(statuses) == [200] + [412] * (WRITERS - 1)
        winner = statuses.index(200)
        assert titles(local_hub, "lab/one")[0] == f"Writer {winner}"
        assert len(titles(local_hub, "lab/one")) == round_number + 2


def test_writers_without_a_parent_all_get_in(local_hub: LocalHub, api: HfApi) -> None:
    assert write_at_once(api, [None] * WRITERS) == [200] * WRITERS
    assert sorted(titles(local_hub, "lab/one")[:-1]) == [f"Writer {number}" for number in range(WRITERS)]


def test_of_creators_of_one_repo_exactly_one_wins(local_hub: LocalHub) -> None:
    api = client(local_hub)

    def create(_: int) -> int:
        try:
            api.create_repo("lab/contested")
        except HfHubHTTPError as error:
            return error.response.status_code
        return 200

    with ThreadPoolExecutor(WRITERS) as pool:
        assert sorted(pool.map(create, range(WRITERS))) == [200] + [409] * (WRITERS - 1)
    assert list((local_hub.root / ".staging").iterdir()) == []


def test_a_push_with_git_counts_as_a_commit_since(local_hub: LocalHub, api: HfApi, tmp_path: Path) -> None:
    stale = write_card(api, "lab/one")
    path, clone = repo_path(local_hub, "lab/one"), tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", path, clone], check=True, timeout=60)
    (clone / "README.md").write_text("---\nlicense: mit\n---\nfrom git\n")
    git(clone, "commit", "-qam", "By git")
    git(clone, "push", "-q", "origin", "main")
    with pytest.raises(HfHubHTTPError, match="A commit has happened since"):
        write_card(api, "lab/one", CARD + b"stale", parent_commit=stale)
    write_card(api, "lab/one", CARD + b"fresh", parent_commit=git(path, "rev-parse", "main"))
    assert titles(local_hub, "lab/one")[:2] == ["Update the card", "By git"]
    assert api.list_repo_commits("lab/one")[1].authors == ["somebody"]


def test_packed_refs_and_objects_are_read(local_hub: LocalHub, api: HfApi) -> None:
    head = write_card(api, "lab/one")
    git(repo_path(local_hub, "lab/one"), "gc", "-q")
    assert api.repo_info("lab/one").sha == head
    second = write_card(api, "lab/one", CARD + b"more", parent_commit=head)
    assert git(repo_path(local_hub, "lab/one"), "rev-parse", "main", "main~1").split() == [second, head]


def test_a_branch_that_another_program_holds_is_busy_and_not_stale(local_hub: LocalHub, api: HfApi) -> None:
    lock = repo_path(local_hub, "lab/one") / "refs/heads/main.lock"
    lock.touch()
    with pytest.raises(HfHubHTTPError, match=r"remove its \.lock file") as caught:
        write_card(api, "lab/one")
    assert caught.value.response.status_code == 503
    lock.unlink()
    write_card(api, "lab/one")


@pytest.mark.parametrize(
    "path",
    [
        "../x",
        "a/../../x",
        "/etc/x",
        "a//b",
        ".",
        "a/./b",
        ".git/config",
        "a/.GIT/hooks",
        "a\\b",
        "a\nb",
        "x" * 1001,
        "",
    ],
)
def test_paths_that_lead_elsewhere_are_refused(local_hub: LocalHub, api: HfApi, path: str) -> None:
    status, answer = send_commit(local_hub, {"key": "file", "value": file(path)})
    assert (status, "error" in answer) == (400, True)
    assert titles(local_hub, "lab/one") == ["initial commit"]


@pytest.mark.parametrize(
    "lines",
    [
        b"",
        b"no json",
        b"[]",
        b'{"key": "header"}',
        b'{"key": "header", "value": {"summary": ""}}',
        b'{"key": "header", "value": {"summary": "\\ud800"}}',
        b'{"key": "header", "value": {"summary": "x", "parentCommit": "main"}}',
        b'{"key": "header", "value": {"summary": "x"}}\n{"key": "rename", "value": {}}',
        b'{"key": "header", "value": {"summary": "x"}}\n{"key": "file", "value": {"path": "a", "content": "a"}}',
        b'{"key": "file", "value": {"path": "a", "content": "", "encoding": "base64"}}',
        b"[" * 100_000,
    ],
)
def test_bodies_that_are_no_commit_are_refused(local_hub: LocalHub, api: HfApi, lines: bytes) -> None:
    status, _, answer = raw(local_hub, "POST", "/api/models/lab/one/commit/main", bearer(local_hub), lines)
    assert (status, "error" in json.loads(answer)) == (400, True)
    assert titles(local_hub, "lab/one") == ["initial commit"]


def test_a_file_and_a_folder_of_one_name_are_refused(local_hub: LocalHub, api: HfApi) -> None:
    api.upload_file(repo_id="lab/one", path_in_repo="docs/a.md", path_or_fileobj=b"a")
    for paths in (["docs"], ["docs/a.md/b"], ["new", "new/b"]):
        with pytest.raises(BadRequestError, match="cannot have the same name"):
            api.create_commit("lab/one", [CommitOperationAdd(path, b"b") for path in paths], commit_message="No")
    git(repo_path(local_hub, "lab/one"), "fsck", "--strict", "--no-dangling")


def test_what_is_not_kept_is_said(local_hub: LocalHub, api: HfApi) -> None:
    lfs = {"key": "lfsFile", "value": {"path": "a.bin", "algo": "sha256", "oid": "0" * 64, "size": 1}}
    assert send_commit(local_hub, lfs)[0] == 501
    with pytest.raises((HfHubHTTPError, ConnectionError), match="501"):
        api.upload_file(repo_id="lab/one", path_in_repo="a.bin", path_or_fileobj=b"a")


def test_a_file_over_10_mib_is_refused(local_hub: LocalHub, api: HfApi) -> None:
    status, answer = send_commit(local_hub, {"key": "file", "value": file("a.txt", b"x" * (10 * 1024 * 1024 + 1))})
    assert (status, "files larger than 10 MiB" in answer["error"]) == (400, True)


def file(path: str, content: bytes = b"x") -> dict[str, str]:
    return {"path": path, "content": base64.b64encode(content).decode(), "encoding": "base64"}


def send_commit(hub: LocalHub, *operations: Mapping[str, object]) -> tuple[int, dict[str, str]]:
    """A commit without the client's own checks."""
    header = {"key": "header", "value": {"summary": "x", "description": ""}}
    body = "".join(json.dumps(line) + "\n" for line in (header, *operations)).encode()
    status, _, answer = raw(hub, "POST", "/api/models/lab/one/commit/main", bearer(hub), body)
    return status, json.loads(answer)
