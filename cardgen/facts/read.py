"""Reads the facts of repos, a few at a time, through a `Source`: two or three requests for a repo, and one a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from cardgen.clock import Clock
from cardgen.errors import HubError
from cardgen.facts import config, texts, weights
from cardgen.facts.description import Description
from cardgen.model import Facts, RepoKey
from cardgen.patience import WORKERS, Patience, concurrently
from cardgen.repo_facts import RepoFacts, RepoFile

CONFIG: Final = "config.json"


class Source(Protocol):
    """What reading facts needs of a Hub: one request each, and none without a deadline.

    Raises:
        TokenError: no request can succeed with this token.
        BusyError: refused for now.
        UnreachableError: no answer, or one that makes no sense.
        HubError: refused for this repo.
    """

    def describe(self, repo: RepoKey) -> Description | None:
        """The repo at its newest commit; None if there is none, or none that is shown."""
        ...

    def file(self, repo: RepoKey, commit: str, path: str) -> bytes | None:
        """The bytes of a file; None if it cannot be had: it is gone, or only for those who were let in."""
        ...

    def elements(self, repo: RepoKey, commit: str, path: str) -> Mapping[str, int] | None:
        """The elements by tensor type in a safetensors file; None if its header cannot be read or had."""
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """A repo whose facts are wanted, and the files whose texts are."""

    repo: RepoKey
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Readings:
    """The facts that could be read, the repos that are not there, and why others could not be read."""

    facts: Facts
    missing: tuple[RepoKey, ...] = ()
    failed: Mapping[RepoKey, HubError] = field(default_factory=dict)


def _ignore(_: object) -> None:
    """Nobody wants to know."""


def read(
    wanted: Sequence[Wanted],
    source: Source,
    *,
    clock: Clock | None = None,
    on_read: Callable[[RepoKey], object] = _ignore,
) -> Readings:
    """The facts of every repo. `on_read` is told of each repo as it is done.

    A repo that the Hub refuses is among `failed`. A token that does not work or a Hub that does not answer ends it
    all: TokenError, BusyError, UnreachableError.
    """
    patience = Patience(clock)

    def read_one(each: Wanted) -> tuple[RepoKey, RepoFacts | HubError | None]:
        try:
            return each.repo, _Reader(each.repo, source, patience).facts(each.files)
        except HubError as error:
            if type(error) is not HubError:
                raise
            return each.repo, error

    answers = concurrently(read_one, wanted, patience.clock, WORKERS, lambda answer: on_read(answer[0]))
    return Readings(
        {repo: answer for repo, answer in answers if isinstance(answer, RepoFacts)},
        tuple(repo for repo, answer in answers if answer is None),
        {repo: answer for repo, answer in answers if isinstance(answer, HubError)},
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one repo, every file at the commit of its description."""

    repo: RepoKey
    source: Source
    patience: Patience

    def facts(self, files: Sequence[str]) -> RepoFacts | None:
        found = self.patience.ask(lambda: self.source.describe(self.repo))
        if found is None:
            return None
        data = {path: self._data(found, path, texts.MAX_BYTES) for path in files}
        read = {path: _file(found.files[path], data[path]) if path in found.files else None for path in files}
        if self.repo[0] == "dataset":
            return RepoFacts(found.commit, weights.data_size(found.files), files=read)
        return self._model(found, data.get(CONFIG), read)

    def _model(self, found: Description, config_data: bytes | None, files: Mapping[str, RepoFile | None]) -> RepoFacts:
        said = config.parse(config_data or self._data(found, CONFIG, config.MAX_BYTES) or b"")
        index_data = self._data(found, weights.INDEX, weights.MAX_INDEX_BYTES)
        index = config.parse(index_data or b"")
        shards = weights.shards(index)
        return RepoFacts(
            commit=found.commit,
            size=weights.size(found.files, shards),
            elements=found.elements or self._elements(found, shards),
            declared=found.declared,
            architecture=config.architecture(said),
            context_length=config.context_length(said),
            index_problems=() if index_data is None else tuple(weights.problems(index, found.files)),
            files=files,
        )

    def _data(self, found: Description, path: str, limit: int) -> bytes | None:
        """The bytes of a file that is there and not too large."""
        if not 0 <= found.files.get(path, -1) <= limit:
            return None
        data = self.patience.ask(lambda: self.source.file(self.repo, found.commit, path))
        return data if data is not None and len(data) <= limit else None

    def _elements(self, found: Description, shards: Sequence[str]) -> Mapping[str, int]:
        """What the files say themselves, where the Hub has not counted; nothing unless each of them says it."""
        total: dict[str, int] = {}
        for path in weights.with_headers(found.files, shards):
            said = self._header(found.commit, path)
            if said is None:
                return {}
            for name, count in said.items():
                total[name] = total.get(name, 0) + count
        return total

    def _header(self, commit: str, path: str) -> Mapping[str, int] | None:
        return self.patience.ask(lambda: self.source.elements(self.repo, commit, path))


def _file(size: int, data: bytes | None) -> RepoFile:
    return RepoFile(size, None if data is None else texts.shown(data))
