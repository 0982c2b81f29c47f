"""What a commit would do to the files of a repo, or why it cannot."""

from __future__ import annotations

from pathlib import PurePosixPath

from cardgen.localhub import refusals
from cardgen.localhub.commit_body import CommitRequest
from cardgen.localhub.git_repo import GitRepo


def changes(repo: GitRepo, parent: str, wanted: CommitRequest) -> dict[str, bytes | None]:
    """The files of the commit, by path; None deletes. Raises Refusal."""
    deleted = [_existing(repo, parent, path, "file") for path in wanted.deleted_files]
    for folder in wanted.deleted_folders:
        inside = repo.entries(parent, _existing(repo, parent, folder, "directory"), recursive=True)
        deleted += [entry.path for entry in inside if entry.kind == "file"]
    for path in wanted.files:
        _check_place(repo, parent, path, {*wanted.files} - {path})
    return {**dict.fromkeys(deleted), **wanted.files}


def _existing(repo: GitRepo, parent: str, path: str, kind: str) -> str:
    found = repo.entry(parent, path)
    if found is None or found.kind != kind:
        raise refusals.nothing_to_delete(path, parent)
    return path


def _check_place(repo: GitRepo, parent: str, path: str, others: set[str]) -> None:
    """A file cannot lie where a folder is, nor in a folder that is a file."""
    found = repo.entry(parent, path)
    above = [str(folder) for folder in PurePosixPath(path).parents][:-1]
    files_above = [folder for folder in above if (entry := repo.entry(parent, folder)) and entry.kind == "file"]
    if files_above or others.intersection(above) or (found and found.kind == "directory"):
        raise refusals.bad_request(f"{path}: a file and a folder cannot have the same name")
