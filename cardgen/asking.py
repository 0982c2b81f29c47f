"""Edge: the event loop and the clock. Runs inquiries side by side.

It decides nothing about answers: the inquiries say what to ask, and a client makes the requests.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol
from urllib.parse import urlsplit

from cardgen.links.pauses import rest_after
from cardgen.links.port import Answer, Ask, Cause, Failure, Inquiry
from cardgen.links.rules import HostRule
from cardgen.links.turns import Manners, Turns
from cardgen.links.verdict import Verdict

_NO_ANSWER: frozenset[Cause] = frozenset({"timeout", "connection"})


@dataclass(frozen=True, slots=True)
class Limits:
    """How much asking is enough; times are in seconds.

    A link gets `seconds` in all, what its hosts want to rest not counted, each request for it at most
    `per_request`, and all links together `total`. A host is asked `per_host` at once, or up to `most_per_host` while
    it answers quickly. `patience` is how long to wait for a host that says nothing but "later", and `backoff` how long
    to wait with a link after the first failure; after each further one it is twice as long. `hosts` says what differs
    for some.
    """

    seconds: float = 20.0
    per_request: float = 10.0
    total: float = 1800.0
    at_once: int = 1000
    per_host: int = 10
    most_per_host: int = 40
    patience: float = 60.0
    backoff: float = 0.5
    hosts: Mapping[str, HostRule] = field(default_factory=dict)

    def per_request_of(self, host: str) -> float:
        """How long a request to this host may take."""
        return self._own(host) or self.per_request

    def seconds_of(self, host: str) -> float:
        """How long a link to this host may take: as long as any other, or two requests of the time that it has."""
        return max(self.seconds, 2 * self._own(host))

    def _own(self, host: str) -> float:
        rule = self.hosts.get(host)
        return rule.timeout or 0.0 if rule else 0.0


class Client(Protocol):
    """Whoever makes requests."""

    async def make(self, ask: Ask, seconds: float) -> Answer | Failure:
        """Send a request and wait, for so many seconds at most; whatever a server does is an answer or a failure, and
        no exception. Cancelled, it leaves nothing open."""
        ...

    def forget(self, host: str) -> None:
        """Close what is kept open to a host that is not asked for the moment."""
        ...

    def close(self) -> None: ...


@dataclass(slots=True, eq=False)
class _Job:
    """An inquiry, what it asks once it has begun, and the seconds that it has left."""

    key: str
    inquiry: Inquiry
    left: float
    ask: Ask | None = None


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
    """One round of asking. Everything happens in the caller's thread, while the caller waits for a verdict."""

    def __init__(self, client: Client, limits: Limits) -> None:
        self._client = client
        self._limits = limits
        self._loop = asyncio.new_event_loop()
        self._news = asyncio.Event()
        manners = {host: Manners(rule.at_once, rule.pause or 0.0) for host, rule in limits.hosts.items()}
        self._turns: Turns[_Job] = Turns(limits.per_host, limits.most_per_host, manners)
        self._flights: set[asyncio.Task[None]] = set()
        self._settled: list[tuple[str, Verdict]] = []
        self._fault: BaseException | None = None
        self._waited: defaultdict[str, float] = defaultdict(float)
        self._unanswered: defaultdict[str, int] = defaultdict(int)
        self._given_up: dict[str, Cause] = {}
        self._wake: asyncio.TimerHandle | None = None
        self._end = self._loop.time() + limits.total

    def verdicts(self, inquiries: Mapping[str, Inquiry]) -> Iterator[tuple[str, Verdict]]:
        now = self._loop.time()
        for key, inquiry in inquiries.items():
            host = _host(key)
            self._turns.add(host, _Job(key, inquiry, self._limits.seconds_of(host)), now=now)
        unsettled = len(inquiries)
        while unsettled:
            self._loop.run_until_complete(self._progress())
            settled, self._settled = self._settled, []
            unsettled -= len(settled)
            yield from settled

    def stop(self) -> None:
        """Cut off what is under way, and close everything."""
        self._loop.run_until_complete(self._cut(asyncio.all_tasks(self._loop)))
        self._loop.close()

    async def _cut(self, tasks: set[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()
        self._client.close()
        await asyncio.gather(*tasks, asyncio.sleep(0), return_exceptions=True)

    async def _progress(self) -> None:
        """Wait until something is settled."""
        self._launch()
        if not self._settled and self._fault is None:
            self._news.clear()
            await self._news.wait()
        if self._fault is not None:
            raise self._fault

    def _launch(self) -> None:
        """Begin what may begin, and see to it that a host's rest does not last longer than it has to."""
        now = self._loop.time()
        while len(self._flights) < self._limits.at_once and (turn := self._turns.take(now)):
            self._begin(*turn)
        if self._wake:
            self._wake.cancel()
        wake = self._turns.next_wake()
        self._wake = None if wake is None else self._loop.call_at(min(wake, max(self._end, now)), self._launch)

    def _begin(self, host: str, job: _Job) -> None:
        """Let a job ask its host, or start it first: only then it is known what it asks."""
        ask = job.ask or self._start(job)
        cause = self._hopeless(host)
        if ask is None or cause or _host(ask.url) != host:
            self._turns.skip(host, now=self._loop.time())
            if ask is not None:
                self._put(job, Failure(cause) if cause else self._schedule(job, ask))
            return
        task = self._loop.create_task(self._fly(host, job, ask))
        self._flights.add(task)
        task.add_done_callback(self._landed)

    def _start(self, job: _Job) -> Ask | None:
        """What an inquiry asks first; None if it is settled without."""
        try:
            job.ask = next(job.inquiry)
        except StopIteration as stop:
            self._settle(job, stop.value)
        return job.ask

    def _hopeless(self, host: str) -> Cause | None:
        return "late" if self._loop.time() >= self._end else self._given_up.get(host)

    def _put(self, job: _Job, result: Answer | Failure | None) -> None:
        """Hand a result to an inquiry, until it waits for its turn to ask again (None), or is settled."""
        while result is not None:
            try:
                job.ask = job.inquiry.send(result)
            except StopIteration as stop:
                self._settle(job, stop.value)
                return
            result = self._schedule(job, job.ask)

    def _settle(self, job: _Job, verdict: Verdict) -> None:
        if verdict.evidence:
            verdict = replace(verdict, evidence=replace(verdict.evidence, at=time.time()))
        self._settled.append((job.key, verdict))
        self._news.set()

    def _schedule(self, job: _Job, ask: Ask) -> Failure | None:
        host, now = _host(ask.url), self._loop.time()
        if job.left <= 0:
            return Failure("timeout")
        if ask.rest:
            self._wait(host, ask.rest, now)
        if cause := self._hopeless(host):
            return Failure(cause)
        if ask.failed:
            jitter = random.uniform(0.75, 1.25)  # noqa: S311 - no secret: so that not all come back at once
            pause = self._limits.backoff * 2 ** (ask.failed - 1) * jitter
            job.left -= pause
            self._loop.call_later(pause, self._again, host, job)
        else:
            self._turns.add_again(host, job, now=now)
        return None

    def _wait(self, host: str, seconds: float, now: float) -> None:
        self._waited[host] += max(0.0, now + seconds - max(now, self._turns.rests_until(host)))
        if self._waited[host] > self._limits.patience:
            self._given_up[host] = "resting"
        else:
            self._turns.refused(host, now + seconds, now=now)

    def _again(self, host: str, job: _Job) -> None:
        self._turns.add_again(host, job, now=self._loop.time())
        self._launch()

    async def _fly(self, host: str, job: _Job, ask: Ask) -> None:
        began = self._loop.time()
        seconds = min(job.left, self._limits.per_request_of(host), max(0.0, self._end - began))
        result: Answer | Failure
        try:
            async with asyncio.timeout(seconds):
                result = await self._client.make(ask, seconds)
        except TimeoutError:
            result = Failure("timeout")
        took = self._loop.time() - began
        job.left -= took
        self._note(host, result, took)
        self._turns.done(host, now=self._loop.time())
        self._put(job, result)
        if self._turns.is_idle(host):
            self._client.forget(host)

    def _note(self, host: str, result: Answer | Failure, took: float) -> None:
        """What an answer says about its host."""
        if isinstance(result, Failure):
            self._unanswered[host] += result.cause in _NO_ANSWER
            if self._unanswered[host] >= 2 * self._limits.per_host:
                self._given_up.setdefault(host, "silent")
            return
        self._unanswered[host] = -self._limits.at_once
        if result.code not in (429, 503):
            self._waited[host] = 0.0
            self._turns.answered(host, took, now=self._loop.time())
            if rest := rest_after(result):
                self._turns.rest(host, self._loop.time() + min(rest, self._limits.patience))

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flights.discard(task)
        if not task.cancelled() and (fault := task.exception()):
            self._fault = fault
            self._news.set()
        else:
            self._launch_soon()

    def _launch_soon(self) -> None:
        """Once for all requests that ended at the same moment."""
        if self._wake:
            self._wake.cancel()
        self._wake = self._loop.call_at(0, self._launch)


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower().rpartition("@")[2]
