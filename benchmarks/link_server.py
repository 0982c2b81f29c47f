"""A server for the benchmark of link checks: many hosts on loopback addresses, each as slow and as odd as its URLs say.

    python benchmarks/link_server.py HOSTS

It listens on 127.0.0.1 … 127.0.0.HOSTS, at a port that it prints first, and ends when its input does. For each line of
that it prints what it saw, as JSON. A path is `/MILLISECONDS/KIND/NUMBER`: the latency, and one of the kinds below.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import partial

PER_SECOND = 20
PAGES = 100
WINDOW = 30.0
"""How much the two hosts with limits take: requests a second, and pages in a window of so many seconds."""

BODY = b"<!doctype html><title>A page</title><p>It is here.</p>"
HEAD = "Server: benchmark\r\nContent-Type: text/html; charset=utf-8\r\nConnection: keep-alive\r\n"


@dataclass
class Site:
    """What the hosts remember, and what is told of them in the end."""

    seen: Counter[str] = field(default_factory=Counter)
    requests: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    last: dict[str, float] = field(default_factory=dict)
    active: Counter[str] = field(default_factory=Counter)
    most: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    window: dict[str, tuple[float, int]] = field(default_factory=dict)

    def begin(self, host: str, kind: str) -> None:
        self.requests[kind] += 1
        self.active[host] += 1
        self.most[kind] = max(self.most[kind], self.active[host])

    def end(self, host: str, kind: str) -> None:
        self.active[host] -= 1
        self.last[kind] = time.monotonic()

    def answer(self, host: str, path: str) -> tuple[float, bytes] | None:
        """After how many seconds to say what; None for never."""
        _, latency, kind, _ = path.split("/", 3)
        self.seen[path] += 1
        seconds = int(latency) / 1000
        if kind == "hang":
            return None
        if kind == "slow":
            return 3.0, reply(200)
        if kind == "flaky" and self.seen[path] == 1:
            return seconds, reply(503)
        if kind == "busy" and self.seen[path] == 1:
            return seconds, reply(429, "Retry-After: 1\r\n")
        if kind == "limited":
            return seconds, self.within(host, PER_SECOND, 1.0, "Retry-After: 1\r\n")
        if kind == "pages":
            return seconds, self.within(host, PAGES, WINDOW, 'RateLimit: "pages";r=0;t={left}\r\n')
        return seconds, reply(200)

    def within(self, host: str, quota: int, seconds: float, refusal: str) -> bytes:
        """A page, as long as the host's window is not used up."""
        now = time.monotonic()
        began, count = self.window.get(host, (now, 0))
        if now >= began + seconds:
            began, count = now, 0
        self.window[host] = began, count + 1
        if count < quota:
            return reply(200)
        self.refused[host] += 1
        return reply(429, refusal.format(left=int(began + seconds - now) + 1))

    def forget(self) -> None:
        for each in (self.seen, self.requests, self.refused, self.last, self.most, self.window):
            each.clear()

    def report(self) -> dict[str, object]:
        return {
            "requests": dict(self.requests),
            "refused": sum(self.refused.values()),
            "last": self.last,
            "most": dict(self.most),
        }


def reply(code: int, headers: str = "") -> bytes:
    return f"HTTP/1.1 {code} Whatever\r\n{HEAD}{headers}Content-Length: {len(BODY)}\r\n\r\n".encode() + BODY


class Talk(asyncio.Protocol):
    """One connection."""

    transport: asyncio.Transport

    def __init__(self, site: Site, host: str) -> None:
        self.site = site
        self.host = host
        self.data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.data += data
        while b"\r\n\r\n" in self.data:
            head, _, self.data = self.data.partition(b"\r\n\r\n")
            method, path, _ = head.split(b"\r\n", 1)[0].decode().split(" ", 2)
            self.take(path, is_head=method == "HEAD")

    def take(self, path: str, *, is_head: bool) -> None:
        kind = path.split("/")[2]
        self.site.begin(self.host, kind)
        answer = self.site.answer(self.host, path)
        if answer is not None:
            seconds, data = answer
            said = data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if is_head else data
            asyncio.get_running_loop().call_later(seconds, self.say, kind, said)

    def say(self, kind: str, data: bytes) -> None:
        self.site.end(self.host, kind)
        if not self.transport.is_closing():
            self.transport.write(data)


async def serve(hosts: int) -> None:
    """Serve until standard input ends; for each of its lines, print what was seen since the last, and forget it."""
    site, loop = Site(), asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for number in range(1, hosts + 1):
        host = f"127.0.0.{number}"
        await loop.create_server(partial(Talk, site, host), host, port, backlog=1024)
    print(port, flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(site.report()), flush=True)
        site.forget()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
