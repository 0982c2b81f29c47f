"""Repos: made, deleted, described; and who may read and write them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cardgen.localhub import card_check, names, refusals, safetensors
from cardgen.localhub.api.routing import api_route
from cardgen.localhub.call import Call, endpoint
from cardgen.localhub.git_repo import GitRepo
from cardgen.localhub.names import KINDS, RepoName

_ALWAYS = frozenset({"_id", "id"})


def create(call: Call) -> Response:
    """Make a repo. One that exists already is a 409 whose `url` tells the client where."""
    caller = call.known_caller()
    wanted = call.json()
    name = _wanted_name(wanted, caller.user)
    if not caller.may_write_to(name.namespace):
        raise refusals.no_rights_to_create(name.singular, name.namespace)
    url = call.base + name.path
    try:
        call.storage.repos.create(name)
    except FileExistsError:
        message = f"You already created this {name.singular} repo"
        return JSONResponse({"error": message, "url": url}, 409, {"X-Error-Message": message})
    call.storage.state.remember_repo(name, private=wanted.get("visibility") == "private")
    return JSONResponse({"url": url, "name": name.repo_id, "id": _object_id(name)})


def delete(call: Call) -> Response:
    """Delete a repo, for good."""
    caller = call.known_caller()
    name = _wanted_name(call.json(), caller.user)
    if not call.storage.repos.exists(name):
        raise refusals.repo_not_found()
    if not caller.may_write_to(name.namespace):
        raise refusals.no_rights_to_write()
    call.storage.repos.delete(name)
    call.storage.state.forget_repo(name)
    return Response("OK")


def describe(call: Call) -> Response:
    """What is known of a repo at a revision; `blobs` adds sizes, `expand` picks fields."""
    name = call.repo_name()
    with call.open(name) as repo:
        found = _description(call, name, repo)
    if picked := {*call.query.getlist("expand"), *call.query.getlist("expand[]")}:
        found = {key: value for key, value in found.items() if key in picked | _ALWAYS}
    return JSONResponse(found)


def auth_check(call: Call) -> Response:
    """Whether the caller may read the repo: the status alone says so."""
    call.repo_name()
    return JSONResponse({})


def auth_check_write(call: Call) -> Response:
    """Whether the caller may write to the repo."""
    call.writable_repo_name()
    return JSONResponse({})


def _wanted_name(wanted: dict[str, Any], user: str) -> RepoName:
    words = (wanted.get("type") or "model", wanted.get("organization") or user, wanted.get("name"))
    if not all(isinstance(word, str) for word in words):
        raise refusals.bad_request('"name" must be a string')
    kind, namespace, name = map(str, words)
    try:
        return names.parse(names.kind_of(kind), namespace, name)
    except ValueError as error:
        raise refusals.bad_request(str(error)) from None


def _description(call: Call, name: RepoName, repo: GitRepo) -> dict[str, Any]:
    commit = call.commit_of(repo)
    card = card_check.check(repo.text(commit, "README.md") or "").data or {}
    created_at = call.storage.state.created_at(name)
    changed = repo.info(commit).date
    found: dict[str, Any] = {
        "_id": _object_id(name),
        "id": name.repo_id,
        "author": name.namespace,
        "sha": commit,
        "createdAt": timestamp(datetime.fromtimestamp(created_at, UTC) if created_at else changed),
        "lastModified": timestamp(changed),
        "private": call.storage.state.is_private(name),
        "gated": False,
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


def _object_id(name: RepoName) -> str:
    return hashlib.sha256(f"{name.kind}/{name.repo_id}".encode()).hexdigest()[:24]


def timestamp(when: datetime) -> str:
    """A date as the Hub writes it."""
    return when.strftime("%Y-%m-%dT%H:%M:%S.000Z")


ROUTES = [
    Route("/api/repos/create", endpoint(create), methods=["POST"]),
    Route("/api/repos/delete", endpoint(delete), methods=["DELETE"]),
    *(Route(f"/api/{kind}/{{name}}", endpoint(describe, kind=kind, namespace="")) for kind in KINDS),
    *api_route("", describe),
    *api_route("/revision/{revision}", describe),
    *api_route("/auth-check", auth_check),
    *api_route("/auth-check/write", auth_check_write),
]
