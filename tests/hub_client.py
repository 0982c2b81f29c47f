"""The real client, pointed at a local hub, and git to see what became of it."""

from __future__ import annotations

import http.client
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from huggingface_hub import CommitInfo, CommitOperationAdd, DiscussionWithDetails, HfApi
from huggingface_hub.errors import HfHubHTTPError

from cardgen.localhub import LocalHub

CARD = b"---\nlicense: mit\n---\n# A card\n"


def client(hub: LocalHub, token: str | bool | None = None) -> HfApi:
    """The client with the hub's own token, or another, or (False) none."""
    return HfApi(endpoint=hub.endpoint, token=hub.token if token is None else token)


def write_card(
    api: HfApi,
    repo_id: str,
    card: bytes = CARD,
    *,
    repo_type: str = "model",
    revision: str | None = None,
    parent_commit: str | None = None,
    commit_message: str = "Update the card",
    commit_description: str = "",
) -> str:
    """Commit a card; the commit's id."""
    return api.upload_file(
        repo_id=repo_id,
        path_in_repo="README.md",
        path_or_fileobj=card,
        repo_type=repo_type,
        revision=revision,
        parent_commit=parent_commit,
        commit_message=commit_message,
        commit_description=commit_description,
    ).oid


def propose(api: HfApi, repo_id: str, card: bytes = CARD, **options: Any) -> CommitInfo:
    """Open a pull request with a card."""
    options = {"commit_message": "Add a card", "commit_description": "Why.", **options}
    made: CommitInfo = api.create_commit(repo_id, [CommitOperationAdd("README.md", card)], create_pr=True, **options)
    return made


def details(api: HfApi, repo_id: str, num: int = 1) -> DiscussionWithDetails:
    """All of a discussion, with the diff of a pull request."""
    return api.get_discussion_details(repo_id, num)


def refused(call: Callable[[], object]) -> int:
    """The status with which the hub refuses what a client asks."""
    with pytest.raises(HfHubHTTPError) as caught:
        call()
    return caught.value.response.status_code


def repo_path(hub: LocalHub, repo_id: str, kind: str = "models") -> Path:
    """Where the hub keeps a repo."""
    return hub.root / kind / f"{repo_id}.git"


def git(path: Path, *arguments: str, text: str | None = None) -> str:
    """What git says of a repo."""
    command = ["git", "-C", str(path), "-c", "user.name=somebody", "-c", "user.email=s@example.org", *arguments]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


def titles(hub: LocalHub, repo_id: str, kind: str = "models", revision: str = "main") -> list[str]:
    """The titles of the commits, newest first, as git sees them."""
    return git(repo_path(hub, repo_id, kind), "log", "--format=%s", revision).splitlines()


def raw(
    hub: LocalHub, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> tuple[int, Mapping[str, str], bytes]:
    """One request as no well-behaved client sends it: status, headers (in lower case), body."""
    connection = http.client.HTTPConnection(urlsplit(hub.endpoint).netloc, timeout=30)
    try:
        connection.request(method, path, body, dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def bearer(hub: LocalHub) -> dict[str, str]:
    """The header that carries the hub's token."""
    return {"authorization": f"Bearer {hub.token}"}


def run_command(*arguments: str, folder: Path) -> subprocess.Popen[str]:
    """`cardgen hub`, running in a folder, with every warning an error."""
    return subprocess.Popen(
        [sys.executable, "-X", "dev", "-W", "error", "-m", "cardgen", "hub", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
