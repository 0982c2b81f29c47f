"""Read what the Hub has: the cards of repos, and the files beside them that are cardgen's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Protocol

from cardgen import file_marks
from cardgen.clock import Clock
from cardgen.errors import HubError, UnreachableError
from cardgen.model import README, Card, RepoKey
from cardgen.patience import WORKERS, Patience, concurrently
from cardgen.plan import LiveCard

ATTRIBUTES: Final = ".gitattributes"
"""Says which files of a repo are stored with Git LFS."""


class Files(Protocol):
    """What reading needs of a Hub: one request each, past every cache.

    Raises:
        TokenError: no request can succeed with this token.
        BusyError: refused for now.
        UnreachableError: there is no answer.
        HubError: refused for this repo.
    """

    def read(self, repo: RepoKey, revision: str = "main") -> LiveCard:
        """The README.md at a revision, and the commit that it was read from; without other files."""
        ...

    def read_file(self, repo: RepoKey, path: str, commit: str) -> bytes | None:
        """Another file at a commit; None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Readings:
    """What the Hub has: the cards that could be read, and why others could not."""

    live: Mapping[RepoKey, LiveCard]
    failed: Mapping[RepoKey, HubError]


def _ignore(_: object) -> None:
    """Nobody wants to know."""


def cards(
    repos: Sequence[RepoKey], hub: Files, *, clock: Clock | None = None, on_read: Callable[[RepoKey], object] = _ignore
) -> Readings:
    """The live card of every repo alone, one request each. `on_read` is told of each repo as it is done.

    A repo that the Hub refuses is among `failed`. A token that does not work or a Hub that does not answer ends
    it all: TokenError, BusyError, UnreachableError.
    """
    patience = Patience(clock)
    read = partial(_read, hub=hub, patience=patience)
    answers = concurrently(read, repos, patience.clock, WORKERS, lambda answer: on_read(answer[0]))
    live = {repo: answer for repo, answer in answers if isinstance(answer, LiveCard)}
    return Readings(live, {repo: answer for repo, answer in answers if isinstance(answer, HubError)})


def one(card: Card, hub: Files, patience: Patience) -> LiveCard:
    """What the Hub has of one repo, all at one commit. Raises HubError."""
    return with_files(card, at(card.repo.key, hub, patience), hub, patience)


def at(repo: RepoKey, hub: Files, patience: Patience, revision: str = "main") -> LiveCard:
    """The card at a revision that is there, or of no repo. Raises HubError.

    What was just made may not be known yet to every server of the Hub. Without its commit nothing can be written on
    top of a card: it might hide what is there.
    """

    def read() -> LiveCard:
        live = hub.read(repo, revision)
        if live.commit is None and (live.exists or revision != "main"):
            raise UnreachableError(f"{repo[1]}: {revision} is not to be seen", "look at the repo on the Hub")
        return live

    return patience.ask(read)


def with_files(card: Card, live: LiveCard, hub: Files, patience: Patience) -> LiveCard:
    """A live card with the files beside it that are, or may be, cardgen's. Raises HubError."""
    paths = sorted({*card.files, *file_marks.recorded(live.readme)})
    found = {path: _content(card.repo.key, path, live, hub, patience) for path in paths}
    return replace(live, files={path: data for path, data in found.items() if data is not None})


def attributes(repo: RepoKey, live: LiveCard, hub: Files, patience: Patience) -> bytes:
    """The `.gitattributes` at the commit that a card was read from; empty where there is none. Raises HubError."""
    commit = live.commit
    if commit is None:
        return b""
    return patience.ask(lambda: hub.read_file(repo, ATTRIBUTES, commit)) or b""


def holds(files: Mapping[str, bytes | None], repo: RepoKey, live: LiveCard, hub: Files, patience: Patience) -> bool:
    """Whether the commit that a card was read from has these files, and none where they say None. Raises HubError."""
    if live.commit is None:
        return False
    return all(_content(repo, path, live, hub, patience) == data for path, data in files.items())


def _content(repo: RepoKey, path: str, live: LiveCard, hub: Files, patience: Patience) -> bytes | None:
    """A file at the commit that a card was read from."""
    commit = live.commit
    if path == README or commit is None:
        return live.readme
    return patience.ask(lambda: hub.read_file(repo, path, commit))


def _read(repo: RepoKey, hub: Files, patience: Patience) -> tuple[RepoKey, LiveCard | HubError]:
    try:
        return repo, at(repo, hub, patience)
    except HubError as error:
        if type(error) is not HubError:
            raise
        return repo, error
