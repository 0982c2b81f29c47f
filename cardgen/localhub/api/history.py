"""History: the commits of a repo."""

from __future__ import annotations

from html import escape
from typing import Any

from starlette.responses import JSONResponse, Response

from cardgen.localhub.api import dates
from cardgen.localhub.api.routing import api_route
from cardgen.localhub.call import Call
from cardgen.localhub.git_repo import CommitInfo

COMMITS_PAGE = 50


def commits(call: Call) -> Response:
    """Commits from a revision backwards, page by page; `Link` leads to where the next page starts."""
    formatted = "formatted" in call.query.getlist("expand[]")
    name = call.repo_name()
    call.check_gate(name)
    with call.open(name) as repo:
        found = repo.history(call.commit_of(repo), COMMITS_PAGE + 1)
    headers = {}
    if len(found) > COMMITS_PAGE:
        following = f"{call.base}/api/{name.kind}/{name.repo_id}/commits/{found[-1].oid}"
        headers["Link"] = f'<{following}{"?expand[]=formatted" if formatted else ""}>; rel="next"'
    return JSONResponse([_row(info, formatted=formatted) for info in found[:COMMITS_PAGE]], headers=headers)


def _row(info: CommitInfo, *, formatted: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": info.oid,
        "title": info.title,
        "message": info.message,
        "authors": [{"user": info.author}],
        "date": dates.of_second(info.date),
    }
    if formatted:
        row["formatted"] = {"title": escape(info.title), "message": escape(info.message)}
    return row


ROUTES = api_route("/commits/{revision}", commits)
