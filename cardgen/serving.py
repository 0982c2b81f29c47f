"""Edge: a server on the loopback interface alone, in a thread of its own. What it serves is handed to it."""

from __future__ import annotations

import asyncio
import errno
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from cardgen.errors import InputError

ADDRESS = "127.0.0.1"

_LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?", re.IGNORECASE)


class Guarded:
    """Refuses what did not mean this server: a web page whose host name was pointed here, or that posts here."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if not _LOOPBACK.fullmatch(host) or (origin is not None and urlsplit(origin).netloc != host):
            refusal = PlainTextResponse("This server answers to programs of its own machine only.\n", 403)
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, send)


@contextmanager
def listening(port: int) -> Iterator[socket.socket]:
    """A socket on the loopback interface; port 0 is any free one. Raises InputError if it cannot be had."""
    # Said in full: asyncio turns Nagle's delay (40 ms for each answer) off only where the protocol is named.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((ADDRESS, port))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        reason = "is in use" if getattr(error, "errno", 0) == errno.EADDRINUSE else f"cannot be had: {error}"
        raise InputError(f"port {port} on {ADDRESS} {reason}", "--port 0 takes any free port") from error
    with closing(listener):
        yield listener


@contextmanager
def running(
    app: ASGIApp,
    listener: socket.socket,
    ending: asyncio.Event,
    certificate: Path | None = None,
    key: Path | None = None,
) -> Iterator[str]:
    """Serve until the context is left; yields the address. `ending` is set when it is about to stop.

    With a certificate, PEM files, it is an https one.
    """
    server = _Server(app, ending, certificate, key)
    with server.running(listener):
        yield f"{'https' if certificate else 'http'}://{ADDRESS}:{listener.getsockname()[1]}"


class _Protocol(H11Protocol):
    """HTTP whose requests can reach their connection, so that a fault can drop it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in its base
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


class _Server(uvicorn.Server):
    """A server whose thread is ours: it says when it is up, and ends when it is told."""

    def __init__(self, app: ASGIApp, ending: asyncio.Event, certificate: Path | None, key: Path | None) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=_Protocol,
                ws="none",
                loop="asyncio",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=5,
                ssl_certfile=certificate,
                ssl_keyfile=key,
            )
        )
        self._ending = ending
        self._settled = threading.Event()

    @contextmanager
    def running(self, listener: socket.socket) -> Iterator[None]:
        """Serve from a thread until the context is left."""
        thread = threading.Thread(target=self._run, args=(listener,), name="server")
        thread.start()
        try:
            self._settled.wait()
            yield
        finally:
            self.should_exit = True
            thread.join()

    def _run(self, listener: socket.socket) -> None:
        try:
            self.run([listener])
        finally:
            self._settled.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._settled.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._ending.set()
        await super().shutdown(sockets)
