"""A web site that answers as it is told, byte for byte, and as badly as a test needs it."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count

Play = Callable[["Visit"], None]
"""What a site does when it is asked: it writes to the connection whatever it likes."""


@dataclass
class Visit:
    """One request, and the connection that it came through. A play that is not to be kept alive says so."""

    site: Site
    sock: socket.socket
    method: str
    path: str
    headers: dict[str, str]
    nth: int
    keep_alive: bool = True

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def reply(self, code: int, *headers: str, body: bytes = b"") -> None:
        """An honest answer; a HEAD gets no body."""
        lines = [f"HTTP/1.1 {code} Whatever", f"Content-Length: {len(body)}", *headers]
        self.send("\r\n".join([*lines, "", ""]).encode() + (b"" if self.method == "HEAD" else body))


@dataclass
class Site:
    """A server on 127.0.0.1. `visits` is every request, `connections` how many there were."""

    port: int
    plays: dict[str, Play] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)
    connections: int = 0
    closing: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def asked(self) -> list[tuple[str, str]]:
        return [(visit.method, visit.path) for visit in self.visits]


@contextmanager
def open_site(play: Play | None = None, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Site]:
    """A site that plays `play` where `site.plays` names no other for the path; 200 if there is none at all."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family, backlog=256) as server:
        site = Site(server.getsockname()[1])
        threads: list[threading.Thread] = []
        sockets: list[socket.socket] = []
        accepting = threading.Thread(target=_accept, args=(server, site, play or ok, tls, threads, sockets))
        accepting.start()
        try:
            yield site
        finally:
            site.closing.set()
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            accepting.join()
            for sock in sockets:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join()


def _accept(
    server: socket.socket,
    site: Site,
    play: Play,
    tls: ssl.SSLContext | None,
    threads: list[threading.Thread],
    sockets: list[socket.socket],
) -> None:
    while True:
        try:
            sock, _ = server.accept()
        except OSError:
            return
        site.connections += 1
        sockets.append(sock)
        thread = threading.Thread(target=_serve, args=(sock, site, play, tls))
        threads.append(thread)
        thread.start()


def _serve(sock: socket.socket, site: Site, play: Play, tls: ssl.SSLContext | None) -> None:
    with suppress(OSError), sock:
        if tls:
            sock = tls.wrap_socket(sock, server_side=True)
        with sock:
            _talk(sock, site, play)


_NUMBERS = count()


def _talk(sock: socket.socket, site: Site, play: Play) -> None:
    data = b""
    while True:
        while b"\r\n\r\n" not in data:
            more = sock.recv(65536)
            if not more:
                return
            data += more
        head, _, data = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        nth = sum(visit.path == path for visit in site.visits)
        visit = Visit(site, sock, method, path, headers, nth)
        site.visits.append(visit)
        site.plays.get(path.partition("?")[0], play)(visit)
        if not visit.keep_alive:
            return


def ok(visit: Visit) -> None:
    visit.reply(200, body=b"fine")


def answers(code: int, *headers: str, body: bytes = b"body") -> Play:
    """The same answer to every request."""
    return lambda visit: visit.reply(code, *headers, body=body)


def by_method(head: Play, get: Play) -> Play:
    return lambda visit: (head if visit.method == "HEAD" else get)(visit)


def in_turn(*plays: Play) -> Play:
    """One play after the other, and the last one again and again."""
    return lambda visit: plays[min(visit.nth, len(plays) - 1)](visit)


def says(data: bytes) -> Play:
    """These very bytes, and then the end of the connection."""

    def play(visit: Visit) -> None:
        visit.send(data)
        visit.keep_alive = False

    return play


def resets(visit: Visit) -> None:
    """The connection is reset, as by a firewall."""
    visit.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    visit.sock.close()
    visit.keep_alive = False


def hangs(visit: Visit) -> None:
    """No answer, until the site closes."""
    visit.site.closing.wait()


def drips(data: bytes, drop: bytes) -> Play:
    """These bytes, and then one drop after the other, each well within any time limit of a single read."""

    def play(visit: Visit) -> None:
        visit.send(data)
        with suppress(OSError):
            while not visit.site.closing.wait(0.02):
                visit.send(drop)
        visit.keep_alive = False

    return play


def floods(visit: Visit) -> None:
    """A body without end; `visit.headers["sent"]` tells how much of it went out."""
    visit.send(b"HTTP/1.1 200 OK\r\n\r\n")
    sent = 0
    with suppress(OSError):
        while not visit.site.closing.is_set() and sent < 100_000_000:
            visit.send(b"x" * 65536)
            sent += 65536
            visit.headers["sent"] = str(sent)
    visit.keep_alive = False
