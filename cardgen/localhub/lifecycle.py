"""Repos are made, moved and deleted: on disk and in the state, and whole after the process was killed in between."""

from __future__ import annotations

from cardgen.localhub import names
from cardgen.localhub.names import RepoName
from cardgen.localhub.storage import Storage


def create(storage: Storage, name: RepoName, *, private: bool) -> None:
    """Make a repo.

    Raises:
        FileExistsError: there is one, maybe in other letter case.
    """
    with storage.repos.locked(name):
        if storage.repos.exists(name) or storage.state.in_any_case(name):
            raise FileExistsError(name.repo_id)
        storage.state.remember_repo(name, private=private)  # first: what is private is never public, not for a moment
        storage.repos.create(name)


def delete(storage: Storage, name: RepoName) -> None:
    """Delete a repo that exists, with all that belongs to it."""
    with storage.repos.locked(name):
        storage.repos.delete(name)
        storage.state.forget_repo(name)


def move(storage: Storage, old: RepoName, new: RepoName) -> None:
    """Give a repo another id; requests for the old one are led to the new one from now on.

    Raises:
        FileExistsError: there is a repo of the new id.
    """
    with storage.repos.locked(old, new):
        if storage.repos.exists(new) or storage.state.in_any_case(new) not in {None, old}:
            raise FileExistsError(new.repo_id)
        storage.state.begin_move(old, new)
        storage.repos.move(old, new)
        storage.state.end_move(old, new)


def recover(storage: Storage) -> None:
    """Finish what a killed process left half done."""
    for kind, old_id, new_id in storage.state.unfinished_moves():
        old = names.parse(names.kind_of(kind), *old_id.split("/"))
        new = old.renamed(new_id)
        if storage.repos.exists(new) and not storage.repos.exists(old):
            storage.state.end_move(old, new)
        else:
            storage.state.cancel_move(old)


def find(storage: Storage, name: RepoName) -> RepoName | None:
    """The repo that is meant: of this id, or that had it once, or whose id differs in letter case alone."""
    if storage.repos.exists(name):
        return name
    found = storage.state.moved_to(name) or storage.state.in_any_case(name)
    return found if found and storage.repos.exists(found) else None
