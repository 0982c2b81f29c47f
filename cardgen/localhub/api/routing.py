"""Routes that exist once for each kind of repo."""

from __future__ import annotations

from starlette.routing import Route

from cardgen.localhub.call import MAX_JSON, Handler, endpoint
from cardgen.localhub.names import KINDS


def api_route(path: str, handler: Handler, method: str = "GET", limit: int = MAX_JSON) -> list[Route]:
    """`/api/{models,datasets,spaces}/NAMESPACE/NAME` and `path`."""
    return [
        Route(f"/api/{kind}/{{namespace}}/{{name}}{path}", endpoint(handler, limit, kind=kind), methods=[method])
        for kind in KINDS
    ]


def page_route(path: str, handler: Handler, method: str = "GET") -> list[Route]:
    """`[/datasets|/spaces]/NAMESPACE/NAME` and `path`: models, whose prefix is nothing, are tried last."""
    prefixes = {kind: "" if kind == "models" else f"/{kind}" for kind in reversed(KINDS)}
    return [
        Route(f"{prefix}/{{namespace}}/{{name}}{path}", endpoint(handler, kind=kind), methods=[method])
        for kind, prefix in prefixes.items()
    ]
