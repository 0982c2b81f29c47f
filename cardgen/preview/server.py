"""The preview as a server: its pages, and a stream that tells browsers when there is something new."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from cardgen import serving
from cardgen.pages import frame
from cardgen.pages.site import HOME, Page

HEADERS = frame.headers(**frame.SCRIPTED)
TICK = 0.05
"""Seconds between two looks at whether there is something new: a comparison of two texts."""

Render = Callable[[str], Page]
"""The page at a path of the site, as it is now."""


@contextmanager
def serve(render: Render, number: Callable[[], str], port: int) -> Iterator[str]:
    """Serve until the context is left; yields the address. `number` is another one whenever something changed.

    Raises InputError if the port cannot be had.
    """
    ending = asyncio.Event()
    app = serving.Guarded(Starlette(routes=_routes(render, number, ending)))
    with serving.listening(port) as listener, serving.running(app, listener, ending) as address:
        yield address


def _routes(render: Render, number: Callable[[], str], ending: asyncio.Event) -> list[Route]:
    async def page(request: Request) -> Response:
        path = request.path_params["path"] or HOME
        found = await run_in_threadpool(render, path)
        if found.is_there or path.endswith(HOME):
            return Response(found.text, 200 if found.is_there else 404, HEADERS, found.media_type)
        return RedirectResponse(f"/{path.strip('/')}/{HOME}", 307, HEADERS)  # a folder's page is the file in it

    async def changes(_: Request) -> Response:
        return StreamingResponse(_numbers(number, ending), headers=HEADERS, media_type="text/event-stream")

    return [Route("/-/changes", changes), Route("/{path:path}", page)]


async def _numbers(number: Callable[[], str], ending: asyncio.Event) -> AsyncIterator[str]:
    """The number of what is shown, at once, and then every time that it changes."""
    last = None
    while not ending.is_set():
        if (now := number()) != last:
            last = now
            yield f"data: {now}\n\n"
        await asyncio.sleep(TICK)
