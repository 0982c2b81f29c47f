"""All combinations of faults and writes, counted: which are run, and why the others are not.

`python benchmarks/combinations.py` prints it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import fault_cases
import fault_events
import fault_pages
import faults
from fault_events import Event

ELSEWHERE: Final[Mapping[str, str]] = {
    "killed": "a hub that is killed is a process of its own: `test_push_killed.py`",
}
"""Rows of the facts that have no fault here, and why."""
OF_REPOS: Final = "it has a code, or words, that the Hub uses for repos; the same status is run without them"


@dataclass(frozen=True)
class Combination:
    """A fault at a request of a write, by its row of the facts; `left_out` says why it is not run, if it is not."""

    row: str
    fault: str
    write: str
    request: str
    left_out: str = ""


def combinations() -> Iterator[Combination]:
    """All of them, of repos and of collections' pages."""
    for write, request in fault_cases.REQUESTS:
        yield from _answers(write, request)
        yield from _events(fault_events.EVENTS, write, request)
        for fault in faults.FOR_GOOD_OVER_HTTPS:
            yield Combination(faults.FOR_GOOD[fault].row, f"{fault} over https", write, request)
    for write, request in fault_pages.REQUESTS:
        every = [*_answers(write, request), *_events(fault_pages.EVENTS, write, request)]
        for each in every:
            reason = OF_REPOS if each.fault in faults.OF_REPOS_ALONE else each.left_out
            yield replace(each, write=f"page: {write}", left_out=reason)


def _answers(write: str, request: str) -> Iterator[Combination]:
    for name, fault in faults.FAULTS.items():
        yield Combination(fault.row, name, write, request, _why(fault, request))
    for name, bad in faults.FOR_GOOD.items():
        yield Combination(bad.row, name, write, request, faults.LEFT_OUT.get((name, request)) or _why(bad, request))


def _events(events: Mapping[str, Event], write: str, request: str) -> Iterator[Combination]:
    for name, event in events.items():
        for way in event.ways:
            yield Combination(event.row, f"{name} {way}".strip(), write, request, event.absent(write, request))


def _why(fault: faults.Passing | faults.ForGood, request: str) -> str:
    return "" if faults.makes_sense(fault, request) else fault.why
