"""The edge to the Hub, for pull requests, over the connection of `cardgen.hub`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Final

from cardgen.committing import Commit
from cardgen.errors import StaleError
from cardgen.hub import Connection
from cardgen.model import RepoKey
from cardgen.propose import PullRequest

MAX_OPEN: Final = 100
"""How many open pull requests of one user are looked at in one repo."""


class HubPullRequests:
    """Pull requests as `propose.PullRequests` needs them. Threads share it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, repo: RepoKey, author: str) -> Sequence[tuple[int, str]]:
        """One request, and one more for each further page."""
        repo_type, repo_id = repo

        def ask() -> tuple[tuple[int, str], ...]:
            found = self._connection.api.get_repo_discussions(
                repo_id,
                repo_type=repo_type,
                author=author,
                discussion_type="pull_request",
                discussion_status="open",
            )
            return tuple((each.num, each.url) for each in islice(found, MAX_OPEN))

        return self._connection.ask(repo_id, ask)

    def open(self, commit: Commit) -> PullRequest:
        """The requests of a commit."""

        def ask() -> PullRequest:
            made = self._connection.create_commit(commit, create_pr=True)
            if made.pr_num is None or made.pr_url is None:
                raise StaleError(f"{commit.repo[1]}: the main branch says so already", "run it again")
            return PullRequest(made.pr_num, made.pr_url, made.oid)

        return self._connection.ask(commit.repo[1], ask)

    def has_conflicts(self, repo: RepoKey, number: int) -> bool:
        """One request."""
        repo_type, repo_id = repo

        def ask() -> bool:
            found = self._connection.api.get_discussion_details(repo_id, number, repo_type=repo_type)
            return bool(found.conflicting_files)

        return self._connection.ask(repo_id, ask)

    def close(self, repo: RepoKey, number: int, comment: str) -> None:
        """One request."""
        repo_type, repo_id = repo

        def ask() -> None:
            self._connection.api.change_discussion_status(
                repo_id, number, "closed", comment=comment, repo_type=repo_type
            )

        self._connection.ask(repo_id, ask)
