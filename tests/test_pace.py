"""Requests are held back so that the Hub never refuses one, and no longer than it takes."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from cardgen import hub, pace
from cardgen.clock import Clock
from cardgen.errors import HubError
from cardgen.localhub import Limits, LocalHub
from cardgen.localhub.limits import Plan as Quota
from cardgen.model import Card
from cardgen.pace import Budget, Pace
from cards import make_card
from clocks import FastClock, QuickClock
from pushing import push

SPEED = 100
WINDOW = 30
"""Seconds of a clock that runs a hundred times as fast: a third of a real one."""


@pytest.mark.parametrize(
    ("headers", "budget"),
    [
        ({}, None),
        (
            {"RateLimit": '"api";r=998;t=271', "RateLimit-Policy": '"fixed window";"api";q=1000;w=300'},
            Budget(998, 271, 1000),
        ),
        ({"RateLimit": '"api";r=0;t=1'}, Budget(0, 1)),
        ({"RateLimit": '"api"; r = 7 ; t = 12'}, Budget(7, 12)),
        ({"RateLimit": '"api";r=0;t=9', "Retry-After": "5"}, Budget(0, 9)),
        ({"RateLimit": "nonsense", "Retry-After": "5"}, Budget(0, 5)),
        ({"RateLimit": '"api";r=99999999999;t=1'}, None),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:10 GMT", "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}, Budget(0, 10)),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT", "Date": "Wed, 21 Oct 2026 07:29:00 GMT"}, Budget(0, 0)),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00", "Date": "Wed, 21 Oct 2026 07:29:00 GMT"}, None),
        ({"Retry-After": "-3"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "²"}, None),
    ],
)
def test_what_an_answer_says_of_its_window(headers: Mapping[str, str], budget: Budget | None) -> None:
    assert pace.read(headers) == budget


@pytest.mark.parametrize(
    ("path", "bucket"),
    [
        ("/api/models/lab/one", "api"),
        ("/lab/one/resolve/main/README.md", "resolvers"),
        ("/datasets/lab/one/resolve/main/README.md", "resolvers"),
        ("/api/resolve-cache/models/lab/one/0/README.md", "resolvers"),
        ("/lab/one", "pages"),
    ],
)
def test_what_a_request_counts_as(path: str, bucket: str) -> None:
    assert pace.bucket_of(path) == bucket


class Server:
    """Fixed windows, each of which begins with its first request; counts what it had to refuse."""

    def __init__(self, clock: Clock, quota: int) -> None:
        self._clock = clock
        self._quota = quota
        self._lock = threading.Lock()
        self._begun, self._used = float("-inf"), 0
        self.refused = 0

    def ask(self) -> dict[str, str]:
        with self._lock:
            now = self._clock.now()
            if now >= self._begun + WINDOW:
                self._begun, self._used = now, 0
            self._used += 1
            self.refused += self._used > self._quota
            left = max(0, self._quota - self._used)
            rest = self._begun + WINDOW - now
        return {
            "RateLimit": f'"api";r={left};t={int(rest) + 1}',
            "RateLimit-Policy": f'"api";q={self._quota};w={WINDOW}',
        }


@pytest.mark.parametrize("quota", [3, 40])
def test_no_request_is_refused_and_every_window_is_used(quota: int) -> None:
    clock = FastClock(SPEED)
    server = Server(clock, quota)
    pauses: list[float] = []
    paced = Pace(clock, pauses.append)

    def request(_: int) -> None:
        with paced.turn("/api/x") as note:
            clock.wait(0.5)
            headers = server.ask()
            clock.wait(0.5)
            note(headers)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(request, range(4 * quota)))
    assert server.refused == 0
    assert len(pauses) <= 6, "four windows, and what was held back of each for requests under way"
    assert all(0 < pause <= WINDOW + 2 for pause in pauses)


def test_one_request_goes_first_where_nothing_is_known() -> None:
    paced = Pace(Clock(), lambda _: None)
    begun, go_on = threading.Semaphore(0), threading.Event()

    def request() -> None:
        with paced.turn("/api/x") as note:
            begun.release()
            assert go_on.wait(60)
            note({"RateLimit": '"api";r=90;t=200'})

    threads = [threading.Thread(target=request) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert begun.acquire(timeout=60)
    assert not begun.acquire(timeout=0.05)
    go_on.set()
    for thread in threads:
        thread.join(60)
    assert all(begun.acquire(timeout=60) for _ in range(3))


def test_a_hub_without_limits_is_not_waited_for() -> None:
    paced = Pace(QuickClock(), lambda _: pytest.fail("nobody should wait"))
    together = threading.Barrier(4, timeout=60)
    with paced.turn("/api/x") as note:
        note({})

    def request(_: int) -> None:
        with paced.turn("/api/x") as note:
            together.wait()
            note({})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(request, range(8)))


def test_buckets_do_not_wait_for_each_other() -> None:
    paced = Pace(QuickClock(), lambda _: pytest.fail("nobody should wait"))
    with paced.turn("/api/x") as note:
        note({"RateLimit": '"api";r=0;t=200'})
    with paced.turn("/lab/one/resolve/main/README.md") as note:
        note({"RateLimit": '"resolvers";r=100;t=200'})


def test_a_request_that_fails_holds_no_place() -> None:
    paced = Pace(QuickClock(), lambda _: pytest.fail("nobody should wait"))
    for _ in range(3):
        with pytest.raises(OSError, match="dropped"), paced.turn("/api/x"):
            raise OSError("dropped")
    with paced.turn("/api/x") as note:
        note({})


def test_who_waits_for_a_window_is_woken_to_stop() -> None:
    clock = Clock()
    paced = Pace(clock, lambda _: clock.stop())
    with paced.turn("/api/x") as note:
        note({"RateLimit": '"api";r=0;t=200'})
    with pytest.raises(HubError, match="stopped"), paced.turn("/api/x"):
        pytest.fail("there is no place")


def test_more_than_a_window_is_not_waited_for() -> None:
    paced = Pace(QuickClock(), lambda _: pytest.fail("nobody should wait"))
    for _ in range(2):
        with paced.turn("/api/x") as note:
            note({"Retry-After": "86400"})


def cards(count: int) -> list[Card]:
    return [make_card({"license": "mit"}, repo_id=f"lab/m{number:03}") for number in range(count)]


def test_a_push_keeps_within_the_hubs_limits(local_hub: LocalHub) -> None:
    clock = FastClock(SPEED)
    with hub.connect(local_hub.endpoint, local_hub.token, clock=clock) as connection:
        assert push(connection, *cards(20)) == [("create", "published")] * 20
        local_hub.limits = Limits(user=Quota(api=25, resolvers=30, pages=9), window=WINDOW, clock=clock.now)
        changed = [make_card({"license": "apache-2.0"}, repo_id=card.repo.repo_id) for card in cards(20)]
        before = len(local_hub.requests)
        assert push(connection, *changed) == [("update", "published")] * 20
    asked = [request for request in [*local_hub.requests][before:] if "/api/" in request.path]
    assert len(asked) == 1 + 3 * 20, "whoami, and three for each commit: none was asked twice, so none was refused"
