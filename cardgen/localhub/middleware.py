"""What stands before the routes: the wire log, the limits. `fault_middleware` and `serving`'s guard are beside."""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cardgen.localhub.access import Token
from cardgen.localhub.limits import Limits, Meter, Usage, bucket_of
from cardgen.localhub.wire_log import WireCall, WireLog

_COMMIT = re.compile(r"/api/[a-z]+/[^/]+/[^/]+/commit/")
_QUOTA = "You have exceeded our hourly quotas for action: commit. We invite you to retry later."

Tokens = Callable[[str], Token | None]
"""The token of a value, if it is one."""


def path_of(scope: Scope) -> str:
    """The path as it was sent: revisions carry quoted slashes."""
    return bytes(scope["raw_path"]).decode("ascii", "replace")


def query_of(scope: Scope) -> str:
    """What followed the `?`, as it was sent."""
    return bytes(scope["query_string"]).decode("ascii", "replace")


async def read_all(receive: Receive) -> None:
    """Read a body to its end: who still sends does not read the answer."""
    while (await receive()).get("more_body"):
        pass


class Logged:
    """Notes every request before anything else happens to it."""

    def __init__(self, app: ASGIApp, log: WireLog) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._log.append(WireCall(scope["method"], path_of(scope), query_of(scope)))
        await self._app(scope, receive, send)


class Unquoted:
    """Routes on the path as it was sent; handlers unquote the parts."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app({**scope, "path": path_of(scope)}, receive, send)


class Metered:
    """Counts requests, says in every answer how many are left, and refuses those that are too many."""

    def __init__(self, app: ASGIApp, meter: Meter, tokens: Tokens) -> None:
        self._app = app
        self._meter = meter
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limits = self._meter.limits
        if limits is None:
            await self._app(scope, receive, send)
            return
        user, path = self._user(scope), path_of(scope)
        usage = self._meter.count(limits, bucket_of(path), user, scope["client"][0])
        refusal = self._refusal(limits, scope, usage, user)
        if refusal is not None:
            await read_all(receive)
        await (refusal or self._app)(scope, receive, _telling(usage, send))

    def _user(self, scope: Scope) -> str | None:
        scheme, _, value = Headers(scope=scope).get("authorization", "").partition(" ")
        token = self._tokens(value.strip()) if scheme.lower() == "bearer" else None
        return token.user if token else None

    def _refusal(self, limits: Limits, scope: Scope, usage: Usage, user: str | None) -> Response | None:
        if usage.is_exceeded:
            return _too_many(limits, scope, usage, user)
        commits = scope["method"] == "POST" and _COMMIT.match(path_of(scope))
        if commits and user and not self._meter.count_commit(limits, user):
            return JSONResponse({"error": _QUOTA}, 429)
        return None


def _too_many(limits: Limits, scope: Scope, usage: Usage, user: str | None) -> Response:
    """In the Hub's words, which differ for those who have an account; a page is HTML."""
    if user is None:
        message = (
            f"We had to rate limit your IP ({scope['client'][0]}). To continue using our service, create a HF account "
            "or login to your existing account, and make sure you pass a HF_TOKEN if you're using the API."
        )
    else:
        message = (
            f"We had to rate limit you, you hit the quota of {usage.quota} {usage.bucket} requests per "
            f"{limits.window / 60:g} minutes period. Upgrade to a PRO user or Team/Enterprise organization account "
            "(https://hf.co/pricing) to get higher limits. See https://huggingface.co/docs/hub/rate-limits"
        )
    if usage.bucket == "pages":
        return HTMLResponse(f"<h1>429</h1>\n<p>{message}</p>\n", 429)
    return JSONResponse({"error": message}, 429)


def _telling(usage: Usage, send: Send) -> Send:
    """Add the headers of the limits, unless a fault made up its own."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in usage.headers.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers
