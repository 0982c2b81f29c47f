"""Pages of what people do together: a repo's discussions and pull requests, and collections."""

from __future__ import annotations

from typing import Any

from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cardgen.localhub import refusals
from cardgen.localhub.api import collections, discussion_json
from cardgen.localhub.api.routing import page_route
from cardgen.localhub.call import Call, endpoint
from cardgen.localhub.discussion_store import Discussion, Wanted
from cardgen.localhub.names import RepoName
from cardgen.localhub.pages.page import HEADERS, page, refused
from cardgen.localhub.refusals import Refusal

MAX_LISTED = 200
MAX_DIFF = 200_000


def open_pull_requests(call: Call, name: RepoName) -> list[Discussion]:
    """Those of a repo that wait for somebody, the newest first."""
    return call.storage.discussions.list(name, Wanted(pull_requests=True, open=True), 0, MAX_LISTED)


def discussions(call: Call) -> Response:
    """All discussions and pull requests of a repo."""
    try:
        name = call.repo_name()
    except Refusal as refusal:
        return refused(refusal)
    found = call.storage.discussions.list(name, Wanted(), 0, MAX_LISTED)
    return page("discussions.html", title=f"{name.repo_id}: discussions", name=name, discussions=found)


def discussion(call: Call) -> Response:
    """A discussion, as plain text; of a pull request also its diff."""
    try:
        name, found, shown = _details(call)
    except Refusal as refusal:
        return refused(refusal)
    diff = shown.get("diff", "")[:MAX_DIFF]
    return page("discussion.html", title=found.title, name=name, found=found, shown=shown, diff=diff)


def diff(call: Call) -> Response:
    """What a pull request would change, alone: the address that the API names."""
    try:
        return PlainTextResponse(_details(call)[2].get("diff", ""), headers=HEADERS)
    except Refusal as refusal:
        return refused(refusal)


def _details(call: Call) -> tuple[RepoName, Discussion, dict[str, Any]]:
    name, num = call.repo_name(), call.params["num"]
    found = call.storage.discussions.get(name, int(num)) if num.isdecimal() and len(num) < 10 else None
    if found is None:
        raise refusals.not_found("Discussion")
    return name, found, discussion_json.details(call, name, found, with_diff=True)


def collection(call: Call) -> Response:
    """A collection: its items with their notes."""
    try:
        shown = collections.shown(call, collections.named(call), call.caller())
    except Refusal as refusal:
        return refused(refusal)
    prefixes = {"model": "/", "dataset": "/datasets/", "space": "/spaces/", "collection": "/collections/"}
    return page("collection.html", title=shown["title"], shown=shown, prefixes=prefixes)


ROUTES = [
    Route("/collections/{namespace}/{slug}", endpoint(collection)),
    *page_route("/discussions", discussions),
    *page_route("/discussions/{num}", discussion),
    *page_route("/discussions/{num}/files.diff", diff),
]
