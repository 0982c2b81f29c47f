"""The HTTP session that huggingface_hub is given: every request has a deadline, and every failure has a name.

The client sets no timeout of its own on most calls and passes an explicit None on others, so that a default does
not reach them; it waits as long as a server tells it to, on its own; and it takes the HTML page of a gateway for
an answer. All of that ends here, below it.
"""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, Final

import httpx2
from huggingface_hub.utils._http import hf_raise_for_status

from cardgen import pace
from cardgen.errors import BusyError, HubError, QuotaError, TooLargeError, UnreachableError
from cardgen.hub_deadline import Deadline, hold
from cardgen.pace import Pace

TIMEOUTS: Final = {"connect": 10.0, "read": 30.0, "write": 30.0, "pool": 60.0}
"""Seconds, each for one step of a request."""
DEADLINE: Final = 120.0
"""Seconds for the whole of a request and its answer, however slowly they trickle."""
MAX_BODY: Final = 32 * 1024 * 1024
"""The largest file that the Hub keeps outside LFS has 10 MiB."""

_LOOPBACK: Final = ("all://127.0.0.1", "all://localhost", "all://[::1]")
_HOURLY: Final = re.compile(r"hourly quotas? for action: ([a-z-]{1,20})")
_CHECK: Final = "/api/validate-yaml"
_CREATES_ELSEWHERE: Final = "another conflicting operation is in progress"
RequestHook = Callable[[httpx2.Request], object]


class Session(httpx2.Client):
    """Raises HubError and its kinds for what is no answer to a request; the client sees all else.

    `hooks` are the client's own, which keep its offline mode and its request ids working; `paced` holds requests
    back. Proxies of the environment are used, but not for this machine.
    """

    def __init__(self, hooks: Sequence[RequestHook], paced: Pace) -> None:
        super().__init__(
            event_hooks={"request": [*hooks], "response": [_bound]},
            follow_redirects=True,
            timeout=httpx2.Timeout(**TIMEOUTS),
            verify=_trusted(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")),
            mounts=dict.fromkeys(_LOOPBACK),
        )
        self._pace = paced
        self._deadline = Deadline()
        hold(self, self._deadline)

    def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """Send a request, with a deadline even where the client asks for none."""
        given = request.extensions.get("timeout", {})
        request.extensions["timeout"] = TIMEOUTS | {step: each for step, each in given.items() if each is not None}
        # Raised outside of the handler: the request in a traceback's context would carry the token.
        failure: HubError | None = None
        try:
            with self._pace.turn(request.url.path) as note:
                self._deadline.begin(DEADLINE)
                response = super().send(request, **options)
                note(response.headers)
        except (httpx2.UnsupportedProtocol, httpx2.LocalProtocolError, UnicodeEncodeError):
            failure = HubError(
                f"the request to {request.url.host or request.url} cannot be sent",
                "check HF_ENDPOINT (https://…) and the token for stray characters",
            )
        except httpx2.RequestError as error:
            failure = _no_answer(request, error)
        if failure is None and not options.get("stream"):
            failure = _failure(response)
        if failure is not None:
            raise failure
        return response


@cache
def _trusted(*_: str | None) -> ssl.SSLContext:
    """Whom to trust, by what the environment names: read once, since that takes longer than many a request."""
    return httpx2.create_ssl_context()


class _TooLargeError(httpx2.DecodingError):
    """Asked for again, a file would be no smaller."""


class _Bounded(httpx2.SyncByteStream):
    """A body that does not take all the memory."""

    def __init__(self, stream: httpx2.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self._stream:
            size += len(chunk)
            if size > MAX_BODY:
                raise _TooLargeError(f"there are more than {MAX_BODY:,} bytes")
            yield chunk

    def close(self) -> None:
        self._stream.close()


def _bound(response: httpx2.Response) -> None:
    if isinstance(response.stream, httpx2.SyncByteStream):
        response.stream = _Bounded(response.stream)


def _no_answer(request: httpx2.Request, error: httpx2.RequestError) -> HubError:
    if isinstance(error, _TooLargeError) and request.method == "GET":
        return HubError(f"{request.url.path} is too large to be read: {error}", "look at it on the Hub")
    what = "does not answer in time" if isinstance(error, httpx2.TimeoutException) else "cannot be reached"
    reason = str(error) if isinstance(error, httpx2.ConnectError | httpx2.TimeoutException) else ""
    detail = f": {reason}" if reason else f" ({type(error).__name__})"
    return UnreachableError(
        f"{request.url.host} {what}{detail}",
        "check the network, HF_ENDPOINT and https://status.huggingface.co, then run it again",
    )


def _failure(response: httpx2.Response) -> HubError | None:
    """The error for an answer that says to ask again, or that says nothing.

    The client reads the answer to the check of a card before its status, and would take the page of a firewall that
    refuses for no answer at all; only a 400 is about the card.
    """
    status, host = response.status_code, response.request.url.host
    if status == 429:
        return _too_many(response)
    if status == 413:
        return TooLargeError("the card is too large for the Hub (413)", "shorten it: tables, usage code, card data")
    if status == 409 and _CREATES_ELSEWHERE in response.text:
        return BusyError(f"{host} is busy with another repo of this user (409)", "run it again")
    if status == 408 or (status >= 500 and status != 501):
        return UnreachableError(f"{host} answers {status}", "run it again later")
    if response.request.url.path.endswith(_CHECK) and status != 400:
        hf_raise_for_status(response)
    return None


def _too_many(response: httpx2.Response) -> BusyError:
    """The Hub has quotas of its own for commits and new repos, which its headers do not show (datasets#6257)."""
    host = response.request.url.host
    if found := _HOURLY.search(response.text):
        return QuotaError(f"{host}: the hourly quota for {found[1]} is used up (429)", "go on later: run it again")
    budget = pace.read(response.headers)
    wait = budget.seconds + pace.SLACK if budget and not budget.left else None
    return BusyError(
        f"{host} takes no more requests for now (429)", "run it again later: it goes on where it was", wait
    )
