"""Where a state machine publishes: a Hub in memory, or the local hub with the real client. Seen the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, Final, Literal, Protocol

from huggingface_hub import HfApi

from cardgen import publish
from cardgen.errors import BusyError, HubError, UnreachableError
from cardgen.hub import Connection
from cardgen.hub_pull_requests import HubPullRequests
from cardgen.localhub import Answer, Drop, LocalHub, Run, git_commit, names
from cardgen.localhub.git_commit import Signed
from cardgen.localhub.repo_store import RepoStore
from cardgen.model import RepoKey
from cardgen.propose import PullRequests
from fake_hub import Trouble
from fake_pulls import US, FakePullHub
from hub_client import client, details, git, repo_path

ANN: Final = "ann"
ERRORS: Final = {"lost": UnreachableError("lost"), "busy": BusyError("busy"), "refused": HubError("refused")}


@dataclass(frozen=True)
class Fault:
    """What goes wrong with the first `times` requests of a kind."""

    request: str
    error: str
    when: Literal["before", "after"]
    times: int


class World(Protocol):
    """One repo on a Hub: what cardgen has of it, and what everybody else sees and does."""

    @property
    def repo(self) -> RepoKey: ...

    @property
    def hub(self) -> publish.Hub: ...

    @property
    def pulls(self) -> PullRequests: ...

    def files(self, revision: str = "main") -> Mapping[str, str] | None:
        """The files at a revision; None where there is no repo."""
        ...

    def commits(self, revision: str = "main") -> int:
        """How many commits there are up to a revision."""
        ...

    def save(self, path: str, text: str | None, *, pull: int = 0, says: str = "", author: str = ANN) -> None:
        """Somebody commits to main, making the repo if there is none, or to a pull request."""
        ...

    def proposals(self) -> Mapping[int, str]:
        """Every pull request and its status."""
        ...

    def begin(self, author: str) -> int:
        """Somebody opens a pull request without commits."""
        ...

    def merge(self, number: int) -> bool:
        """Somebody merges a pull request; False where it has conflicts."""
        ...

    def close(self, number: int) -> None:
        """Somebody closes a pull request."""
        ...

    def disturbed(self, fault: Fault | None, meanwhile: Callable[[], object] | None) -> Any:
        """A context in which requests go wrong, and somebody is quicker than the first commit."""
        ...


class MemoryWorld:
    """A Hub in memory."""

    repo: RepoKey = ("model", "org/name")

    def __init__(self) -> None:
        self.hub = self.pulls = FakePullHub()

    def files(self, revision: str = "main") -> Mapping[str, str] | None:
        if self.repo not in self.hub.repos:
            return None
        number = int(revision.removeprefix("refs/pr/")) if revision != "main" else 0
        version = self.hub.pulls[number - 1].versions[-1] if number else self.hub.repos[self.repo][-1]
        return {path: data.decode() for path, data in version.items()}

    def commits(self, revision: str = "main") -> int:
        if revision == "main":
            return len(self.hub.repos.get(self.repo, ()))
        pull = self.hub.pulls[int(revision.removeprefix("refs/pr/")) - 1]
        return pull.base + 1 + len(pull.logged)

    def save(self, path: str, text: str | None, *, pull: int = 0, says: str = "", author: str = ANN) -> None:
        files = {path: None if text is None else text.encode()}
        if pull:
            self.hub.commit_to(pull, files, author, says)
        else:
            versions = self.hub.repos.setdefault(self.repo, [{}])
            versions.append({path: data for path, data in {**versions[-1], **files}.items() if data is not None})

    def proposals(self) -> Mapping[int, str]:
        return {pull.number: pull.status for pull in self.hub.pulls}

    def begin(self, author: str) -> int:
        return self.hub.begin(self.repo, len(self.hub.repos[self.repo]) - 1, author).number

    def merge(self, number: int) -> bool:
        merged = self.hub.merged(self.repo, number)
        if merged is not None:
            self.hub.repos[self.repo].append(merged)
            self.hub.pulls[number - 1].status = "merged"
        return merged is not None

    def close(self, number: int) -> None:
        self.hub.pulls[number - 1].status = "closed"

    @contextmanager
    def disturbed(self, fault: Fault | None, meanwhile: Callable[[], object] | None) -> Iterator[None]:
        when = fault.when if fault and fault.error != "busy" else "before"  # who is busy has done nothing
        trouble = Trouble(fault.request, ERRORS[fault.error], when, fault.times) if fault else None
        quicker = [meanwhile] if meanwhile else []

        def meet(request: str, repo: RepoKey, when: str) -> None:
            if request in {"commit", "open"} and when == "before" and quicker:
                quicker.pop()()
            if trouble:
                trouble(request, repo, when)

        self.hub.trouble = meet
        try:
            yield
        finally:
            self.hub.trouble = lambda *_: None


REQUESTS: Final = {
    "read": ("GET", r"/resolve/[^/]+/README\.md$"),
    "read_file": ("GET", r"/resolve/[^/]+/\."),
    "create": ("POST", "/api/repos/create$"),
    "commit": ("POST", "/commit/"),
    "history": ("GET", "/commits/"),
    "find": ("GET", "/discussions$"),
    "open": ("POST", "/commit/main$"),
    "conflicts": ("GET", r"/discussions/\d+$"),
    "close": ("POST", "/status$"),
}


class HubWorld:
    """The local hub, the real client, and git. Every world has a repo of its own."""

    _numbers = count()

    def __init__(self, local: LocalHub, connection: Connection) -> None:
        self.local, self.hub, self.pulls = local, connection, HubPullRequests(connection)
        self.repo: RepoKey = ("model", f"lab/m{next(self._numbers)}")
        self.author = connection.whoami().name
        self._name = names.parse("models", *self.repo[1].split("/"))
        self._repos = RepoStore(local.root)

    @property
    def api(self) -> HfApi:
        return client(self.local)

    def files(self, revision: str = "main") -> Mapping[str, str] | None:
        if not self._repos.exists(self._name):
            return None
        with self._repos.open(self._name) as repo:
            head = repo.head(revision)
            assert head
            found = [entry for entry in repo.entries(head, recursive=True) if entry.kind == "file"]
            return {entry.path: repo.read(entry.oid).decode() for entry in found}

    def commits(self, revision: str = "main") -> int:
        if not self._repos.exists(self._name):
            return 0
        return int(git(repo_path(self.local, self.repo[1]), "rev-list", "--count", revision))

    def save(self, path: str, text: str | None, *, pull: int = 0, says: str = "", author: str = ANN) -> None:
        if not self._repos.exists(self._name):
            self._repos.create(self._name)
        branch = f"refs/pr/{pull}" if pull else "main"
        with self._repos.open(self._name) as repo:
            changes = {path: None if text is None else text.encode()}
            who = self.author if author == US else author
            assert git_commit.commit(repo, branch, repo.head(branch), changes, Signed(f"By hand\n\n{says}", who))

    def proposals(self) -> Mapping[int, str]:
        if not self._repos.exists(self._name):
            return {}
        return {each.num: each.status for each in self.api.get_repo_discussions(self.repo[1])}

    def begin(self, author: str) -> int:
        who = None if author == US else self.local.add_token("write", ("lab",), author)
        number = client(self.local, who).create_pull_request(self.repo[1], "By hand").num
        client(self.local, who).change_discussion_status(self.repo[1], number, "open")
        return number

    def merge(self, number: int) -> bool:
        if details(self.api, self.repo[1], number).conflicting_files:
            return False
        self.api.merge_pull_request(self.repo[1], number)
        return True

    def close(self, number: int) -> None:
        self.api.change_discussion_status(self.repo[1], number, "closed")

    @contextmanager
    def disturbed(self, fault: Fault | None, meanwhile: Callable[[], object] | None) -> Iterator[None]:
        if meanwhile:
            self.local.faults.add("POST", "/commit/", Run(meanwhile), nth=1)
        if fault:
            action = _action(fault)
            self.local.faults.add(*REQUESTS[fault.request], action, nth=range(1, fault.times + 1))
        try:
            yield
        finally:
            self.local.faults.clear()


def _action(fault: Fault) -> Answer | Drop:
    if fault.error == "lost":
        return Drop(fault.when)
    return Answer(429, "slow down") if fault.error == "busy" else Answer(403, "no", when=fault.when)
