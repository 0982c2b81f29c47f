"""What a hub keeps, on disk and in memory: repos and state."""

from __future__ import annotations

from dataclasses import dataclass

from cardgen.localhub.repo_store import RepoStore
from cardgen.localhub.state import State


@dataclass(frozen=True, slots=True)
class Storage:
    """The repos of a root, and what is remembered of them beside git."""

    repos: RepoStore
    state: State
