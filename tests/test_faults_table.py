"""The tables of faults are whole: every row of the facts meets every kind of write, or there is a reason why not."""

from __future__ import annotations

import re
from collections import Counter

import pytest

import fault_cases
import fault_events
import fault_pages
import faults
import test_faults_events
import test_faults_for_good
import test_faults_pages
import test_faults_pages_events
import test_faults_passing
from cardgen.localhub import LocalHub
from fault_cases import WRITES, check, opened, run
from fault_table import ELSEWHERE, combinations

ALL = tuple(combinations())


def test_every_row_of_the_facts_is_run_or_proven_elsewhere() -> None:
    assert {each.row for each in ALL} | {*ELSEWHERE} == {*faults.ROWS}
    assert not {each.row for each in ALL} & {*ELSEWHERE}
    assert all(ELSEWHERE.values())


def test_every_row_meets_every_write_or_has_a_reason_at_each_of_its_requests() -> None:
    run_at = {(each.row, each.write) for each in ALL if not each.left_out}
    missing = {(each.row, each.write, each.left_out) for each in ALL if (each.row, each.write) not in run_at}
    assert {(row, write) for row, write, _ in missing} == {
        *(("create", write) for write in WRITES if write != "create"),
        *(("stale", write) for write in ("create", "first card")),
        ("many", "create"),
        *((row, f"page: {name}") for row in ("create", "shut") for name in fault_pages.PAGES),
        *(("many", f"page: {name}") for name in ("text", "take out", "note", "order")),
    }
    assert all(reason for _, _, reason in missing)


def test_what_is_counted_is_what_is_run() -> None:
    counted = Counter(f"{each.write}" for each in ALL if not each.left_out)
    modules = (
        test_faults_passing,
        test_faults_for_good,
        test_faults_events,
        test_faults_pages,
        test_faults_pages_events,
    )
    tests = [getattr(module, name) for module in modules for name in dir(module) if name.startswith("test_")]
    run_cases = sum(
        len(mark.args[1])
        for test in tests
        for mark in getattr(test, "pytestmark", ())
        if "request_name" in mark.args[0]
    )
    assert counted.total() == run_cases


def test_every_rule_has_something_to_rule() -> None:
    requests = {request for _, request in (*fault_cases.REQUESTS, *fault_pages.REQUESTS)}
    for fault, request in (*faults.ENDS_WELL, *faults.LEFT_OUT):
        assert fault in faults.FOR_GOOD
        assert request in requests
    assert {*faults.SAID_OF_PAGES, *faults.OF_REPOS_ALONE, *faults.FOR_GOOD_OVER_HTTPS} <= {*faults.FOR_GOOD}
    every: list[faults.Passing | faults.ForGood] = [*faults.FAULTS.values(), *faults.FOR_GOOD.values()]
    for each in every:
        assert bool(each.only) == bool(each.why)
        assert {*each.only} <= requests
    assert {*fault_events.LOSES} <= {*faults.LOST}


@pytest.mark.parametrize("name", WRITES)
def test_a_write_makes_the_requests_of_its_table(shared_hub: LocalHub, name: str) -> None:
    """So that no request is left out."""
    write = WRITES[name]
    with opened(shared_hub) as case:
        write.before(case)
        shared_hub.requests.clear()
        assert run(case, write).state == write.done
        made = [(call.method, call.path) for call in shared_hub.requests]
        met = {
            call: {
                name
                for name, (method, path) in write.requests.items()
                if call[0] == method and re.search(path, call[1])
            }
            for call in made
        }
        assert all(len(names) == 1 for names in met.values())
        assert set().union(*met.values()) == {*write.requests}
        check(case, write)
