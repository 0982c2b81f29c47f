"""What a hub keeps, on disk and in memory: repos, state, and how it is to behave."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cardgen.localhub.collection_store import Collections
from cardgen.localhub.database import Database
from cardgen.localhub.discussion_store import Discussions
from cardgen.localhub.modes import Modes
from cardgen.localhub.repo_store import RepoStore
from cardgen.localhub.state import State


@dataclass(frozen=True, slots=True)
class Storage:
    """The repos of a root, and what is remembered of them beside git."""

    repos: RepoStore
    state: State
    discussions: Discussions
    collections: Collections
    modes: Modes = field(default_factory=Modes)


@contextmanager
def open_storage(root: Path) -> Iterator[Storage]:
    """What is kept under `root`, which must exist. OSError or sqlite3.Error where it cannot be used."""
    with closing(Database(root)) as database:
        discussions, collections = Discussions(database), Collections(database)
        yield Storage(RepoStore(root), State(database), discussions, collections)
