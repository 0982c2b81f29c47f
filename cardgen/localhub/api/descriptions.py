"""Repos: described one by one, and listed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cardgen import repo_ids
from cardgen.localhub import card_check, names, safetensors
from cardgen.localhub.api import dates, people
from cardgen.localhub.api.routing import api_route
from cardgen.localhub.call import Call, endpoint
from cardgen.localhub.git_repo import MAIN, GitRepo
from cardgen.localhub.names import KINDS, RepoName

MOST_LISTED = 1000
_ALWAYS = frozenset({"_id", "id"})
_LISTED = frozenset(
    {"_id", "id", "createdAt", "downloads", "likes", "modelId", "private", "tags", "pipeline_tag", "library_name"}
)
_FULL = frozenset({"author", "disabled", "gated", "lastModified", "sha", "siblings"})


def describe(call: Call) -> Response:
    """What is known of a repo at a revision; `blobs` adds sizes, `expand` picks fields."""
    name = call.repo_name()
    with call.open(name) as repo:
        found = _description(call, name, repo)
    if picked := _picked(call):
        found = {key: value for key, value in found.items() if key in picked | _ALWAYS}
    return JSONResponse(found)


def listing(call: Call) -> Response:
    """Repos in the order of their ids, page by page; `author` and `search` pick, `full` and `cardData` add fields.

    The Hub has more ways to sort and to pick; this has those that a program needs to find the repos of a namespace.
    """
    limit = max(1, call.number("limit", MOST_LISTED, MOST_LISTED))
    start = call.number("cursor", 0, 1_000_000_000)
    found = list(islice(_visible(call), start, start + limit + 1))
    headers = {}
    if len(found) > limit:
        query = [(key, value) for key, value in call.query.multi_items() if key != "cursor"]
        following = f"{call.base}/api/{call.params['kind']}?{urlencode([*query, ('cursor', start + limit)])}"
        headers["Link"] = f'<{following}>; rel="next"'
    rows = [_listed(call, name) for name in found[:limit]]
    return JSONResponse([row for row in rows if row], headers=headers)


def _visible(call: Call) -> Iterator[RepoName]:
    kind, caller = names.kind_of(call.params["kind"]), call.caller()
    author, search = call.query.get("author"), call.query.get("search", "").lower()
    if author is not None and repo_ids.part_problem(author):
        return
    repos = call.storage.repos
    for name in repos.of_kind(kind) if author is None else repos.of_namespace(kind, author):
        if search in name.repo_id.lower() and call.shows(name, caller):
            yield name


def _listed(call: Call, name: RepoName) -> dict[str, Any]:
    """One row; empty for a repo that git made and never wrote to."""
    picked = _picked(call) or _LISTED | (_FULL if _is_on(call, "full") else set())
    if _is_on(call, "cardData"):
        picked = picked | {"cardData"}
    with call.open(name) as repo:
        if repo.head(MAIN) is None:
            return {}
        return {key: value for key, value in _description(call, name, repo).items() if key in picked | _ALWAYS}


def _picked(call: Call) -> set[str]:
    return {*call.query.getlist("expand"), *call.query.getlist("expand[]")}


def _is_on(call: Call, key: str) -> bool:
    return call.query.get(key, "").lower() in {"true", "1"}


def _description(call: Call, name: RepoName, repo: GitRepo) -> dict[str, Any]:
    commit = call.commit_of(repo)
    card = card_check.check(repo.text(commit, "README.md") or "").data or {}
    created_at = call.storage.state.created_at(name)
    changed = repo.info(commit).date
    settings = call.storage.state.settings(name)
    found: dict[str, Any] = {
        "_id": people.object_id(f"{name.kind}/{name.repo_id}"),
        "id": name.repo_id,
        "author": name.namespace,
        "sha": commit,
        "createdAt": dates.of_second(datetime.fromtimestamp(created_at, UTC) if created_at else changed),
        "lastModified": dates.of_second(changed),
        "private": settings.private,
        "gated": settings.gate or False,
        "disabled": False,
        "downloads": 0,
        "likes": 0,
        "tags": sorted(set(_tags(card))),
        "siblings": list(_siblings(repo, commit, with_blobs=call.query.get("blobs") == "true")),
    }
    if card:
        found["cardData"] = card
    if name.kind == "models":
        found["modelId"] = name.repo_id
        found |= {key: card[key] for key in ("pipeline_tag", "library_name") if key in card}
        if tensors := safetensors.describe(_weights(repo, commit)):
            found["safetensors"] = tensors
    return found


def _siblings(repo: GitRepo, commit: str, *, with_blobs: bool) -> Iterator[dict[str, Any]]:
    for entry in repo.entries(commit, recursive=True):
        if entry.kind == "file":
            blob = {"size": entry.size, "blobId": entry.oid} if with_blobs else {}
            yield {"rfilename": entry.path, **blob}


def _weights(repo: GitRepo, commit: str) -> Iterator[bytes]:
    """The safetensors files at the top of a repo; those that are kept in git are small."""
    for entry in repo.entries(commit):
        if entry.kind == "file" and entry.path.endswith(".safetensors"):
            yield repo.read(entry.oid)


def _tags(card: dict[str, Any]) -> Iterator[str]:
    """Tags as the Hub derives them from a card: its own, and `key:value` for some of the other keys."""
    prefixes = {"tags": "", "language": "", "library_name": "", "pipeline_tag": ""}
    prefixes |= {"license": "license:", "base_model": "base_model:", "datasets": "dataset:"}
    for key, prefix in prefixes.items():
        value = card.get(key, [])
        yield from (f"{prefix}{each}" for each in (value if isinstance(value, list) else [value]))


ROUTES = [
    *(Route(f"/api/{kind}", endpoint(listing, kind=kind)) for kind in KINDS),
    *(Route(f"/api/{kind}/{{name}}", endpoint(describe, kind=kind, namespace="")) for kind in KINDS),
    *api_route("", describe),
    *api_route("/revision/{revision}", describe),
]
