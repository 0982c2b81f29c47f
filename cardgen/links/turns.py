"""Whose turn it is: many hosts side by side, each asked no more at once than is polite. It knows no clock itself."""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Job = TypeVar("Job")


@dataclass
class _Host(Generic[Job]):
    jobs: deque[Job] = field(default_factory=deque)
    active: int = 0
    rests_until: float = 0.0
    is_queued: bool = False


class Turns(Generic[Job]):
    """Jobs that wait for their host. Hosts take turns, and the jobs of one are served as they come.

    At most `per_host` of a host are active at once, and none begins while it rests. Times are those of the
    caller's clock.
    """

    def __init__(self, per_host: int) -> None:
        self._per_host = per_host
        self._hosts: defaultdict[str, _Host[Job]] = defaultdict(_Host)
        self._queue: deque[str] = deque()
        self._resting: list[tuple[float, str]] = []

    def add(self, host: str, job: Job, *, now: float) -> None:
        """A new job goes behind the others of its host."""
        self._hosts[host].jobs.append(job)
        self._enqueue(host, now)

    def add_again(self, host: str, job: Job, *, now: float) -> None:
        """A job that was begun before goes ahead of the others."""
        self._hosts[host].jobs.appendleft(job)
        self._enqueue(host, now)

    def take(self, now: float) -> tuple[str, Job] | None:
        """The next job that may begin now, with its host; it is active until `done`."""
        self._wake(now)
        while self._queue:
            name = self._queue.popleft()
            host = self._hosts[name]
            host.is_queued = False
            if self._may_begin(host, now):
                host.active += 1
                job = host.jobs.popleft()
                self._enqueue(name, now)
                return name, job
        return None

    def done(self, host: str, *, now: float) -> None:
        """A job of the host is active no more."""
        self._hosts[host].active -= 1
        self._enqueue(host, now)

    def rest(self, host: str, until: float) -> None:
        """Begin no job of the host until then; a longer rest stays."""
        self._hosts[host].rests_until = max(until, self._hosts[host].rests_until)
        heapq.heappush(self._resting, (self._hosts[host].rests_until, host))

    def rests_until(self, host: str) -> float:
        """When the rest of a host ends, or ended."""
        return self._hosts[host].rests_until

    def is_idle(self, host: str) -> bool:
        """Whether nothing of the host is active or waits."""
        return not self._hosts[host].active and not self._hosts[host].jobs

    def next_wake(self) -> float | None:
        """When the next host ends its rest; None if none rests."""
        return self._resting[0][0] if self._resting else None

    def _wake(self, now: float) -> None:
        while self._resting and self._resting[0][0] <= now:
            self._enqueue(heapq.heappop(self._resting)[1], now)

    def _enqueue(self, name: str, now: float) -> None:
        host = self._hosts[name]
        if not host.is_queued and self._may_begin(host, now):
            host.is_queued = True
            self._queue.append(name)

    def _may_begin(self, host: _Host[Job], now: float) -> bool:
        return bool(host.jobs) and host.active < self._per_host and host.rests_until <= now
