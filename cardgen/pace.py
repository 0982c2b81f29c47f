"""Holds requests back before the Hub has to refuse them.

The Hub counts requests in fixed windows, those to its API, those for files and those for pages apart, and says with
every answer how many are left and when the window ends (hub-docs, rate-limits): `RateLimit: "api";r=998;t=271` and
`RateLimit-Policy: "fixed window";"api";q=1000;w=300`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final, Literal

from cardgen.clock import Clock
from cardgen.errors import HubError
from cardgen.patience import LONGEST_PAUSE

Bucket = Literal["api", "resolvers", "pages"]

RESERVE: Final = 0.02
"""The part of each window that is left to whoever else uses the account, and to requests that count twice."""

SLACK: Final = 1.0
"""Seconds that are waited beyond a window's end: the Hub tells whole seconds."""

_LEFT = re.compile(r"r\s*=\s*(\d{1,9})\s*;\s*t\s*=\s*(\d{1,9})")
_QUOTA = re.compile(r"q\s*=\s*(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Budget:
    """What an answer says of its window: how many requests are left, and how many seconds. `quota` may be unknown."""

    left: int
    seconds: float
    quota: int = 0


def read(headers: Mapping[str, str]) -> Budget | None:
    """The budget that an answer tells of, by `RateLimit` or else by `Retry-After`; None if it tells of none."""
    found = _LEFT.search(headers.get("RateLimit", ""))
    if found:
        quota = _QUOTA.search(headers.get("RateLimit-Policy", ""))
        return Budget(int(found[1]), float(found[2]), int(quota[1]) if quota else 0)
    seconds = _retry_after(headers.get("Retry-After", "").strip(), headers.get("Date", ""))
    return None if seconds is None else Budget(0, seconds)


def _retry_after(said: str, date: str) -> float | None:
    """Seconds; a time is held against the server's own."""
    if said.isdecimal() and len(said) < 10:
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - parsedate_to_datetime(date)).total_seconds())
    except (ValueError, TypeError):  # one of them is no date, or says nothing of its zone
        return None


def bucket_of(path: str) -> Bucket:
    """What the Hub counts a request as."""
    if "/resolve/" in path or path.startswith("/api/resolve-cache/"):
        return "resolvers"
    return "api" if path.startswith("/api/") else "pages"


@dataclass(slots=True)
class _Window:
    """One bucket as far as answers told. `left` is None while nothing is known: then one request goes first."""

    left: int | None = None
    ends: float = 0.0
    in_flight: int = 0
    is_free: bool = False

    def state(self, now: float) -> Literal["open", "used up", "asked"]:
        if self.left is not None and now >= self.ends:
            self.left = None
        if self.left is not None:
            return "open" if self.left > 0 else "used up"
        return "asked" if self.in_flight and not self.is_free else "open"

    def note(self, said: Budget, now: float) -> None:
        """Requests that are under way may be counted already, or not yet: they are taken off in any case."""
        left = max(0, said.left - self.in_flight - int(said.quota * RESERVE))
        ends = now + said.seconds + SLACK
        is_same = self.left is not None and ends < self.ends + max(2.0, said.seconds / 2)
        self.left = min(self.left or 0, left) if is_same else left
        self.ends = min(self.ends, ends) if is_same else ends


class Pace:
    """The requests of one account, paced. Threads share it.

    `on_pause` is told how many seconds will pass before the next window opens, once for each.
    """

    def __init__(self, clock: Clock, on_pause: Callable[[float], object]) -> None:
        self._clock = clock
        self._on_pause = on_pause
        self._windows: dict[Bucket, _Window] = {"api": _Window(), "resolvers": _Window(), "pages": _Window()}
        self._told = 0.0
        self._changed = threading.Condition()

    @contextmanager
    def turn(self, path: str) -> Iterator[Callable[[Mapping[str, str]], None]]:
        """Wait until a request may be made, and make it within; what is given takes the headers of its answer.

        Raises HubError when the clock is stopped meanwhile.
        """
        window = self._windows[bucket_of(path)]
        self._begin(window)
        try:
            yield lambda headers: self._note(window, read(headers))
        finally:
            with self._changed:
                window.in_flight -= 1
                self._changed.notify_all()

    def _begin(self, window: _Window) -> None:
        while not self._took(window):
            pause = window.ends - self._clock.now()
            self._tell(window, pause)
            self._clock.wait(pause)
            if self._clock.is_over:
                raise HubError("stopped before it was done", "run it again: it goes on where it was")

    def _took(self, window: _Window) -> bool:
        """Take a place in the window, if need be after the request that asks what is left; False if it is used up."""
        with self._changed:
            while (state := window.state(self._clock.now())) == "asked":
                self._changed.wait()
            if state == "open":
                window.in_flight += 1
                window.left = None if window.left is None else window.left - 1
            return state == "open"

    def _tell(self, window: _Window, pause: float) -> None:
        with self._changed:
            is_new = window.ends > self._told
            self._told = max(self._told, window.ends)
        if is_new:
            self._on_pause(pause)

    def _note(self, window: _Window, said: Budget | None) -> None:
        with self._changed:
            window.is_free = said is None
            if said and said.seconds <= LONGEST_PAUSE:
                window.note(said, self._clock.now())
            self._changed.notify_all()
