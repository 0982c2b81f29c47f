"""History: commits, branches and tags."""

from __future__ import annotations

from html import escape
from typing import Any

from starlette.responses import JSONResponse, Response

from cardgen.localhub.api.repos import timestamp
from cardgen.localhub.api.routing import api_route
from cardgen.localhub.call import Call
from cardgen.localhub.git_repo import CommitInfo

COMMITS_PAGE = 50


def commits(call: Call) -> Response:
    """Commits from a revision backwards, page by page; `Link` leads to where the next page starts."""
    formatted = "formatted" in call.query.getlist("expand[]")
    name = call.repo_name()
    with call.open(name) as repo:
        found = repo.history(call.commit_of(repo), COMMITS_PAGE + 1)
    headers = {}
    if len(found) > COMMITS_PAGE:
        following = f"{call.base}/api/{name.kind}/{name.repo_id}/commits/{found[-1].oid}"
        headers["Link"] = f'<{following}{"?expand[]=formatted" if formatted else ""}>; rel="next"'
    return JSONResponse([_row(info, formatted=formatted) for info in found[:COMMITS_PAGE]], headers=headers)


def refs(call: Call) -> Response:
    """Branches and tags, and with `include_prs` the refs of pull requests."""
    with call.open(call.repo_name()) as repo:
        found: dict[str, Any] = {
            "branches": _refs(repo.refs("refs/heads/"), "refs/heads/"),
            "tags": _refs(repo.refs("refs/tags/"), "refs/tags/"),
            "converts": [],
        }
        if call.query.get("include_prs"):
            found["pullRequests"] = _refs(repo.refs("refs/pr/"), "refs/pr/")
    return JSONResponse(found)


def _row(info: CommitInfo, *, formatted: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": info.oid,
        "title": info.title,
        "message": info.message,
        "authors": [{"user": info.author}],
        "date": timestamp(info.date),
    }
    if formatted:
        row["formatted"] = {"title": escape(info.title), "message": escape(info.message)}
    return row


def _refs(found: dict[str, str], prefix: str) -> list[dict[str, str]]:
    return [{"name": name, "ref": prefix + name, "targetCommit": commit} for name, commit in sorted(found.items())]


ROUTES = [*api_route("/commits/{revision}", commits), *api_route("/refs", refs)]
