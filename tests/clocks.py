"""A clock for tests: it tells a later time instead of waiting."""

from __future__ import annotations

import threading

from cardgen.clock import Clock
from cardgen.patience import LONGEST_PAUSE


class QuickClock(Clock):
    """Nobody waits; `waits` are the seconds that somebody would have waited."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []
        self._later = 0.0
        self._lock = threading.Lock()

    def now(self) -> float:
        return super().now() + self._later

    def wait(self, seconds: float) -> None:
        assert seconds <= LONGEST_PAUSE + 1
        with self._lock:
            self.waits.append(seconds)
            self._later += max(0.0, seconds)


class FastClock(Clock):
    """Its seconds pass so many times as fast; a hub's limits can count them too."""

    def __init__(self, speed: float) -> None:
        super().__init__()
        self.speed = speed

    def now(self) -> float:
        return super().now() * self.speed

    def wait(self, seconds: float) -> None:
        super().wait(seconds / self.speed)
