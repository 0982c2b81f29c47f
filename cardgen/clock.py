"""Time as one run sees it: whoever waits can be woken, because the run is over."""

from __future__ import annotations

import threading
import time


class Clock:
    """Seconds that pass, until it is stopped. Threads share it; a test, or a benchmark, passes one that runs faster."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    @property
    def is_over(self) -> bool:
        """Whether nobody shall begin anything any more."""
        return self._stopped.is_set()

    def now(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """Return after so many seconds, or when it is stopped."""
        self._stopped.wait(seconds)

    def stop(self) -> None:
        """Wake whoever waits; nobody waits any more."""
        self._stopped.set()
