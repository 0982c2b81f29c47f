"""Deadlines without the waiting: a request is over as soon as the hub says that it will be silent.

What a deadline is worth with a real clock is tested in `test_hub.py`; here it only has to be over, at a moment that
no busy machine can shift.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpcore2
import pytest

from cardgen import hub_deadline

_LOOK = 0.003
_over = threading.Event()


def end() -> None:
    """From now on nobody waits any more for the answer that is asked for."""
    _over.set()


@contextmanager
def ended_by_the_hub() -> Iterator[None]:
    """Requests end when `end` is called, and not before."""
    _over.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hub_deadline._Stream, "read", _read)
        yield


def _read(stream: hub_deadline._Stream, max_bytes: int, timeout: float | None = None) -> bytes:
    while True:
        try:
            return stream._inner.read(max_bytes, _LOOK)
        except httpcore2.ReadTimeout:
            if _over.is_set():
                _over.clear()
                raise
