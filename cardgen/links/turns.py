"""Whose turn it is: many hosts side by side, each asked no more at once than is polite. It knows no clock itself.

A host that answers quickly is asked more at once, as long as it stays quick. One that said how much it takes is
kept to that: what it took until it refused counts as its quota, and the time until it may be asked again as the
window of that quota, so that it is not driven to refuse again and again.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

QUICK = 0.2
"""Seconds. A host whose answers take longer gets no more at once than any other."""

PACE = 800
"""How many requests a second a quick host gets at most from being asked more at once."""

SLOWED = 2.0
"""How many times its best a host's answer takes when it is asked too much at once."""

Job = TypeVar("Job")


@dataclass(frozen=True, slots=True)
class Manners:
    """What somebody wants for one host: how many at once (None: as for all), and seconds from one to the next."""

    at_once: int | None = None
    pause: float = 0.0


@dataclass(slots=True)
class _Host(Generic[Job]):
    at_once: int
    least: int
    most: int
    pause: float
    jobs: deque[Job] = field(default_factory=deque)
    active: int = 0
    rests_until: float = 0.0
    next_at: float = 0.0
    is_queued: bool = False
    best: float = QUICK
    quota: int = 0  # how many may begin in a window; 0 as long as the host has not refused
    window: float = 0.0
    window_began: float = 0.0
    begun: int = 0
    answered: int = 0
    has_refused: bool = False  # in this window

    def renew(self, now: float) -> None:
        """Begin a new window, if the host has rested since the last one began; that one told how much it takes."""
        if self.window_began < self.rests_until:
            if self.has_refused:
                self.quota = max(1, self.answered)
                self.window = self.rests_until - self.window_began
            elif self.quota:
                self.quota += 1  # perhaps it takes more by now
            self.window_began, self.begun, self.answered, self.has_refused = now, 0, 0, False
        self.window_began = self.window_began or now


class Turns(Generic[Job]):
    """Jobs that wait for their host. Hosts take turns, and the jobs of one are served as they come.

    At most `per_host` of a host are active at once, or `most` if it is quick, and none begins while it rests. Times
    are those of the caller's clock. `manners` are those of single hosts.
    """

    def __init__(self, per_host: int, most: int = 0, manners: Mapping[str, Manners] | None = None) -> None:
        self._per_host = per_host
        self._most = max(per_host, most)
        self._manners = manners or {}
        self._hosts: dict[str, _Host[Job]] = {}
        self._queue: deque[str] = deque()
        self._resting: list[tuple[float, str]] = []

    def add(self, host: str, job: Job, *, now: float) -> None:
        """A new job goes behind the others of its host."""
        self._host(host).jobs.append(job)
        self._enqueue(host, now)

    def add_again(self, host: str, job: Job, *, now: float) -> None:
        """A job that was begun before goes ahead of the others."""
        self._host(host).jobs.appendleft(job)
        self._enqueue(host, now)

    def take(self, now: float) -> tuple[str, Job] | None:
        """The next job that may begin now, with its host; it is active until `done`."""
        self._wake(now)
        while self._queue:
            name = self._queue.popleft()
            host = self._hosts[name]
            host.is_queued = False
            if self._may_begin(host, now) and not self._is_used_up(name, now):
                host.active += 1
                host.begun += 1
                self._pause(name, now)
                job = host.jobs.popleft()
                self._enqueue(name, now)
                return name, job
        return None

    def done(self, host: str, *, now: float) -> None:
        """A job of the host is active no more."""
        self._hosts[host].active -= 1
        self._enqueue(host, now)

    def skip(self, host: str, *, now: float) -> None:
        """A job that was taken asks nothing of the host."""
        self._hosts[host].begun -= 1
        self.done(host, now=now)

    def answered(self, host: str, seconds: float, *, now: float) -> None:
        """The host answered a job in that time: a quick one may be asked more at once, one that slows down less."""
        each = self._host(host)
        if not each.answered:
            each.window_began = max(each.window_began, now - seconds)  # what we took to ask is not the host's
        each.answered += 1
        each.best = min(each.best, seconds)
        if seconds > QUICK or seconds > SLOWED * each.best + 0.05:
            each.at_once = max(each.least, each.at_once - 1)
        elif not each.quota:
            each.at_once = max(each.least, min(each.most, each.at_once + 1, int(PACE * each.best)))

    def refused(self, host: str, until: float, *, now: float) -> None:
        """The host took no more: begin no job of it until then, and from then on keep to what it took."""
        each = self._host(host)
        if until > now:
            each.has_refused = True
            each.at_once = each.least
        self.rest(host, until)

    def rest(self, host: str, until: float) -> None:
        """Begin no job of the host until then; a longer rest stays."""
        each = self._host(host)
        each.rests_until = max(until, each.rests_until)
        heapq.heappush(self._resting, (each.rests_until, host))

    def rests_until(self, host: str) -> float:
        """When the rest of a host ends, or ended."""
        return self._host(host).rests_until

    def is_idle(self, host: str) -> bool:
        """Whether nothing of the host is active or waits."""
        return not self._hosts[host].active and not self._hosts[host].jobs

    def next_wake(self) -> float | None:
        """When the next host ends its rest; None if none rests."""
        return self._resting[0][0] if self._resting else None

    def _host(self, name: str) -> _Host[Job]:
        if name not in self._hosts:
            own = self._manners.get(name, Manners())
            least, most = own.at_once or self._per_host, own.at_once or self._most
            self._hosts[name] = _Host(least, least, most, own.pause)
        return self._hosts[name]

    def _pause(self, name: str, now: float) -> None:
        """After a job has begun: the next one of a host that wants it so begins a little later."""
        host = self._hosts[name]
        if host.pause:
            host.next_at = now + host.pause
            heapq.heappush(self._resting, (host.next_at, name))

    def _wake(self, now: float) -> None:
        while self._resting and self._resting[0][0] <= now:
            self._enqueue(heapq.heappop(self._resting)[1], now)

    def _enqueue(self, name: str, now: float) -> None:
        host = self._hosts[name]
        if not host.is_queued and self._may_begin(host, now):
            host.is_queued = True
            self._queue.append(name)

    def _may_begin(self, host: _Host[Job], now: float) -> bool:
        return bool(host.jobs) and host.active < host.at_once and max(host.rests_until, host.next_at) <= now

    def _is_used_up(self, name: str, now: float) -> bool:
        """Whether the host has begun all that it takes in a window; it rests for what is left of that."""
        host = self._hosts[name]
        host.renew(now)
        if not host.quota or host.begun < host.quota:
            return False
        self.rest(name, max(now, host.window_began + host.window))
        return host.rests_until > now
