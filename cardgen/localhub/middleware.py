"""What stands before the routes: the wire log, the guard of the address, the faults."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from typing import Literal
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cardgen.localhub.faults import Action, Answer, Delay, Drop, Faults, Run
from cardgen.localhub.wire_log import WireCall, WireLog

_LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?", re.IGNORECASE)
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


def _path(scope: Scope) -> str:
    """The path as it was sent: revisions carry quoted slashes."""
    return bytes(scope["raw_path"]).decode("ascii", "replace")


class Logged:
    """Notes every request before anything else happens to it."""

    def __init__(self, app: ASGIApp, log: WireLog) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._log.append(WireCall(scope["method"], _path(scope)))
        await self._app(scope, receive, send)


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


class Unquoted:
    """Routes on the path as it was sent; handlers unquote the parts."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app({**scope, "path": _path(scope)}, receive, send)


class Faulty:
    """Lets requests go wrong as planned."""

    def __init__(self, app: ASGIApp, faults: Faults, closing: asyncio.Event) -> None:
        self._app = app
        self._faults = faults
        self._closing = closing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        for action in self._faults.meeting(scope["method"], _path(scope)):
            if await self._met(action, scope, receive, send):
                return
        await self._app(scope, receive, send)

    async def _met(self, action: Action, scope: Scope, receive: Receive, send: Send) -> bool:
        """Apply an action; whether the request is done with."""
        match action:
            case Delay(seconds):
                return await self._pause(seconds, scope, receive)
            case Run(function):
                await run_in_threadpool(function)
                return False
            case Answer():
                await self._answer(action, scope, receive, send)
            case Drop():
                await self._drop(action, scope, receive, send)
        return True

    async def _pause(self, seconds: float, scope: Scope, receive: Receive) -> bool:
        try:
            await asyncio.wait_for(self._closing.wait(), seconds)
        except TimeoutError:
            return False
        await _hang_up(scope, receive, "close")
        return True

    async def _answer(self, answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
        if answer.when == "after":
            await self._app(scope, receive, _swallow)
        else:
            await _read_all(receive)
        response = PlainTextResponse(answer.body, answer.status, dict(answer.headers))
        await response(scope, receive, send)

    async def _drop(self, drop: Drop, scope: Scope, receive: Receive, send: Send) -> None:
        if drop.when == "before":
            await _read_all(receive)
        else:
            await self._app(scope, receive, _half(send) if drop.when == "midway" else _swallow)
        await _hang_up(scope, receive, "close" if drop.when == "midway" else drop.how)


async def _swallow(_: Message) -> None:
    """Where an answer goes that nobody gets."""


def _half(send: Send) -> Send:
    async def send_half(message: Message) -> None:
        if message["type"] == "http.response.body":
            body = message.get("body", b"")
            message = {**message, "body": body[: len(body) // 2], "more_body": True}
        await send(message)

    return send_half


async def _read_all(receive: Receive) -> None:
    while (await receive()).get("more_body"):
        pass


async def _hang_up(scope: Scope, receive: Receive, how: Literal["reset", "close"]) -> None:
    """End the connection, and wait until the server has noticed."""
    transport: asyncio.Transport = scope["state"]["transport"]
    if how == "reset":
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        transport.abort()
    else:
        transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass
