"""Runs the application in a thread: the socket, its address, and a clean end."""

from __future__ import annotations

import asyncio
import errno
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from cardgen.errors import DiskError, InputError
from cardgen.localhub import app
from cardgen.localhub.faults import Faults
from cardgen.localhub.handle import LocalHub
from cardgen.localhub.repo_store import RepoStore
from cardgen.localhub.state import State
from cardgen.localhub.storage import Storage
from cardgen.localhub.wire_log import new_log

ADDRESS = "127.0.0.1"


@contextmanager
def serve(root: Path, port: int = 0) -> Iterator[LocalHub]:
    """Serve `root` until the context is left. See `cardgen.localhub.start`."""
    with closing(_listen(port)) as listener, closing(_open_state(root)) as state:
        faults, log, ending = Faults(), new_log(), asyncio.Event()
        storage = Storage(RepoStore(root), state)
        server = _Server(app.build(storage, faults, log, ending), ending)
        endpoint = f"http://{ADDRESS}:{listener.getsockname()[1]}"
        with server.running(listener):
            yield LocalHub(endpoint, state.local_token(), root, faults, log, state)


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


def _open_state(root: Path) -> State:
    try:
        root.mkdir(parents=True, exist_ok=True)
        return State(root)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise DiskError(
            f"{root}: the hub cannot keep its repos here: {reason}", "--root names another folder"
        ) from error


class _Protocol(H11Protocol):
    """HTTP whose requests can reach their connection, so that a fault can drop it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in its base
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


class _Server(uvicorn.Server):
    """A server whose thread is ours: it says when it is up, and ends when it is told."""

    def __init__(self, application: ASGIApp, ending: asyncio.Event) -> None:
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
