"""Runs the application in a thread: the socket, its address, and a clean end."""

from __future__ import annotations

import asyncio
import errno
import socket
import sqlite3
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from cardgen.errors import DiskError, InputError
from cardgen.localhub import app, lifecycle
from cardgen.localhub.faults import Faults
from cardgen.localhub.handle import LocalHub
from cardgen.localhub.limits import Meter
from cardgen.localhub.storage import Storage, open_storage
from cardgen.localhub.tls import Tls
from cardgen.localhub.wire_log import new_log

ADDRESS = "127.0.0.1"


@contextmanager
def serve(root: Path, port: int = 0, tls: Tls | None = None) -> Iterator[LocalHub]:
    """Serve `root` until the context is left. See `cardgen.localhub.start`."""
    _check(tls)
    with closing(_listen(port)) as listener, _opened(root) as storage:
        faults, log, meter, ending = Faults(), new_log(), Meter(), asyncio.Event()
        server = _Server(app.build(storage, faults, log, meter, ending), ending, tls)
        endpoint = f"{'https' if tls else 'http'}://{ADDRESS}:{listener.getsockname()[1]}"
        token = storage.state.local_token()
        with server.running(listener):
            yield LocalHub(endpoint, token, root, faults, log, storage.state, storage.modes, meter, storage.collections)


def _check(tls: Tls | None) -> None:
    try:
        if tls:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tls.certificate, tls.key)
    except OSError as error:
        raise InputError(
            f"{tls.certificate if tls else ''}: no certificate with this key: {error}", "both are PEM files"
        ) from error


def _listen(port: int) -> socket.socket:
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
    return listener


@contextmanager
def _opened(root: Path) -> Iterator[Storage]:
    with ExitStack() as opened:
        try:
            root.mkdir(parents=True, exist_ok=True)
            storage = opened.enter_context(open_storage(root))
            lifecycle.recover(storage)
        except (OSError, sqlite3.Error) as error:
            reason = getattr(error, "strerror", None) or error
            raise DiskError(
                f"{root}: the hub cannot keep its repos here: {reason}", "--root names another folder"
            ) from error
        yield storage


class _Protocol(H11Protocol):
    """HTTP whose requests can reach their connection, so that a fault can drop it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in its base
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


class _Server(uvicorn.Server):
    """A server whose thread is ours: it says when it is up, and ends when it is told."""

    def __init__(self, application: ASGIApp, ending: asyncio.Event, tls: Tls | None) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                http=_Protocol,
                ws="none",
                loop="asyncio",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=5,
                ssl_certfile=tls.certificate if tls else None,
                ssl_keyfile=tls.key if tls else None,
            )
        )
        self._ending = ending
        self._settled = threading.Event()

    @contextmanager
    def running(self, listener: socket.socket) -> Iterator[None]:
        """Serve from a thread until the context is left."""
        thread = threading.Thread(target=self._run, args=(listener,), name="local hub")
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
