"""The Hub's API, as far as a publisher of cards needs it: one module per group of endpoints."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from cardgen.localhub.api import (
    account,
    collection_items,
    collections,
    commits,
    descriptions,
    discussions,
    files,
    history,
    oauth,
    refs,
    repos,
)
from cardgen.localhub.call import Call, endpoint
from cardgen.localhub.refusals import Refusal


def unknown(call: Call) -> Response:
    """An endpoint of the Hub that this stand-in does not have."""
    raise Refusal(404, f"The local hub has no /api/{call.params['path']}, or not for this method")


ROUTES: list[Route] = [
    *account.ROUTES,
    *oauth.ROUTES,
    *repos.ROUTES,
    *descriptions.ROUTES,
    *files.ROUTES,
    *history.ROUTES,
    *refs.ROUTES,
    *commits.ROUTES,
    *discussions.ROUTES,
    *collections.ROUTES,
    *collection_items.ROUTES,
    Route("/api/{path:path}", endpoint(unknown), methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
]
"""In the order in which they are tried; pages, whose patterns are looser still, come after all of them."""
