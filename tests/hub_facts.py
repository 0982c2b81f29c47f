"""A table of public facts about the Hub, each with a check that the local hub agrees."""

from __future__ import annotations

import hashlib
import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import HfApi

from cardgen.localhub import LocalHub
from hub_client import client

Check = Callable[[LocalHub, HfApi, str], None]
_numbers = itertools.count()


class Facts:
    """A table: each check is entered under the fact that it pins, with where the fact is from."""

    def __init__(self) -> None:
        self.table: list[Any] = []

    def __call__(self, text: str) -> Callable[[Check], Check]:
        def enter(check: Check) -> Check:
            self.table.append(pytest.param(check, id=text))
            return check

        return enter


def run(check: Check, hub: LocalHub) -> None:
    """Check one fact, on a repo of its own."""
    api, repo_id = client(hub), f"lab/repo{next(_numbers)}"
    api.create_repo(repo_id)
    hub.requests.clear()
    try:
        check(hub, api, repo_id)
    finally:
        hub.faults.clear()


def blob_id(content: bytes) -> str:
    """What git calls a file of these bytes."""
    return hashlib.sha1(b"blob %d\0%s" % (len(content), content)).hexdigest()


def calls(hub: LocalHub) -> list[str]:
    """What was asked, as `METHOD /path`."""
    return [str(call) for call in hub.requests]


def run_python(hub: LocalHub, home: Path, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A process of its own: the client reads HF_ENDPOINT and HF_HOME once, when it is imported."""
    environment = {**os.environ, "HF_ENDPOINT": hub.endpoint, "HF_HOME": str(home), **environment}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
