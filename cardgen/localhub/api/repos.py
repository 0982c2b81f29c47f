"""Repos: made, deleted, moved, set; and who may read and write them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cardgen.localhub import lifecycle, names, refusals
from cardgen.localhub.access import Token
from cardgen.localhub.api import people
from cardgen.localhub.api.routing import api_route
from cardgen.localhub.call import Call, endpoint
from cardgen.localhub.names import RepoName
from cardgen.localhub.state import GATES, Settings


def create(call: Call) -> Response:
    """Make a repo. One that exists already is a 409 whose `url` tells the client where."""
    caller = call.known_caller()
    wanted = call.json()
    name = _wanted_name(wanted, caller.user)
    if not caller.may_write_to(name.namespace):
        raise refusals.no_rights_to_create(name.singular, name.namespace)
    try:
        lifecycle.create(call.storage, name, private=wanted.get("visibility") == "private")
    except FileExistsError:
        there = lifecycle.find(call.storage, name) or name
        message = f"You already created this {name.singular} repo"
        return JSONResponse({"error": message, "url": call.base + there.path}, 409, {"X-Error-Message": message})
    return JSONResponse(
        {"url": call.base + name.path, "name": name.repo_id, "id": people.object_id(f"{name.kind}/{name.repo_id}")}
    )


def delete(call: Call) -> Response:
    """Delete a repo, for good."""
    caller = call.known_caller()
    lifecycle.delete(call.storage, _existing(call, _wanted_name(call.json(), caller.user), caller))
    return Response("OK")


def move(call: Call) -> Response:
    """Give a repo another name or namespace; requests for the old one are led to the new one."""
    caller, wanted = call.known_caller(), call.json()
    old, new = (_parse(wanted.get("type"), *_halves(wanted.get(key))) for key in ("fromRepo", "toRepo"))
    _existing(call, old, caller)
    if not caller.may_write_to(new.namespace):
        raise refusals.no_rights_to_create(new.singular, new.namespace)
    try:
        lifecycle.move(call.storage, old, new)
    except FileExistsError:
        raise refusals.conflict(f"{new.repo_id} exists already") from None
    return Response("OK")


def change_settings(call: Call) -> Response:
    """Who sees a repo, and who is given its files; what is not named stays as it is."""
    name, wanted = call.writable_repo_name(), call.json()
    if "private" in wanted and "visibility" not in wanted:
        wanted["visibility"] = "private" if wanted["private"] else "public"
    if wanted.get("visibility", "public") not in {"public", "private"}:
        raise refusals.bad_request('"visibility" must be one of [public, private]')
    if wanted.get("gated", False) not in {False, *GATES}:
        raise refusals.bad_request('"gated" must be one of [false, auto, manual]')
    settings = call.storage.state.settings(name)
    if "visibility" in wanted:
        settings = replace(settings, private=wanted["visibility"] == "private")
    if "gated" in wanted:
        settings = replace(settings, gate=wanted["gated"] or None)
    call.storage.state.set_settings(name, settings)
    return JSONResponse(_settings_row(settings))


def auth_check(call: Call) -> Response:
    """Whether the caller may read the repo and its files: the status alone says so."""
    call.check_gate(call.repo_name())
    return JSONResponse({})


def auth_check_write(call: Call) -> Response:
    """Whether the caller may write to the repo."""
    call.writable_repo_name()
    return JSONResponse({})


def _existing(call: Call, name: RepoName, caller: Token) -> RepoName:
    """A repo that a body names, if it is there and the caller may do with it whatever he likes. Raises Refusal."""
    if not call.storage.repos.exists(name) or not call.shows(name, caller):
        raise refusals.repo_not_found()
    if not caller.may_write_to(name.namespace):
        raise refusals.no_rights_to_write()
    return name


def _wanted_name(wanted: dict[str, Any], user: str) -> RepoName:
    return _parse(wanted.get("type"), wanted.get("organization") or user, wanted.get("name"))


def _halves(repo_id: object) -> tuple[str, str]:
    namespace, _, name = str(repo_id).partition("/")
    return namespace, name


def _parse(kind: object, namespace: object, name: object) -> RepoName:
    if not isinstance(namespace, str) or not isinstance(name, str):
        raise refusals.bad_request('"name" must be a string')
    try:
        return names.parse(names.kind_of(str(kind or "model")), namespace, name)
    except ValueError as error:
        raise refusals.bad_request(str(error)) from None


def _settings_row(settings: Settings) -> dict[str, Any]:
    return {"private": settings.private, "gated": settings.gate or False}


ROUTES = [
    Route("/api/repos/create", endpoint(create), methods=["POST"]),
    Route("/api/repos/delete", endpoint(delete), methods=["DELETE"]),
    Route("/api/repos/move", endpoint(move), methods=["POST"]),
    *api_route("/settings", change_settings, "PUT"),
    *api_route("/auth-check", auth_check),
    *api_route("/auth-check/write", auth_check_write),
]
