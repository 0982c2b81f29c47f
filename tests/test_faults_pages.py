"""Every fault at every request of every kind of write of a collection's page: the same collection, once."""

from __future__ import annotations

import re

import pytest

import faults
from cardgen.localhub import LocalHub
from deadlines import ended_by_the_hub
from fault_cases import check_words
from fault_pages import PAGES, REQUESTS, check, check_nothing_unplanned, opened, run

MAX_REQUESTS = 45
"""A write makes up to 8 when nothing is wrong."""


@pytest.mark.parametrize("name", PAGES)
def test_a_write_makes_the_requests_of_its_table(shared_hub: LocalHub, name: str) -> None:
    """So that none is left out below."""
    with opened(shared_hub, name) as shelf:
        shared_hub.requests.clear()
        assert run(shelf).state == "published"
        calls = [(call.method, call.path) for call in shared_hub.requests]
        met = {
            request
            for method, path in calls
            for request, (wanted, pattern) in shelf.page.requests.items()
            if method == wanted and re.search(pattern, path)
        }
        assert met == {*shelf.page.requests}
        check(shelf)


@pytest.mark.parametrize(("name", "request_name", "fault"), faults.passing(REQUESTS))
def test_any_fault_of_any_request_ends_in_the_same_collection(
    shared_hub: LocalHub, name: str, request_name: str, fault: str
) -> None:
    with opened(shared_hub, name) as shelf:
        planned = faults.plan(shared_hub, fault, *shelf.page.requests[request_name])
        shared_hub.requests.clear()
        with ended_by_the_hub():
            ended = run(shelf)
        asked = len(shared_hub.requests)
        shared_hub.faults.clear()
        assert planned.fired >= 1
        assert ended.state == "published", ended.error
        assert asked <= MAX_REQUESTS
        check(shelf)


@pytest.mark.parametrize(("name", "request_name", "fault"), faults.for_good(REQUESTS, without=faults.OF_REPOS_ALONE))
def test_a_fault_for_good_fails_without_harm(shared_hub: LocalHub, name: str, request_name: str, fault: str) -> None:
    expected = faults.FOR_GOOD[fault]
    with opened(shared_hub, name) as shelf:
        before = shelf.look()
        planned = faults.plan(shared_hub, fault, *shelf.page.requests[request_name])
        shared_hub.requests.clear()
        with ended_by_the_hub():
            ended = run(shelf)
        asked = len(shared_hub.requests)
        shared_hub.faults.clear()
        assert planned.fired >= 1
        assert asked <= MAX_REQUESTS
        if (fault, request_name) in faults.ENDS_WELL:
            assert ended.state == "published", ended.error
            check(shelf)
            return
        assert ended.state == "failed"
        check_words(shared_hub, ended.error)
        assert re.search(faults.SAID_OF_PAGES.get(fault, expected.said), str(ended.error)), ended.error
        if shelf.look() == before:
            return  # as if it had never been run
        check_nothing_unplanned(shelf)
        assert run(shelf).state in {"published", "unchanged"}
        check(shelf)
