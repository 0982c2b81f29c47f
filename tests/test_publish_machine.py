"""The state machine of publishing: in memory, and with fewer runs against the local hub, the real client and git."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from cardgen.hub import Connection
from cardgen.localhub import LocalHub
from publishing_machine import Publishing
from worlds import HubWorld, World

Publishing.TestCase.settings = settings(max_examples=200, stateful_step_count=25, deadline=None)
TestInMemory = Publishing.TestCase


def test_on_the_local_hub(local_hub: LocalHub, connection: Connection) -> None:
    class OnTheHub(Publishing):
        """The same rules, and another Hub."""

        def make_world(self) -> World:
            return HubWorld(local_hub, connection)

    checks: Any = [*HealthCheck]
    limits = settings(max_examples=8, stateful_step_count=12, deadline=None, suppress_health_check=checks)
    run_state_machine_as_test(OnTheHub, settings=limits)
