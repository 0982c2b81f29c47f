"""Who may do what: tokens, their roles, and the namespaces that they reach."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Literal

from cardgen.localhub.names import RepoName

Role = Literal["write", "read", "pull-requests", "expired"]
"""`pull-requests` is a fine-grained token that may open and discuss pull requests, and commit to its own."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token of a user. `namespaces` None: a member of every namespace that there is.

    One that was exchanged is for one repo, `only`, by its kind and id.
    """

    value: str = field(repr=False)
    user: str
    role: Role
    namespaces: tuple[str, ...] | None = None
    only: tuple[str, str] | None = None

    @classmethod
    def new(
        cls,
        user: str,
        role: Role,
        namespaces: tuple[str, ...] | None = None,
        only: tuple[str, str] | None = None,
    ) -> Token:
        """A token that nobody can guess. Nothing in its form could be taken for a token of the real Hub."""
        return cls(f"hf_local{secrets.token_hex(16)}", user, role, namespaces, only)

    @property
    def display_name(self) -> str:
        """What the settings page of the Hub would call it."""
        return f"token of {self.user}"

    @property
    def may_discuss(self) -> bool:
        """Whether it may open and answer discussions and pull requests where it sees the repo."""
        return self.role in {"write", "pull-requests"} and self.only is None

    def reaches(self, name: RepoName) -> bool:
        """Whether a private repo can be seen."""
        return self.only == (name.kind, name.repo_id) or self.is_member_of(name.namespace)

    def may_write(self, name: RepoName) -> bool:
        """Whether a repo can be changed."""
        return self.role == "write" and self.reaches(name)

    def is_member_of(self, namespace: str) -> bool:
        """Whether private repos of `namespace` can be seen."""
        if self.only is not None:
            return False
        return self.namespaces is None or namespace in self.namespaces or namespace == self.user

    def may_write_to(self, namespace: str) -> bool:
        """Whether repos of `namespace` can be made and deleted."""
        return self.role == "write" and self.is_member_of(namespace)
