"""Lets requests go wrong as planned."""

from __future__ import annotations

import asyncio
import socket
import struct
from functools import partial
from typing import Literal

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cardgen.localhub.faults import Action, Answer, Delay, Drop, Faults, Run, Silence, SlowBody, WithoutHeaders
from cardgen.localhub.middleware import path_of, query_of, read_all

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Faulty:
    """Puts the faults that meet a request around the application, the first one outermost."""

    def __init__(self, app: ASGIApp, faults: Faults, closing: asyncio.Event) -> None:
        self._app = app
        self._faults = faults
        self._closing = closing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app
        for action in reversed(self._faults.meeting(scope["method"], path_of(scope), query_of(scope))):
            app = partial(self._apply, action, app)
        await app(scope, receive, send)

    async def _apply(self, action: Action, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        match action:
            case Delay(seconds):
                await self._delay(seconds, app, scope, receive, send)
            case Run():
                await _run(action, app, scope, receive, send)
            case Answer():
                await _answer(action, app, scope, receive, send)
            case Drop():
                await _drop(action, app, scope, receive, send)
            case Silence():
                await self._keep_silent(action, app, scope, receive)
            case SlowBody():
                await app(scope, receive, self._slowly(action, receive, send))
            case WithoutHeaders(names):
                await app(scope, receive, _without(names, send))

    async def _delay(self, seconds: float, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        if await self._is_closing_within(seconds):
            await _hang_up(scope, receive, "close")
        else:
            await app(scope, receive, send)

    async def _is_closing_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._closing.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def _keep_silent(self, silence: Silence, app: ASGIApp, scope: Scope, receive: Receive) -> None:
        if silence.when == "after":
            await app(scope, receive, _swallow)
        else:
            await read_all(receive)
        await self._is_left_within(None, receive)
        await _hang_up(scope, receive, "close")

    async def _is_left_within(self, seconds: float | None, receive: Receive) -> bool:
        """Whether the client hangs up meanwhile, or the hub is about to stop."""
        ends = [asyncio.ensure_future(each) for each in (self._closing.wait(), _disconnected(receive))]
        done, pending = await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for each in pending:
            each.cancel()
        return bool(done)

    def _slowly(self, slow: SlowBody, receive: Receive, send: Send) -> Send:
        async def send_slowly(message: Message) -> None:
            body = message.get("body", b"")
            for start in range(0, len(body), slow.piece):
                await self._is_left_within(slow.seconds, receive)
                piece = body[start : start + slow.piece]
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({**message, "body": b""} if body else message)

        return send_slowly


async def _run(run: Run, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    if run.when == "before":
        await run_in_threadpool(run.function)
        await app(scope, receive, send)
        return
    answer: list[Message] = []

    async def keep(message: Message) -> None:
        answer.append(message)

    await app(scope, receive, keep)
    await run_in_threadpool(run.function)
    for message in answer:
        await send(message)


async def _answer(answer: Answer, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    if answer.when == "after":
        await app(scope, receive, _swallow)
    else:
        await read_all(receive)
    media_type = None if any(name.lower() == "content-type" for name in answer.headers) else "text/plain"
    await Response(answer.body, answer.status, dict(answer.headers), media_type)(scope, receive, send)


async def _drop(drop: Drop, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    if drop.when == "before":
        await read_all(receive)
    else:
        await app(scope, receive, _half(send) if drop.when == "midway" else _swallow)
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


def _without(names: tuple[str, ...], send: Send) -> Send:
    async def send_less(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name in names:
                del headers[name]
        await send(message)

    return send_less


async def _hang_up(scope: Scope, receive: Receive, how: Literal["reset", "close"]) -> None:
    """End the connection, and wait until the server has noticed."""
    transport: asyncio.Transport = scope["state"]["transport"]
    if how == "reset":
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        transport.abort()
    else:
        transport.close()
    await _disconnected(receive)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
