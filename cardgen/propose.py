"""Propose what a plan says: one pull request for each repo, which the next run finds again and keeps up to date.

A pull request of cardgen's is known by what its newest commit says, not by its title, which anybody may change. Where
somebody else committed to it, it is theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final, Protocol

from cardgen import committing, fetch, file_marks, outcomes, survey
from cardgen.clock import Clock
from cardgen.committing import Commit, Logged
from cardgen.errors import HubError, ProtectedError, StaleError
from cardgen.model import README, RepoKey
from cardgen.outcomes import Outcome
from cardgen.patience import Patience
from cardgen.plan import Change, LiveCard, Plan

MARK: Final = "cardgen-proposal: 1"
"""The line by which a commit says that it is a proposal of cardgen's; the number is the form's version."""

MAX_LOOKS: Final = 3


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request with its newest commit; `history` are the commits before it, as far as they are known."""

    number: int
    url: str
    head: str
    history: frozenset[str] = frozenset()

    @property
    def revision(self) -> str:
        """The ref that its commits are in (hub-docs, pull requests)."""
        return f"refs/pr/{self.number}"


class PullRequests(Protocol):
    """The pull requests of a Hub, one request each. They raise what `committing.Hub` raises."""

    def find(self, repo: RepoKey, author: str) -> Sequence[tuple[int, str]]:
        """The numbers and addresses of those that this user has open."""
        ...

    def open(self, commit: Commit) -> PullRequest:
        """Open one that is one commit on top of the commit's parent; StaleError if that would be empty."""
        ...

    def has_conflicts(self, repo: RepoKey, number: int) -> bool:
        """Whether it cannot be merged, because the main branch changed the same lines."""
        ...

    def close(self, repo: RepoKey, number: int, comment: str) -> None:
        """Close it; nothing to do where it is not open."""
        ...


def _ignore(_: object) -> None:
    """Nobody wants to know."""


def apply(
    wanted: Plan,
    hub: committing.Hub,
    *,
    pulls: PullRequests,
    clock: Clock | None = None,
    on_outcome: Callable[[Outcome], object] = _ignore,
) -> tuple[Outcome, ...]:
    """Propose every change of the plan; outcomes as `publish.apply` gives them, `proposed` instead of `published`.

    Raises TokenError before the first write when the token cannot write.
    """
    patience = Patience(clock)
    author = committing.writer(hub, patience).name if wanted.pending else ""
    return outcomes.each(wanted, _Proposer(hub, pulls, patience, author).propose, hub, patience, on_outcome)


class _Proposer:
    """Proposes one change after the other; threads share it."""

    def __init__(self, hub: committing.Hub, pulls: PullRequests, patience: Patience, author: str) -> None:
        self._hub = hub
        self._pulls = pulls
        self._patience = patience
        self._author = author

    def propose(self, change: Change) -> Outcome:
        """Open a pull request, or bring the one that is open up to date. Raises HubError."""
        if not change.live.exists:
            message = f"{change.repo.repo_id}: the repo does not exist, and a pull request needs one"
            raise HubError(message, "push without --pr to make it")
        return self._propose(change, MAX_LOOKS)

    def _propose(self, change: Change, looks: int) -> Outcome:
        if not change.writes:
            return Outcome(change, "stopped" if change.stops else "unchanged", change.parent)
        try:
            return self._update_or_open(change)
        except ProtectedError as error:
            return Outcome(change, "stopped", change.parent, error=error)
        except StaleError:
            if not looks:
                raise
        return self._propose(survey.again(change, self._hub, self._patience), looks - 1)

    def _update_or_open(self, change: Change) -> Outcome:
        own = self._find(change.repo.key)
        if own is None:
            return self._open(change)
        head = own.head
        if files := self._outdated(change, own):
            head = committing.once(self._commit(change, files, head, own.revision), self._hub, self._patience)
        if self._cannot_be_merged(change, own):
            self._close(change.repo.key, own)
            return self._open(change)
        return Outcome(change, "proposed", head, own.url)

    def _open(self, change: Change) -> Outcome:
        commit = self._commit(change, change.files, committing.parent(change), "main")
        opened = self._patience.ask(lambda: self._pulls.open(commit), lambda: self._find(change.repo.key))
        return Outcome(change, "proposed", opened.head, opened.url)

    def _cannot_be_merged(self, change: Change, own: PullRequest) -> bool:
        """Whether main changed the same lines since it was opened. The Hub's API can move a pull request to no base."""
        if change.parent in own.history:
            return False
        return self._patience.ask(lambda: self._pulls.has_conflicts(change.repo.key, own.number))

    def _close(self, repo: RepoKey, own: PullRequest) -> None:
        comment = "The main branch changed the same lines; a new pull request takes this one's place."

        def close() -> bool:
            self._pulls.close(repo, own.number, comment)
            return True

        def closed() -> bool | None:
            still = self._patience.ask(lambda: self._pulls.find(repo, self._author))
            return True if own.number not in {number for number, _ in still} else None

        self._patience.ask(close, closed)

    def _commit(self, change: Change, files: Mapping[str, bytes | None], parent: str, revision: str) -> Commit:
        about = f"Generated from {change.card.source}; edit that file.\n\n{MARK}"
        return Commit(change.repo.key, files, parent, committing.title(change), about, revision)

    def _find(self, repo: RepoKey) -> PullRequest | None:
        """The oldest open pull request of cardgen's. Raises ProtectedError where somebody else committed to it."""
        for number, url in sorted(self._patience.ask(lambda: self._pulls.find(repo, self._author))):
            found = PullRequest(number, url, "")
            commits = self._history(repo, found.revision)
            if commits and self._is_own(commits[0]):
                return PullRequest(number, url, commits[0].commit, frozenset(each.commit for each in commits))
            if any(map(self._is_own, self._of_its_own(repo, commits))):
                raise ProtectedError(
                    f"{repo[1]}: somebody else committed to the pull request that cardgen opened: {url}",
                    "merge it, or close it, then run this again",
                )
        return None

    def _is_own(self, entry: Logged) -> bool:
        return MARK in entry.description.splitlines() and self._author in entry.authors

    def _of_its_own(self, repo: RepoKey, commits: Sequence[Logged]) -> Iterable[Logged]:
        """The commits of a pull request that are not in main: a merge may have brought older proposals there."""
        merged = {entry.commit for entry in self._history(repo, "main")}
        return takewhile(lambda entry: entry.commit not in merged, commits)

    def _history(self, repo: RepoKey, revision: str) -> Sequence[Logged]:
        return self._patience.ask(lambda: self._hub.history(repo, revision))

    def _outdated(self, change: Change, own: PullRequest) -> Mapping[str, bytes | None]:
        """The files in which the pull request is not yet what it shall be: main, with what the plan changes in it."""
        repo, patience = change.repo.key, self._patience
        there = fetch.at(repo, self._hub, patience, own.head)
        paths = {README: None, **dict.fromkeys(change.files), **dict.fromkeys(file_marks.recorded(there.readme))}
        wanted = {path: self._after(change, path) for path in paths}
        return {path: data for path, data in wanted.items() if not self._has(path, data, repo, there)}

    def _has(self, path: str, data: bytes | None, repo: RepoKey, there: LiveCard) -> bool:
        return fetch.holds({path: data}, repo, there, self._hub, self._patience)

    def _after(self, change: Change, path: str) -> bytes | None:
        """What a file of the main branch would be, once the change is merged."""
        if path in change.files:
            return change.files[path]
        commit = change.parent
        if path == README or commit is None:
            return change.live.readme
        return self._patience.ask(lambda: self._hub.read_file(change.repo.key, path, commit))
