"""The scene that is shown now. Threads share it: some change it, and pages and browsers look at it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from cardgen.pages.scene import Scene


class Stage:
    """Holds one scene at a time. Each has a number of its own, also after the preview was started anew."""

    def __init__(self) -> None:
        self._start = time.time_ns()
        self._count = 0
        self._lock = threading.Lock()
        self.scene = self._numbered(Scene())

    def change(self, make: Callable[[Scene], Scene]) -> Scene:
        """Show what `make` makes of what is shown; returns that."""
        with self._lock:
            self.scene = self._numbered(make(self.scene))
            return self.scene

    def _numbered(self, scene: Scene) -> Scene:
        self._count += 1
        return replace(scene, number=f"{self._start}-{self._count}")
