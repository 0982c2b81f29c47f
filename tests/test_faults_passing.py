"""Every fault that passes, at every request of every kind of write: the end is as if nothing had been wrong.

The Hub's answers are lost, late, wrong or refused for a moment (`faults.py`); then git says what became of the repo:
nothing is lost, nothing is there twice, and nothing that was not planned.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import faults
from cardgen.localhub import LocalHub
from deadlines import ended_by_the_hub
from fault_cases import REQUESTS, WRITES, Case, check, opened, run

MAX_REQUESTS = 45
"""A write makes up to 17 when nothing is wrong."""


@pytest.fixture
def case(shared_hub: LocalHub) -> Iterator[Case]:
    with opened(shared_hub) as made:
        yield made


@pytest.mark.parametrize(("name", "request_name", "fault"), faults.passing(REQUESTS))
def test_any_fault_of_any_request_of_any_write_ends_the_same(
    case: Case, name: str, request_name: str, fault: str
) -> None:
    write = WRITES[name]
    write.before(case)
    case.hub.requests.clear()
    planned = faults.plan(case.hub, fault, *write.requests[request_name])
    with ended_by_the_hub():
        ended = run(case, write)
    asked = len(case.hub.requests)
    case.hub.faults.clear()
    assert planned.fired >= 1
    assert ended.state == write.done, ended.error
    assert asked <= MAX_REQUESTS
    check(case, write)
