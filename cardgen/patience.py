"""Asking again: how long to wait for a Hub that is busy, and what to look at before asking a second time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Final, TypeVar

from cardgen.errors import BusyError, HubError, UnreachableError

Given = TypeVar("Given")
Answer = TypeVar("Answer")
Wait = Callable[[float], object]
"""Waits so many seconds: `time.sleep`, or what a test passes in."""

WORKERS: Final = 4
"""How many repos are worked on at a time."""

PAUSES: Final = (1.0, 2.0, 4.0, 8.0)
LONGEST_PAUSE: Final = 60.0
"""A Hub may ask for an hour; the push then ends with what is done, and goes on when it is run again."""


class Patience:
    """Asks again while the Hub is busy or does not answer, until it is stopped. Shared by threads."""

    def __init__(self, wait: Wait | None = None) -> None:
        self._stopped = threading.Event()
        self._wait = wait or self._stopped.wait

    @property
    def is_over(self) -> bool:
        """Whether nobody shall ask for anything any more."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Wake whoever waits; nobody asks again."""
        self._stopped.set()

    def ask(self, request: Callable[[], Answer], arrived: Callable[[], Answer | None] = lambda: None) -> Answer:
        """The answer to `request`.

        After an answer that was lost, `arrived` says what the request would have answered if it was carried
        out after all, or None if it was not. Raises the last error when all tries are used up.
        """
        for pause in PAUSES:
            try:
                return request()
            except BusyError as busy:
                self._pause(pause if busy.wait is None else busy.wait)
            except UnreachableError:
                self._pause(pause)
                if (found := arrived()) is not None:
                    return found
        try:
            return request()
        except UnreachableError:
            if (found := arrived()) is not None:
                return found
            raise

    def _pause(self, seconds: float) -> None:
        self._wait(min(seconds, LONGEST_PAUSE))
        if self.is_over:
            raise HubError("stopped before it was done", "run it again: it goes on where it was")


def concurrently(
    work: Callable[[Given], Answer],
    items: Sequence[Given],
    patience: Patience,
    workers: int,
    on_done: Callable[[Answer], object],
) -> list[Answer]:
    """`work` on every item, a few at a time; answers in the order of `items`.

    `on_done` is called here, in the caller's thread, as each one finishes. Whatever goes wrong, Ctrl-C too:
    what runs is finished, nothing further is begun.
    """
    answers: dict[int, Answer] = {}
    with ThreadPoolExecutor(workers) as pool:
        places = {pool.submit(work, item): place for place, item in enumerate(items)}
        try:
            for done in as_completed(places):
                answers[places[done]] = done.result()
                on_done(answers[places[done]])
        except BaseException:
            patience.stop()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [answers[place] for place in range(len(items))]
