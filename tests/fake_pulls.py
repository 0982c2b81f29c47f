"""The Hub in memory, with pull requests: whole files are merged, so that two edits of one file are a conflict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from cardgen.committing import Commit, Logged
from cardgen.errors import StaleError
from cardgen.model import RepoKey
from cardgen.plan import LiveCard
from cardgen.propose import PullRequest
from fake_hub import FakeHub, Version

US = "somebody"
"""Whose token cardgen has here, as `FakeHub.whoami` says."""


@dataclass
class FakePull:
    """A pull request: the files of its base and of every commit on it, and what each commit says."""

    number: int
    author: str
    base: int
    versions: list[Version]
    logged: list[Logged] = field(default_factory=list)
    status: Literal["open", "closed", "merged"] = "open"

    @property
    def head(self) -> str:
        return _commit_id(self.number, len(self.versions) - 1) if self.logged else _commit_id(0, self.base)


class FakePullHub(FakeHub):
    """One repo's pull requests; commits of number N begin with N, those of main with 0."""

    def __init__(self) -> None:
        super().__init__()
        self.pulls: list[FakePull] = []

    def read(self, repo: RepoKey, revision: str = "main") -> LiveCard:
        pull = self._pull(revision)
        if pull is None:
            return super().read(repo, revision)
        self._ask("read", repo)
        number = _place(revision) if len(revision) == 40 else len(pull.versions) - 1
        return LiveCard(
            exists=True, commit=_commit_id(pull.number, number), readme=pull.versions[number].get("README.md")
        )

    def read_file(self, repo: RepoKey, path: str, commit: str) -> bytes | None:
        pull = self._pull(commit)
        if pull is None:
            return super().read_file(repo, path, commit)
        self._ask("read_file", repo)
        return pull.versions[_place(commit)].get(path)

    def history(self, repo: RepoKey, revision: str = "main") -> Sequence[Logged]:
        pull = self._pull(revision)
        of_main = super().history(repo)
        return of_main if pull is None else [*reversed(pull.logged), *of_main[len(of_main) - pull.base - 1 :]]

    def commit(self, commit: Commit) -> str:
        pull = self._pull(commit.revision)
        if pull is None:
            return super().commit(commit)
        self._ask("commit", commit.repo)
        if commit.parent not in {None, pull.head}:
            raise StaleError("stale")
        made = self.commit_to(pull.number, commit.files, US, commit.description)
        self.trouble("commit", commit.repo, "after")
        return made

    def find(self, repo: RepoKey, author: str) -> Sequence[tuple[int, str]]:
        self._ask("find", repo)
        return [
            (pull.number, f"pull/{pull.number}")
            for pull in self.pulls
            if (pull.author, pull.status) == (author, "open")
        ]

    def open(self, commit: Commit) -> PullRequest:
        self._ask("open", commit.repo)
        base = len(self.repos[commit.repo]) - 1 if commit.parent is None else int(commit.parent, 16)
        if _changed(self.repos[commit.repo][base], commit.files) == self.repos[commit.repo][base]:
            raise StaleError("empty")
        pull = self.begin(commit.repo, base, US)
        self.commit_to(pull.number, commit.files, US, commit.description)
        self.trouble("open", commit.repo, "after")
        return PullRequest(pull.number, f"pull/{pull.number}", pull.head)

    def has_conflicts(self, repo: RepoKey, number: int) -> bool:
        self._ask("conflicts", repo)
        return self.merged(repo, number) is None

    def close(self, repo: RepoKey, number: int, comment: str) -> None:
        self._ask("close", repo)
        self.pulls[number - 1].status = "closed"
        self.trouble("close", repo, "after")

    def begin(self, repo: RepoKey, base: int, author: str) -> FakePull:
        """Somebody opens one at a commit of main, without commits."""
        self.pulls.append(FakePull(len(self.pulls) + 1, author, base, [self.repos[repo][base]]))
        return self.pulls[-1]

    def commit_to(self, number: int, files: Mapping[str, bytes | None], author: str, description: str) -> str:
        """Somebody commits to one."""
        pull = self.pulls[number - 1]
        pull.versions.append(_changed(pull.versions[-1], files))
        pull.logged.append(Logged(_commit_id(number, len(pull.versions) - 1), description, (author,)))
        return pull.head

    def merged(self, repo: RepoKey, number: int) -> Version | None:
        """What main would be after a merge; None where both sides changed a file, and not to the same."""
        pull, main = self.pulls[number - 1], self.repos[repo]
        base, ours, theirs = main[pull.base], main[-1], pull.versions[-1]
        result = dict(ours)
        for path in {path for path in {*base, *theirs} if theirs.get(path) != base.get(path)}:
            if ours.get(path) not in (base.get(path), theirs.get(path)):
                return None
            result = _changed(result, {path: theirs.get(path)})
        return result

    def _pull(self, revision: str) -> FakePull | None:
        if revision.startswith("refs/pr/"):
            return self.pulls[int(revision.removeprefix("refs/pr/")) - 1]
        number = int(revision[:8], 16) if len(revision) == 40 else 0
        return self.pulls[number - 1] if number else None


def _commit_id(pull: int, place: int) -> str:
    return f"{pull:08x}{place:032x}"


def _place(commit: str) -> int:
    return int(commit[8:], 16)


def _changed(version: Version, files: Mapping[str, bytes | None]) -> Version:
    return {path: data for path, data in {**version, **files}.items() if data is not None}
