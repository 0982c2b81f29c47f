"""A push as the command line does it, with the real client; and what git says became of it."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from cardgen import publish
from cardgen.committing import Hub
from cardgen.hub import Connection
from cardgen.localhub import LocalHub
from cardgen.model import Card
from cardgen.plan import Plan, judge_with
from cardgen.survey import survey
from clocks import QuickClock
from hub_client import repo_path


def make_plan(hub: Hub, cards: Sequence[Card], *, adopt: bool = False, overwrite: frozenset[str] = frozenset()) -> Plan:
    found = survey(cards, hub, judge_with(adopt=adopt, overwrite=overwrite), clock=QuickClock())
    assert not found.failed
    return found.plan


def push(
    connection: Connection, *cards: Card, adopt: bool = False, overwrite: frozenset[str] = frozenset()
) -> list[tuple[str, str]]:
    """The whole path; each repo's action and state."""
    wanted = make_plan(connection, cards, adopt=adopt, overwrite=overwrite)
    outcomes = publish.apply(wanted, connection, clock=QuickClock())
    return [(outcome.change.action, outcome.state) for outcome in outcomes]


def card_in_git(local: LocalHub, repo_id: str = "lab/one", kind: str = "models", revision: str = "main") -> bytes:
    command = ["git", "-C", str(repo_path(local, repo_id, kind)), "show", f"{revision}:README.md"]
    return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
