"""Faults on demand: which request goes wrong, and how. Plain values; `middleware` applies them."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer this instead; `after`: once the request was applied, so that only the answer is lost."""

    status: int
    body: str | bytes = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    when: Literal["before", "after"] = "before"


@dataclass(frozen=True, slots=True)
class Drop:
    """Drop the connection: before the request is applied, after it, or in the middle of the answer's body.

    `reset` is what a crash looks like to the client, `close` what an orderly end of the connection does; in the
    middle of an answer it is always closed, so that its first half arrives.
    """

    when: Literal["before", "after", "midway"] = "before"
    how: Literal["reset", "close"] = "reset"


@dataclass(frozen=True, slots=True)
class Delay:
    """Wait so many seconds, then go on as if nothing were wrong."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Silence:
    """Never answer, until the client hangs up: the request is not applied, or (`after`) it was."""

    when: Literal["before", "after"] = "before"


@dataclass(frozen=True, slots=True)
class SlowBody:
    """Give the answer as it is, its body in pieces of so many bytes with a pause of so many seconds before each."""

    seconds: float
    piece: int = 1


@dataclass(frozen=True, slots=True)
class WithoutHeaders:
    """Leave headers out of the answer (`ETag`, for example), which is as it should be in all else."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Call a function, from a thread of its own, then go on: somebody else commits meanwhile, for example.

    `after`: once the request was applied, while its sender still waits for the answer.
    """

    function: Callable[[], object]
    when: Literal["before", "after"] = "before"


Action = Answer | Drop | Delay | Silence | SlowBody | WithoutHeaders | Run


@dataclass(slots=True)
class Fault:
    """What happens to requests of one method whose path (and query, if asked for) a pattern is found in.

    `nth` picks among those requests, counted from 1: a number, several, or None for all of them. `seen` counts
    the requests that matched, `fired` those that the action met.
    """

    method: str
    path: re.Pattern[str]
    action: Action
    nth: Collection[int] | None
    query: re.Pattern[str] | None = None
    seen: int = 0
    fired: int = 0

    def meets(self, method: str, path: str, query: str) -> bool:
        """Count this request; whether the action applies to it."""
        if method != self.method or not self.path.search(path):
            return False
        if self.query is not None and not self.query.search(query):
            return False
        self.seen += 1
        if self.nth is not None and self.seen not in self.nth:
            return False
        self.fired += 1
        return True


class Faults:
    """The faults of one hub. Safe to change while it serves."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(
        self,
        method: str,
        path: str,
        action: Action,
        nth: int | Collection[int] | None = None,
        *,
        query: str | None = None,
    ) -> Fault:
        """Plan a fault; `path` is a regular expression, searched in the path as it was sent (quoted).

        `query` is one that is searched in what follows the `?`, such as `create_pr=1`. Of several faults that
        meet one request, each is put around those that were planned after it.
        """
        picked = (nth,) if isinstance(nth, int) else nth
        fault = Fault(method.upper(), re.compile(path), action, picked, None if query is None else re.compile(query))
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Plan no faults any more."""
        with self._lock:
            self._faults.clear()

    def meeting(self, method: str, path: str, query: str = "") -> tuple[Action, ...]:
        """What goes wrong with this request, in the order in which it was planned."""
        with self._lock:
            return tuple(fault.action for fault in self._faults if fault.meets(method, path, query))
