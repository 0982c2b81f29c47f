"""A push as the command line does it, with the real client; and what git says became of it."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from cardgen import fetch, plan, publish
from cardgen.hub import Connection
from cardgen.localhub import LocalHub
from cardgen.model import Card
from cardgen.plan import Plan
from hub_client import repo_path


def no_wait(seconds: float) -> None:
    assert 0 <= seconds <= 60


def make_plan(
    connection: Connection, cards: Sequence[Card], *, adopt: bool = False, overwrite: frozenset[str] = frozenset()
) -> Plan:
    readings = fetch.whole(cards, connection, wait=no_wait)
    assert not readings.failed
    return plan.make(cards, readings.live, adopt=adopt, overwrite=overwrite)


def push(
    connection: Connection, *cards: Card, adopt: bool = False, overwrite: frozenset[str] = frozenset()
) -> list[tuple[str, str]]:
    """The whole path; each repo's action and state."""
    wanted = make_plan(connection, cards, adopt=adopt, overwrite=overwrite)
    outcomes = publish.verify(publish.apply(wanted, connection, wait=no_wait), connection, wait=no_wait)
    return [(outcome.change.action, outcome.state) for outcome in outcomes]


def card_in_git(local: LocalHub, repo_id: str = "lab/one", kind: str = "models") -> bytes:
    command = ["git", "-C", str(repo_path(local, repo_id, kind)), "show", "main:README.md"]
    return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
