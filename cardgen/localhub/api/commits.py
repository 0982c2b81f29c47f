"""Writing: the check of a card, how a file would be kept, and the commit."""

from __future__ import annotations

import time
from typing import Any

from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from cardgen.localhub import card_check, commit_body, commit_changes, git_commit, pull_requests, refusals
from cardgen.localhub.api.routing import api_route
from cardgen.localhub.call import Call, endpoint
from cardgen.localhub.commit_body import MAX_FILE, CommitRequest
from cardgen.localhub.git_commit import Signed
from cardgen.localhub.git_repo import GitRepo
from cardgen.localhub.names import RepoName
from cardgen.localhub.pull_requests import Place

MAX_CARD = 4 * 1024 * 1024
"""The Hub refuses cards that are too large here (mteb#1892); its own limit is not known."""
MAX_COMMIT = 64 * 1024 * 1024
_README = "README.md"
_ATTEMPTS = 10
_PAUSE = 0.05
"""Seconds until a branch is tried again that another program holds."""


def validate_yaml(call: Call) -> Response:
    """What the Hub says about a card; needs no token. Warnings are answered with 200, errors with 400."""
    verdict = card_check.check(str(call.json().get("content", "")))
    status = 400 if verdict.errors else 200
    if "text/plain" in call.headers.get("accept", ""):
        return PlainTextResponse("\n".join(verdict.errors + verdict.warnings), status)
    return JSONResponse(
        {
            "errors": [{"message": message} for message in verdict.errors],
            "warnings": [{"message": message} for message in verdict.warnings],
        },
        status,
    )


def preupload(call: Call) -> Response:
    """How each file would be kept; `oid` is the blob that lies there now, so that a client skips equal files."""
    name = _committable_repo_name(call)
    wanted = call.json().get("files")
    if not isinstance(wanted, list) or not all(isinstance(file, dict) for file in wanted):
        raise refusals.bad_request('"files" must be an array')
    with call.open(name) as repo:
        commit = call.commit_of(repo)
        return JSONResponse({"files": [_plan(repo, commit, file) for file in wanted], "commitOid": commit})


def commit(call: Call) -> Response:
    """Commit to a branch, or to a pull request; with `create_pr` to one that is opened for it.

    Refused with 412 if the branch moved on from the parent that the client names; a new pull request starts there.
    """
    name = _committable_repo_name(call)
    wanted = commit_body.read(call.body)
    verdict = card_check.check(wanted.files.get(_README, b"").decode(errors="replace"))
    if verdict.errors:
        raise refusals.bad_request(verdict.errors[0])
    if _opens_pull_request(call):
        return _propose(call, name, wanted)
    with call.changing(name) as repo:
        oid = _commit(repo, call.params["revision"], wanted, call.known_caller().user)
    return JSONResponse(_answer(call, name, oid))


def large_file(call: Call) -> Response:
    """What the client asks next for a file that goes through LFS or Xet."""
    _committable_repo_name(call)
    raise refusals.not_kept("files outside git (LFS)")


def _opens_pull_request(call: Call) -> bool:
    return call.query.get("create_pr") in {"1", "true"}


def _committable_repo_name(call: Call) -> RepoName:
    """The repo, if the caller may commit to this revision of it, or propose to (facts: huggingface_hub#1182)."""
    name, caller = call.repo_name(), call.known_caller()
    if caller.may_write(name):
        return name
    if caller.may_discuss:
        opened = pull_requests.of_ref(call.storage.discussions, name, call.params["revision"])
        if _opens_pull_request(call) or (opened and opened.author == caller.user):
            return name
    raise refusals.no_rights_to_write()


def _propose(call: Call, name: RepoName, wanted: CommitRequest) -> Response:
    with call.changing(name) as repo:
        place = Place(call.storage.discussions, name, repo)
        opened, oid = pull_requests.open_with(place, call.params["revision"], wanted, call.known_caller().user)
    url = f"{call.base}{name.path}/discussions/{opened.num}"
    return JSONResponse({**_answer(call, name, oid), "pullRequestUrl": url})


def _answer(call: Call, name: RepoName, oid: str) -> dict[str, Any]:
    url = f"{call.base}{name.path}/commit/{oid}"
    return {"success": True, "commitOid": oid, "commitUrl": url, "hookOutput": ""}


def _plan(repo: GitRepo, commit: str, file: dict[str, Any]) -> dict[str, Any]:
    path, size = str(file.get("path", "")), file.get("size", 0)
    large = not isinstance(size, int) or size > MAX_FILE or repo.keeps_outside_git(commit, path)
    found = repo.entry(commit, path)
    oid = {"oid": found.oid} if found and found.kind == "file" else {}
    return {"path": path, "uploadMode": "lfs" if large else "regular", "shouldIgnore": False, **oid}


def _commit(repo: GitRepo, branch: str, wanted: CommitRequest, author: str) -> str:
    for _ in range(_ATTEMPTS):
        head = repo.head(branch)
        if head is None:
            raise refusals.revision_not_found(branch)
        if not head.startswith(wanted.parent):
            raise refusals.stale_parent()
        changes = commit_changes.changes(repo, head, wanted)
        if oid := git_commit.commit(repo, branch, head, changes, Signed(wanted.message, author)):
            return oid
        time.sleep(_PAUSE)  # only another program, such as git, gets between: the hub's own writers wait in line
    raise refusals.busy(branch)


ROUTES = [
    Route("/api/validate-yaml", endpoint(validate_yaml, MAX_CARD), methods=["POST"]),
    *api_route("/xet-write-token/{revision}", large_file),
    *api_route("/preupload/{revision}", preupload, "POST"),
    *api_route("/commit/{revision}", commit, "POST", MAX_COMMIT),
]
