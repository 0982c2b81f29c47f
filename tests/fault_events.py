"""What happens while a publisher writes, beside answers that go wrong: others commit, delete, rename, take away.

A table like that of `faults.py`: each event names its row of the facts, and says where it cannot be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from fault_cases import WRITES

Absent = Callable[[str, str], str]
"""Why an event cannot be at a request of a write; empty if it can."""

MADE: Final = frozenset({"check", "preupload", "commit", "verify"})
"""The requests of `create` after the repo is there."""
OWN_PULL: Final = ("propose more", "propose anew")
LOSES: Final = ("reset after", "500 after", "page after", "silence after")
"""How the answer to a request that was carried out is lost."""
ROLES: Final = ("read", "of another namespace", "for proposals")
SHUT: Final = ("gated", "private")


def _no_repo(write: str, request: str) -> str:
    return "there is no repo yet" if write == "create" and request not in MADE else ""


def _commits_alone(write: str, request: str) -> str:
    return "" if request == "commit" else "what is not committed on top of anything cannot be overtaken"


def _not_of_pulls(write: str, request: str) -> str:
    if WRITES[write].is_proposal:
        return "a proposal does not commit to main; the same with its pull request is an event of its own"
    return _commits_alone(write, request)


def _own_pull(write: str, request: str) -> str:
    return "" if write in OWN_PULL else "there is no pull request yet"


def _own_pull_commit(write: str, request: str) -> str:
    return _own_pull(write, request) or _commits_alone(write, request)


def _answers(write: str, request: str) -> str:
    return "" if request in {"create", "commit"} else "the answer to a request that writes nothing is asked for again"


def _before_it_is_made(write: str, request: str) -> str:
    return "" if request == "create" else "the repo is there"


def _reading(write: str, request: str) -> str:
    if request != "read":
        return "the card that is planned on is read once"
    return "there is no card to be kept in a cache" if write in {"create", "first card"} else ""


def _whole(write: str, request: str) -> str:
    """For what holds from the beginning of a run to its end: its first request stands for all."""
    return "" if request == "read" else "it holds for the whole run"


def _whole_of_a_repo(write: str, request: str) -> str:
    return "there is no repo yet" if write == "create" else _whole(write, request)


def _anywhere(write: str, request: str) -> str:
    return ""


@dataclass(frozen=True)
class Event:
    """What happens, by its row of the facts, in how many ways, and where it cannot be."""

    row: str
    absent: Absent
    ways: tuple[str, ...] = ("",)


EVENTS: Final[Mapping[str, Event]] = {
    "somebody commits": Event("others", _no_repo),
    "somebody commits every time": Event("others", _not_of_pulls),
    "somebody commits to the pull request": Event("others", _own_pull),
    "somebody commits to the pull request every time": Event("others", _own_pull_commit),
    "somebody makes the repo": Event("others", _before_it_is_made, ("without a card", "with a card")),
    "somebody commits after a lost answer": Event("others after", _answers, LOSES),
    "somebody commits to the pull request after a lost answer": Event("others after", _own_pull_commit, LOSES),
    "the repo is deleted": Event("gone", _no_repo),
    "the repo is renamed": Event("gone", _no_repo),
    "the token expires": Event("rights", _anywhere),
    "a token without the right": Event("rights", _whole, ROLES),
    "a repo that is shut": Event("shut", _whole_of_a_repo, SHUT),
    "an older copy in the cache": Event("stale", _reading, ("503", "500 for ever", "401")),
    "long lists": Event("many", _whole_of_a_repo),
}
"""Everything that happens, in the order of the tests."""


def cases(event: str) -> list[tuple[str, str, str]]:
    """Write, request and way: all that an event can be at."""
    return [
        (name, request, way)
        for name, write in WRITES.items()
        for request in write.requests
        for way in EVENTS[event].ways
        if not EVENTS[event].absent(name, request)
    ]


def left_out() -> Iterator[tuple[str, str, str, str]]:
    """Event, write, request and why the one cannot be at the other."""
    for name, event in EVENTS.items():
        for write, each in WRITES.items():
            for request in each.requests:
                if reason := event.absent(write, request):
                    yield name, write, request, reason
