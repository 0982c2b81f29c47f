"""What was asked of the hub: method, path and query of every request, and nothing that could hold a token."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TypeAlias

MAX_CALLS = 100_000
"""A hub that serves for weeks forgets its oldest requests."""


@dataclass(frozen=True, slots=True)
class WireCall:
    """One request; `path` is quoted as it was sent, `query` is what followed its `?`."""

    method: str
    path: str
    query: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


WireLog: TypeAlias = "deque[WireCall]"


def new_log() -> WireLog:
    """An empty log; the oldest entry is first."""
    return deque(maxlen=MAX_CALLS)
