"""A Hub in memory, for what happens in which order; everything else is tested against a real server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from cardgen.committing import Account, Commit, Logged
from cardgen.errors import HubError, StaleError
from cardgen.model import README, RepoKey
from cardgen.plan import NO_REPO, LiveCard

Version = dict[str, bytes]
"""The files of a repo at one commit."""


class FakeHub:
    """Repos as lists of versions. `trouble` is asked before and after each request is carried out."""

    def __init__(self) -> None:
        self.repos: dict[RepoKey, list[Version]] = {}
        self.trouble: Callable[[str, RepoKey, str], None] = lambda request, repo, when: None
        self.requests: list[tuple[str, str]] = []
        self.after_commit: Callable[[], object] = lambda: None
        self.can_write = True
        self._lock = threading.RLock()

    def _ask(self, request: str, repo: RepoKey) -> None:
        self.requests.append((request, repo[1]))
        self.trouble(request, repo, "before")

    def whoami(self) -> Account:
        self._ask("whoami", ("model", ""))
        return Account("somebody", self.can_write)

    def read(self, repo: RepoKey, revision: str = "main") -> LiveCard:
        self._ask("read", repo)
        versions = self.repos.get(repo)
        if versions is None:
            return NO_REPO
        number = len(versions) - 1 if revision == "main" else int(revision, 16)
        return LiveCard(exists=True, commit=f"{number:040x}", readme=versions[number].get(README))

    def read_file(self, repo: RepoKey, path: str, commit: str) -> bytes | None:
        self._ask("read_file", repo)
        return self.repos[repo][int(commit, 16)].get(path)

    def history(self, repo: RepoKey, revision: str = "main") -> Sequence[Logged]:
        self._ask("history", repo)
        return [Logged(f"{number:040x}") for number in range(len(self.repos[repo]))][::-1]

    def create(self, repo: RepoKey) -> None:
        self._ask("create", repo)
        self.repos.setdefault(repo, [{}])
        self.trouble("create", repo, "after")

    def commit(self, commit: Commit) -> str:
        self._ask("commit", commit.repo)
        with self._lock:
            versions = self.repos[commit.repo]
            if commit.parent not in {None, f"{len(versions) - 1:040x}"}:  # who names no parent is not refused
                raise StaleError("stale")
            files = {**versions[-1], **commit.files}
            versions.append({path: data for path, data in files.items() if data is not None})
            made = f"{len(versions) - 1:040x}"
            self.after_commit()
        self.trouble("commit", commit.repo, "after")
        return made

    def put(self, repo: RepoKey, text: str) -> None:
        """There is a repo with this card."""
        self.repos[repo] = [{README: text.encode()}]

    def edit(self, repo: RepoKey, text: str, path: str = README) -> None:
        """Somebody commits."""
        with self._lock:
            self.repos[repo].append({**self.repos[repo][-1], path: text.encode()})


class Trouble:
    """Raises for the nth requests of one kind, before or after they are carried out."""

    def __init__(self, request: str, error: HubError, when: str = "before", times: int = 1) -> None:
        self.request, self.error, self.when, self.times = request, error, when, times

    def __call__(self, request: str, repo: RepoKey, when: str) -> None:
        if request == self.request and when == self.when and self.times > 0:
            self.times -= 1
            raise self.error
