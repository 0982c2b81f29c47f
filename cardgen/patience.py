"""Asking again: how long to wait for a Hub that is busy, and what to look at before asking a second time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Final, Generic, TypeVar

from cardgen.clock import Clock
from cardgen.errors import BusyError, HubError, QuotaError, UnreachableError

Given = TypeVar("Given")
Answer = TypeVar("Answer")

WORKERS: Final = 16
"""How many repos are worked on at a time; the Hub's limits are kept by `pace`, whatever this is."""

PAUSES: Final = (1.0, 2.0, 4.0, 8.0)
LONGEST_PAUSE: Final = 330.0
"""Seconds. The Hub's windows last 300; a Hub may ask for more, and is asked again all the same."""


class Patience:
    """Asks again while the Hub is busy or does not answer, until its clock is stopped. Shared by threads."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()

    def ask(self, request: Callable[[], Answer], arrived: Callable[[], Answer | None] = lambda: None) -> Answer:
        """The answer to `request`.

        After an answer that was lost, `arrived` says what the request would have answered if it was carried
        out after all, or None if it was not. Raises the last error when all tries are used up, and a QuotaError at
        once.
        """
        for pause in PAUSES:
            try:
                return request()
            except QuotaError:
                raise
            except BusyError as busy:
                self._pause(pause if busy.wait is None else min(busy.wait, LONGEST_PAUSE))
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
        self.clock.wait(seconds)
        if self.clock.is_over:
            raise HubError("stopped before it was done", "run it again: it goes on where it was")


def concurrently(
    work: Callable[[Given], Answer],
    items: Sequence[Given],
    clock: Clock,
    workers: int,
    on_done: Callable[[Answer], object],
) -> list[Answer]:
    """`work` on every item, a few at a time; answers in the order of `items`.

    `on_done` is called here, in the caller's thread, as each one finishes. Whatever goes wrong, Ctrl-C too:
    what runs is finished, nothing further is begun.
    """
    answers: dict[int, Answer] = {}
    each = _UntilFailure(work, clock)
    with ThreadPoolExecutor(workers) as pool:
        places = {pool.submit(each, item): place for place, item in enumerate(items)}
        try:
            for done in as_completed(places):
                answers[places[done]] = done.result()
                on_done(answers[places[done]])
        except BaseException:
            clock.stop()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [answers[place] for place in range(len(items))]


class _UntilFailure(Generic[Given, Answer]):
    """Does a piece of work, unless another one has failed; threads share it."""

    def __init__(self, work: Callable[[Given], Answer], clock: Clock) -> None:
        self._work = work
        self._clock = clock
        self._failure: Exception | None = None

    def __call__(self, item: Given) -> Answer:
        if self._failure:
            raise self._failure
        try:
            return self._work(item)
        except Exception as error:
            self._failure = error
            self._clock.stop()
            raise
