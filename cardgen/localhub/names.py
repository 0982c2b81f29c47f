"""The names of repos: what may stand in a URL, on disk, and in an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from cardgen import repo_ids

Kind = Literal["models", "datasets", "spaces"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_BY_WORD: dict[str, Kind] = {word: kind for kind in KINDS for word in (kind, kind.removesuffix("s"))}

_RESERVED = frozenset({"api", "collections", "datasets", "discussions", "docs", "models", "oauth", "papers", "spaces"})
"""First parts of the Hub's own URLs: a namespace of this name could not be reached."""


@dataclass(frozen=True, slots=True, order=True)
class RepoName:
    """A repo: its kind as it stands in API paths, and the two parts of its id. Made by `parse` alone."""

    kind: Kind
    namespace: str
    name: str

    @property
    def repo_id(self) -> str:
        return f"{self.namespace}/{self.name}"

    @property
    def singular(self) -> str:
        """`model`, `dataset` or `space`."""
        return self.kind.removesuffix("s")

    def renamed(self, repo_id: str) -> RepoName:
        """Another repo of the same kind, whose id is known to be one."""
        return RepoName(self.kind, *repo_id.split("/", 1))

    @property
    def path(self) -> str:
        """Its page: models have no prefix."""
        return f"/{self.repo_id}" if self.kind == "models" else f"/{self.kind}/{self.repo_id}"


def parse(kind: Kind, namespace: str, name: str) -> RepoName:
    """The name of a repo that may exist.

    The rules leave no way out of a folder: no slash, no `..`, no leading dot.

    Raises:
        ValueError: with what is wrong.
    """
    if problem := repo_ids.part_problem(namespace) or repo_ids.part_problem(name):
        raise ValueError(f"{namespace}/{name}: a repo id {problem}")
    if namespace in _RESERVED:
        raise ValueError(f"{namespace}/{name}: {namespace} is not a namespace")
    return RepoName(kind, namespace, name)


def kind_of(word: str) -> Kind:
    """The kind that `model` or `models` (and so on) stands for.

    Raises:
        ValueError: for any other word.
    """
    if word not in _BY_WORD:
        raise ValueError(f"{word} is no kind of repo")
    return _BY_WORD[word]
