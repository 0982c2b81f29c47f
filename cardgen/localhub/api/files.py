"""Files: listed, looked up, and read at a revision."""

from __future__ import annotations

import mimetypes
import re
from itertools import islice
from typing import Any
from urllib.parse import parse_qs, quote

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cardgen.localhub import refusals
from cardgen.localhub.api.routing import api_route, page_route
from cardgen.localhub.call import Call, endpoint
from cardgen.localhub.git_repo import Entry, GitRepo
from cardgen.localhub.names import KINDS, RepoName

TREE_PAGE = 1000
_ALLOWED = frozenset({"README.md", "LICENSE", "LICENSE.md", "LICENSE.txt"})
_RANGE = re.compile(r"bytes=(\d{1,20})-(\d{0,20})")
_INERT = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}
"""Files are from anyone, and come from the address of the pages: a browser must not run them."""


def tree(call: Call) -> Response:
    """What lies in a folder, page by page; `Link` leads to the next one, at the same commit."""
    folder = call.params.get("path", "").strip("/")
    recursive = call.query.get("recursive") == "true"
    start = int(call.query.get("cursor", "0")) if call.query.get("cursor", "0").isdecimal() else 0
    name = call.repo_name()
    with call.open(name) as repo:
        commit = call.commit_of(repo)
        try:
            found = list(islice(repo.entries(commit, folder, recursive=recursive), start, start + TREE_PAGE + 1))
        except KeyError:
            raise refusals.entry_not_found(folder, commit) from None
    headers = {}
    if len(found) > TREE_PAGE:
        page = f"/api/{name.kind}/{name.repo_id}/tree/{commit}/{quote(folder)}".rstrip("/")
        query = f"recursive={'true' if recursive else 'false'}&cursor={start + TREE_PAGE}"
        headers["Link"] = f'<{call.base}{page}?{query}>; rel="next"'
    return JSONResponse([_row(entry) for entry in found[:TREE_PAGE]], headers=headers)


def paths_info(call: Call) -> Response:
    """The same rows for the paths that a form names; those that are not there are left out."""
    wanted = parse_qs(call.body.decode(errors="replace")).get("paths", [])
    with call.open(call.repo_name()) as repo:
        commit = call.commit_of(repo)
        found = [repo.entry(commit, path.strip("/")) for path in wanted]
    return JSONResponse([_row(entry) for entry in found if entry])


def resolve(call: Call) -> Response:
    """A file's bytes, if the caller may have them; anybody may have the card and the license of a gated repo.

    Observed of gated repos by Orolol/originator (October 2026): only these names, at the top, and only here.
    """
    name = call.repo_name()
    if call.params["path"] not in _ALLOWED:
        call.check_gate(name)
    if call.storage.modes.resolve_cache:
        return _to_cache(call, name)
    return _file(call, name)


def raw(call: Call) -> Response:
    """The same bytes at another address, for which there are no exceptions."""
    name = call.repo_name()
    call.check_gate(name)
    return _file(call, name)


def cached(call: Call) -> Response:
    """Where the Hub sends those who ask for a public file: an address that has the commit in it."""
    name = call.repo_name()
    if call.params["path"] not in _ALLOWED:
        call.check_gate(name)
    return _file(call, name)


def _to_cache(call: Call, name: RepoName) -> Response:
    with call.open(name) as repo:
        commit = call.commit_of(repo)
        _existing(call, repo, commit)
    path = quote(call.params["path"])
    location = f"/api/resolve-cache/{name.kind}/{name.repo_id}/{commit}/{path}"
    return Response(status_code=307, headers={"Location": location, "X-Repo-Commit": commit})


def _file(call: Call, name: RepoName) -> Response:
    """The headers carry what the client lives by: the commit, and the blob's id as ETag."""
    with call.open(name) as repo:
        commit = call.commit_of(repo)
        entry = _existing(call, repo, commit)
        content = repo.read(entry.oid)
    headers = {"X-Repo-Commit": commit, "ETag": f'"{entry.oid}"', "Accept-Ranges": "bytes", **_INERT}
    return _ranged(call, content, headers, _media_type(entry.path))


def _existing(call: Call, repo: GitRepo, commit: str) -> Entry:
    entry = repo.entry(commit, call.params["path"])
    if entry is None or entry.kind != "file":
        raise refusals.entry_not_found(call.params["path"], commit)
    return entry


def _ranged(call: Call, content: bytes, headers: dict[str, str], media_type: str) -> Response:
    """All of it, or the part that a client asks for: of a large file its head, of a broken download the rest."""
    asked = _RANGE.fullmatch(call.headers.get("range", ""))
    if not asked:
        return Response(content, 200, headers, media_type)
    start, end = int(asked[1]), min(int(asked[2] or len(content)), len(content) - 1)
    if start > end:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{len(content)}"})
    headers["Content-Range"] = f"bytes {start}-{end}/{len(content)}"
    return Response(content[start : end + 1], 206, headers, media_type)


def _media_type(path: str) -> str:
    """Images as what they are, for the pages; all else is text to read."""
    guessed = mimetypes.guess_type(path)[0] or ""
    return guessed if guessed.startswith("image/") else "text/plain"


def _row(entry: Entry) -> dict[str, Any]:
    return {"type": entry.kind, "path": entry.path, "oid": entry.oid, "size": entry.size}


ROUTES = [
    *api_route("/tree/{revision}", tree),
    *api_route("/tree/{revision}/{path:path}", tree),
    *api_route("/paths-info/{revision}", paths_info, "POST"),
    *page_route("/resolve/{revision}/{path:path}", resolve),
    *page_route("/raw/{revision}/{path:path}", raw),
    *(
        Route(
            f"/api/resolve-cache/{kind}/{{namespace}}/{{name}}/{{revision}}/{{path:path}}", endpoint(cached, kind=kind)
        )
        for kind in KINDS
    ),
]
