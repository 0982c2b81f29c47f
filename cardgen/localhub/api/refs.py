"""Branches and tags: listed, made, removed."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from cardgen.localhub import git_commit, refusals
from cardgen.localhub.api.routing import api_route
from cardgen.localhub.call import Call
from cardgen.localhub.git_commit import Signed
from cardgen.localhub.git_repo import MAIN
from cardgen.localhub.names import RepoName


def listing(call: Call) -> Response:
    """Branches and tags, and with `include_prs` the refs of pull requests."""
    with call.open(call.repo_name()) as repo:
        found: dict[str, Any] = {
            "branches": _rows(repo.refs("refs/heads/"), "refs/heads/"),
            "tags": _rows(repo.refs("refs/tags/"), "refs/tags/"),
            "converts": [],
        }
        if call.query.get("include_prs"):
            found["pullRequests"] = _rows(repo.refs("refs/pr/"), "refs/pr/")
    return JSONResponse(found)


def create_branch(call: Call) -> Response:
    """Make a branch, at `startingPoint` or at the head of main."""
    name, branch = call.writable_repo_name(), _name(call.params["branch"])
    start = str(call.json().get("startingPoint") or MAIN)
    with call.changing(name) as repo:
        commit = repo.resolve(start)
        if commit is None:
            raise refusals.revision_not_found(start)
        if not git_commit.add_ref(repo, f"refs/heads/{branch}", commit):
            raise refusals.conflict(f"Reference already exists: {branch}")
    return JSONResponse({"success": True})


def delete_branch(call: Call) -> Response:
    """Remove a branch; main cannot be."""
    name, branch = call.writable_repo_name(), call.params["branch"]
    if branch == MAIN:
        raise refusals.no_rights(f"delete the branch {MAIN}")
    return _remove(call, name, f"refs/heads/{branch}")


def create_tag(call: Call) -> Response:
    """Tag a revision; with a `message` the tag is an object of its own."""
    name, wanted = call.writable_repo_name(), call.json()
    tag, message = _name(wanted.get("tag")), wanted.get("message")
    with call.changing(name) as repo:
        target = call.commit_of(repo)
        if message:
            signed = Signed(str(message), call.known_caller().user)
            target = git_commit.annotated_tag(repo, tag, target, signed)
        if not git_commit.add_ref(repo, f"refs/tags/{tag}", target):
            raise refusals.conflict(f"Tag {tag} already exists")
    return JSONResponse({"success": True})


def delete_tag(call: Call) -> Response:
    """Remove a tag."""
    return _remove(call, call.writable_repo_name(), f"refs/tags/{call.params['revision']}")


def _remove(call: Call, name: RepoName, ref: str) -> Response:
    with call.changing(name) as repo:
        if not git_commit.remove_ref(repo, ref):
            raise refusals.revision_not_found(ref.split("/", 2)[2])
    return JSONResponse({"success": True})


def _name(value: object) -> str:
    if not isinstance(value, str) or not git_commit.is_name(value):
        raise refusals.bad_request(f"Invalid reference name: {str(value)[:100]}")
    return value


def _rows(found: dict[str, str], prefix: str) -> list[dict[str, str]]:
    return [{"name": name, "ref": prefix + name, "targetCommit": commit} for name, commit in sorted(found.items())]


ROUTES = [
    *api_route("/refs", listing),
    *api_route("/branch/{branch}", create_branch, "POST"),
    *api_route("/branch/{branch}", delete_branch, "DELETE"),
    *api_route("/tag/{revision}", create_tag, "POST"),
    *api_route("/tag/{revision}", delete_tag, "DELETE"),
]
