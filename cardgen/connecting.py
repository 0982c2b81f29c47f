"""Edge: one connection to a server, and requests over it, one after the other.

HTTP/1.1 is read and written by h11, which does no I/O. Here are the sockets. What is not done, on purpose: no proxy of
the environment is used, since behind one nobody could tell which address is really connected to; no redirect is
followed; nothing is decompressed.
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import h11

from cardgen.links.port import Answer, Cause, Failure
from cardgen.names import Address

MAX_HEADERS = 65_536
MAX_BODY = 1_000_000
"""How much of a text is read, in bytes; the rest proves nothing more."""

MAX_OTHER = 65_536
"""How much is read of a body that is no text to read, or that comes with an error."""

# OpenSSL's reasons (x509_vfy.h) that prove a host is not the one it should be, or not any more: expired, self-signed,
# another host's name, another address. An unknown issuer proves nothing: this machine may lack its certificate.
_DISPROVING = frozenset({10, 18, 62, 64})

_NO_NETWORK = frozenset({errno.ENETUNREACH, errno.ENETDOWN})

Allow = Callable[[str, str], bool]
"""Whether a host (`host:port`) may be connected to at an address."""


class FailedError(Exception):
    """Carries a failure out of a callback or a chain of calls."""

    def __init__(self, cause: Cause, detail: str = "") -> None:
        super().__init__(cause, detail)
        self.failure = Failure(cause, detail)


@dataclass(frozen=True, slots=True)
class Origin:
    """Whom to connect to: a host in ASCII, a port, and whether by TLS."""

    host: str
    port: int
    is_tls: bool

    @property
    def netloc(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(slots=True)
class _Exchange:
    """What has come of an answer so far."""

    answer: asyncio.Future[Answer]
    response: h11.Response | None = None
    body: bytearray = field(default_factory=bytearray)

    def is_over(self) -> bool:
        return self.answer.done()

    def fail(self) -> None:
        self.answer.set_exception(FailedError("cut"))

    def take(self, event: h11.Event) -> None:
        """Note a piece of the answer; it is over when that was all, or enough."""
        if isinstance(event, h11.Response):
            self.response = event
        elif isinstance(event, h11.Data):
            self.body += event.data
        is_whole = isinstance(event, h11.EndOfMessage)
        if self.response and (is_whole or len(self.body) >= _wanted(self.response)):
            self.answer.set_result(_answer(self.response, bytes(self.body), is_whole=is_whole))
        elif isinstance(event, h11.ConnectionClosed):
            self.fail()


class Connection(asyncio.Protocol):
    """A connection, which carries one request after the other; `is_open` as long as it may carry another."""

    _transport: asyncio.Transport

    def __init__(self) -> None:
        self.is_open = True
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEADERS)
        self._exchange: _Exchange | None = None

    async def send(self, request: h11.Request) -> Answer:
        """The answer to a request. Raises `FailedError` if there is none; cancelled, it closes the connection."""
        if not self.is_open:
            raise FailedError("cut")
        self._exchange = _Exchange(asyncio.get_running_loop().create_future())
        try:
            self._transport.write((self._http.send(request) or b"") + (self._http.send(h11.EndOfMessage()) or b""))
            return await self._exchange.answer
        finally:
            self._exchange = None
            self._make_ready()

    def close(self) -> None:
        self.is_open = False
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self._exchange is None or self._exchange.is_over():
            self.close()  # nothing was asked
        else:
            self._read(self._exchange, data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's parameter
        self.is_open = False
        if self._exchange and not self._exchange.is_over():
            self._read(self._exchange, b"")
            if not self._exchange.is_over():
                self._exchange.fail()

    def _read(self, exchange: _Exchange, data: bytes) -> None:
        try:
            self._http.receive_data(data)
            while not exchange.is_over() and isinstance(event := self._http.next_event(), h11.Event):
                exchange.take(event)
        except h11.RemoteProtocolError:
            self.is_open = False
            exchange.fail()

    def _make_ready(self) -> None:
        """Make ready for the next request, or close."""
        http = self._http
        if http.our_state is http.their_state is h11.DONE and not http.trailing_data[0] and self.is_open:
            http.start_next_cycle()
        else:
            self.close()


def _answer(response: h11.Response, body: bytes, *, is_whole: bool) -> Answer:
    headers: dict[str, str] = {}
    for name, value in response.headers:
        headers.setdefault(name.decode("ascii"), _text(value))
    return Answer(response.status_code, headers, body, is_whole)


def _text(value: bytes) -> str:
    """Servers send UTF-8 in headers, or what HTTP once said: Latin-1."""
    try:
        return value.decode()
    except UnicodeError:
        return value.decode("latin-1")


def _wanted(response: h11.Response) -> int:
    """How many bytes of a body to read: pages and texts as far as is sane, of anything else little."""
    kind = next((value for name, value in response.headers if name == b"content-type"), b"text/")
    is_text = kind.strip().lower().startswith((b"text/", b"application/xhtml", b"application/json"))
    return MAX_BODY if is_text and 200 <= response.status_code < 300 else MAX_OTHER


async def connect(
    origin: Origin, addresses: tuple[Address, ...], allow: Allow, context: ssl.SSLContext | None, seconds: float
) -> Connection:
    """A connection to the first allowed address that takes one.

    Each is asked about when it is connected to, and not when the URL is read, because a name may lead elsewhere the
    next time it is looked up. Raises `FailedError`.
    """
    allowed = [address for address in addresses if allow(origin.netloc, address.number)]
    if not allowed:
        raise FailedError("private")
    problem = FailedError("timeout")
    for number, address in enumerate(allowed):
        try:
            async with asyncio.timeout(seconds / len(allowed) if number < len(allowed) - 1 else None):
                sock = await _connect(address)
        except TimeoutError:
            problem = FailedError("timeout")
        except OSError as error:
            problem = FailedError("network" if error.errno in _NO_NETWORK else "connection", _words(error))
        else:
            return await _over(sock, origin, context)
    raise problem


async def _connect(address: Address) -> socket.socket:
    sock = socket.socket(address.family, socket.SOCK_STREAM, address.protocol)
    try:
        sock.setblocking(False)  # noqa: FBT003 - its only parameter
        await asyncio.get_running_loop().sock_connect(sock, address.place)
    except BaseException:
        sock.close()
        raise
    return sock


async def _over(sock: socket.socket, origin: Origin, context: ssl.SSLContext | None) -> Connection:
    """The connection over a socket that is connected, with TLS if there is a context for it."""
    loop = asyncio.get_running_loop()
    try:
        if context is None:
            return (await loop.create_connection(Connection, sock=sock))[1]
        name = origin.host.rstrip(".")
        return (await loop.create_connection(Connection, sock=sock, ssl=context, server_hostname=name))[1]
    except ssl.SSLCertVerificationError as error:
        raise FailedError("certificate" if error.verify_code in _DISPROVING else "tls", error.verify_message) from None
    except ssl.SSLError as error:
        raise FailedError("tls", error.reason or "") from None
    except OSError as error:
        raise FailedError("connection", _words(error)) from None


def _words(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else "it was cut off"
