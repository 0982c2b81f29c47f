"""Every fault that does not pass, at every request of every kind of write: it fails with words, and without harm.

Nothing is written that was not planned, no more is asked than can help, and once the Hub takes it, it is done.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

import faults
from cardgen.localhub import LocalHub
from fault_cases import REQUESTS, WRITES, Case, check, check_nothing_unplanned, check_words, impatient, opened, run

MAX_REQUESTS = 60
"""A write makes up to 17 when nothing is wrong."""


@pytest.fixture
def case(shared_hub: LocalHub) -> Iterator[Case]:
    with opened(shared_hub) as made:
        yield made


@pytest.mark.parametrize(("name", "request_name", "fault"), faults.for_good(REQUESTS))
def test_a_fault_for_good_fails_without_harm(case: Case, name: str, request_name: str, fault: str) -> None:
    write, expected = WRITES[name], faults.FOR_GOOD[fault]
    write.before(case)
    before = case.history()
    case.hub.requests.clear()
    planned = case.hub.faults.add(*write.requests[request_name], expected.action)
    with impatient(expected.row):
        ended = run(case, write)
    asked = len(case.hub.requests)
    case.hub.faults.clear()
    assert 1 <= planned.fired <= expected.times
    assert asked <= MAX_REQUESTS
    if (fault, request_name) in faults.ENDS_WELL:
        assert ended.state == write.done, ended.error
        check(case, write)
        return
    assert ended.state == "failed"
    check_words(case.hub, ended.error, is_about_metadata=(fault, request_name) == ("400", "check"))
    assert re.search(expected.said, str(ended.error)), ended.error
    check_nothing_unplanned(case, write, before)
    again = run(case, write)
    assert again.state in {write.done, "unchanged"}, again.error
    check(case, write)
