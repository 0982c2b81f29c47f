"""Edge: threads and the clock. Runs inquiries side by side, each request in a thread of its own.

It decides nothing about answers: the inquiries say what to ask, and a client makes the requests.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Protocol
from urllib.parse import urlsplit

from cardgen.links.port import Answer, Ask, Failure, Inquiry
from cardgen.links.turns import Turns
from cardgen.links.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Limits:
    """How much asking is enough; times are in seconds.

    A link gets `seconds` in all, the pauses that its hosts want not counted, and each request for it at most
    `per_request`. `patience` is how long to wait for a host that says nothing but "later".
    """

    seconds: float = 20.0
    per_request: float = 10.0
    at_once: int = 200
    per_host: int = 10
    patience: float = 60.0


class Request(Protocol):
    """One request on its way."""

    def make(self) -> Answer | Failure:
        """Send it and wait; whatever a server does is an answer or a failure, and no exception."""
        ...

    def cut(self) -> None:
        """Let `make` end soon; called from another thread."""
        ...


class Client(Protocol):
    """Whoever makes requests."""

    def request(self, ask: Ask, seconds: float) -> Request: ...

    def forget(self, host: str) -> None:
        """Close what is kept open to a host that is not asked for the moment."""
        ...

    def close(self) -> None: ...


@dataclass(eq=False)
class _Job:
    """An inquiry that is under way, and the seconds that it has left."""

    key: str
    inquiry: Inquiry
    ask: Ask
    left: float


@dataclass(eq=False)
class _Flight:
    """A job's request, in its thread."""

    job: _Job
    host: str
    request: Request
    started: float
    deadline: float


Landing = tuple[_Flight, Answer | Failure | BaseException, float]


class Asking:
    """A `Web` that asks through a client, which `connect` opens for each round."""

    def __init__(self, connect: Callable[[], Client], limits: Limits) -> None:
        self._connect = connect
        self._limits = limits

    def settle(self, inquiries: Mapping[str, Inquiry]) -> Iterator[tuple[str, Verdict]]:
        """Run every inquiry to its end. Stopped early, by Ctrl-C for instance, it cuts all requests off."""
        run = _Run(self._connect(), self._limits)
        try:
            yield from run.verdicts(inquiries)
        finally:
            run.stop()


class _Run:
    """One round of asking. Everything but the requests themselves happens in the caller's thread."""

    def __init__(self, client: Client, limits: Limits) -> None:
        self._client = client
        self._limits = limits
        self._turns: Turns[_Job] = Turns(limits.per_host)
        self._flights: set[_Flight] = set()
        self._landings: SimpleQueue[Landing] = SimpleQueue()
        self._threads: dict[_Flight, threading.Thread] = {}
        self._settled: list[tuple[str, Verdict]] = []
        self._waited: defaultdict[str, float] = defaultdict(float)
        self._given_up: set[str] = set()

    def verdicts(self, inquiries: Mapping[str, Inquiry]) -> Iterator[tuple[str, Verdict]]:
        for key, inquiry in inquiries.items():
            self._advance(_Job(key, inquiry, Ask(""), self._limits.seconds), None)
        unsettled = len(inquiries)
        while unsettled:
            self._launch()
            if not self._settled:
                self._land()
            unsettled -= len(self._settled)
            yield from self._settled
            self._settled.clear()

    def stop(self) -> None:
        """Cut off what is under way, and wait for its threads; not long, since a name server cannot be cut off."""
        for flight in list(self._threads):
            flight.request.cut()
        self._client.close()
        end = time.monotonic() + 1.0
        for thread in self._threads.values():
            thread.join(max(0.0, end - time.monotonic()))

    def _advance(self, job: _Job, result: Answer | Failure | None) -> None:
        """Hand a result to an inquiry, and then wait for its turn to ask again, or settle it."""
        while True:
            try:
                job.ask = next(job.inquiry) if result is None else job.inquiry.send(result)
            except StopIteration as stop:
                self._settled.append((job.key, stop.value))
                return
            result = self._schedule(job)
            if result is None:
                return

    def _schedule(self, job: _Job) -> Failure | None:
        host, now, rest = _host(job.ask.url), time.monotonic(), job.ask.rest
        if job.left <= 0:
            return Failure("timeout")
        if rest:
            self._waited[host] += max(0.0, now + rest - max(now, self._turns.rests_until(host)))
            if self._waited[host] > self._limits.patience:
                self._given_up.add(host)
        if host in self._given_up:
            return Failure("resting")
        if rest:
            self._turns.rest(host, now + rest)
            self._turns.add_again(host, job, now=now)
        else:
            self._turns.add(host, job, now=now)
        return None

    def _launch(self) -> None:
        while len(self._flights) < self._limits.at_once and (turn := self._turns.take(time.monotonic())):
            host, job = turn
            if host in self._given_up:
                self._turns.done(host, now=time.monotonic())
                self._advance(job, Failure("resting"))
            else:
                self._fly(host, job)

    def _fly(self, host: str, job: _Job) -> None:
        seconds = min(job.left, self._limits.per_request)
        now = time.monotonic()
        flight = _Flight(job, host, self._client.request(job.ask, seconds), now, now + seconds)
        self._flights.add(flight)
        # A daemon thread, not one of a pool: nothing can wake it from a name server that does not answer, and the
        # interpreter waits for the threads of pools.
        thread = threading.Thread(target=self._make, args=(flight,), daemon=True)
        self._threads[flight] = thread
        thread.start()

    def _make(self, flight: _Flight) -> None:
        result: Answer | Failure | BaseException
        try:
            result = flight.request.make()
        except BaseException as error:  # raised again in the caller's thread
            result = error
        self._landings.put((flight, result, time.monotonic()))

    def _land(self) -> None:
        """Wait until a request or a host's rest ends, and take in what has ended; then cut off what is late."""
        moments = [flight.deadline for flight in self._flights]
        if (wake := self._turns.next_wake()) is not None:
            moments.append(wake)
        wait = max(0.0, min(moments, default=0.0) - time.monotonic())
        try:
            while True:
                self._arrive(*self._landings.get(timeout=wait))
                wait = 0.0
        except Empty:
            pass
        now = time.monotonic()
        for flight in [flight for flight in self._flights if flight.deadline <= now]:
            flight.request.cut()
            self._end(flight, Failure("timeout"), now)

    def _arrive(self, flight: _Flight, result: Answer | Failure | BaseException, at: float) -> None:
        del self._threads[flight]
        if isinstance(result, BaseException):
            raise result
        if flight in self._flights:  # else it was given up before
            self._end(flight, result, at)

    def _end(self, flight: _Flight, result: Answer | Failure, at: float) -> None:
        job = flight.job
        job.left -= at - flight.started
        self._flights.remove(flight)
        self._turns.done(flight.host, now=at)
        if isinstance(result, Answer) and result.code not in (429, 503):
            self._waited[flight.host] = 0.0
        self._advance(job, result)
        if self._turns.is_idle(flight.host):
            self._client.forget(flight.host)


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()
