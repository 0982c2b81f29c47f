"""The hub as an ASGI application: its routes, and what stands before them."""

from __future__ import annotations

import asyncio

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from cardgen.localhub import api, pages
from cardgen.localhub.fault_middleware import Faulty
from cardgen.localhub.faults import Faults
from cardgen.localhub.limits import Meter
from cardgen.localhub.middleware import Logged, Metered, Unquoted
from cardgen.localhub.refusals import Refusal
from cardgen.localhub.storage import Storage
from cardgen.localhub.wire_log import WireLog
from cardgen.serving import Guarded


def build(storage: Storage, faults: Faults, log: WireLog, meter: Meter, closing: asyncio.Event) -> ASGIApp:
    """The application; `closing` is set when it is about to stop."""
    app = Starlette(
        routes=[*api.ROUTES, *pages.ROUTES],
        exception_handlers={Refusal: _refuse, HTTPException: _unknown},
    )
    app.state.storage = storage
    app.router.redirect_slashes = False
    faulty = Faulty(Unquoted(app), faults, closing)
    return Logged(Guarded(Metered(faulty, meter, storage.state.token)), log)


async def _refuse(_: Request, error: Exception) -> Response:
    if not isinstance(error, Refusal):
        raise error
    return JSONResponse({"error": error.message}, error.status, error.headers)


async def _unknown(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return JSONResponse({"error": f"The local hub has no {request.method} {request.url.path}"}, status)
