"""Writing: the check of a card, how a file would be kept, and the commit."""

from __future__ import annotations

import time
from pathlib import PurePosixPath
from typing import Any

from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from cardgen.localhub import card_check, commit_body, refusals
from cardgen.localhub.api.routing import api_route
from cardgen.localhub.call import Call, endpoint
from cardgen.localhub.commit_body import MAX_FILE, CommitRequest
from cardgen.localhub.git_repo import GitRepo

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
    name = call.writable_repo_name()
    _refuse_pull_requests(call)
    wanted = call.json().get("files")
    if not isinstance(wanted, list) or not all(isinstance(file, dict) for file in wanted):
        raise refusals.bad_request('"files" must be an array')
    with call.open(name) as repo:
        commit = call.commit_of(repo)
        return JSONResponse({"files": [_plan(repo, commit, file) for file in wanted], "commitOid": commit})


def commit(call: Call) -> Response:
    """Commit to a branch: refused with 412 if it moved on from the parent that the client names."""
    name = call.writable_repo_name()
    _refuse_pull_requests(call)
    wanted = commit_body.read(call.body)
    verdict = card_check.check(wanted.files.get(_README, b"").decode(errors="replace"))
    if verdict.errors:
        raise refusals.bad_request(verdict.errors[0])
    with call.storage.repos.lock(name), call.open(name) as repo:
        oid = _commit(repo, call.params["revision"], wanted, call.known_caller().user)
    url = f"{call.base}{name.path}/commit/{oid}"
    return JSONResponse({"success": True, "commitOid": oid, "commitUrl": url, "hookOutput": ""})


def large_file(call: Call) -> Response:
    """What the client asks next for a file that goes through LFS or Xet."""
    call.writable_repo_name()
    raise refusals.not_kept("files outside git (LFS)")


def _refuse_pull_requests(call: Call) -> None:
    if call.query.get("create_pr"):
        raise refusals.not_kept("pull requests")


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
        if oid := repo.commit(branch, head, _changes(repo, head, wanted), wanted.message, author):
            return oid
        time.sleep(_PAUSE)  # only another program, such as git, gets between: the hub's own writers wait in line
    raise refusals.busy(branch)


def _changes(repo: GitRepo, head: str, wanted: CommitRequest) -> dict[str, bytes | None]:
    """The files of the commit, by path; None deletes."""
    deleted = [_existing(repo, head, path, "file") for path in wanted.deleted_files]
    for folder in wanted.deleted_folders:
        inside = repo.entries(head, _existing(repo, head, folder, "directory"), recursive=True)
        deleted += [entry.path for entry in inside if entry.kind == "file"]
    for path in wanted.files:
        _check_place(repo, head, path, {*wanted.files} - {path})
    return {**dict.fromkeys(deleted), **wanted.files}


def _existing(repo: GitRepo, head: str, path: str, kind: str) -> str:
    found = repo.entry(head, path)
    if found is None or found.kind != kind:
        raise refusals.nothing_to_delete(path, head)
    return path


def _check_place(repo: GitRepo, head: str, path: str, others: set[str]) -> None:
    """A file cannot lie where a folder is, nor in a folder that is a file."""
    found = repo.entry(head, path)
    above = [str(folder) for folder in PurePosixPath(path).parents][:-1]
    files_above = [folder for folder in above if (entry := repo.entry(head, folder)) and entry.kind == "file"]
    if files_above or others.intersection(above) or (found and found.kind == "directory"):
        raise refusals.bad_request(f"{path}: a file and a folder cannot have the same name")


ROUTES = [
    Route("/api/validate-yaml", endpoint(validate_yaml, MAX_CARD), methods=["POST"]),
    *api_route("/xet-write-token/{revision}", large_file),
    *api_route("/preupload/{revision}", preupload, "POST"),
    *api_route("/commit/{revision}", commit, "POST", MAX_COMMIT),
]
