"""Read what the Hub has: the cards of repos, and the files beside them that are cardgen's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Protocol

from cardgen import owned_files
from cardgen.errors import HubError
from cardgen.model import README, Card, RepoKey
from cardgen.patience import WORKERS, Patience, Wait, concurrently
from cardgen.plan import LiveCard, Plan


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
    repos: Sequence[RepoKey], hub: Files, *, wait: Wait | None = None, on_read: Callable[[RepoKey], object] = _ignore
) -> Readings:
    """The live card of every repo alone, one request each. `on_read` is told of each repo as it is done.

    A repo that the Hub refuses is among `failed`. A token that does not work or a Hub that does not answer ends
    it all: TokenError, BusyError, UnreachableError.
    """
    patience = Patience(wait)
    return _each({repo: partial(_card, repo, hub, patience) for repo in repos}, patience, on_read)


def whole(
    rendered: Sequence[Card], hub: Files, *, wait: Wait | None = None, on_read: Callable[[RepoKey], object] = _ignore
) -> Readings:
    """The same, with the files beside each card: one request more for each that the card has, or once had."""
    patience = Patience(wait)
    return _each({card.repo.key: partial(one, card, hub, patience) for card in rendered}, patience, on_read)


def one(card: Card, hub: Files, patience: Patience) -> LiveCard:
    """What the Hub has of one repo, all at one commit. Raises HubError."""
    live = _card(card.repo.key, hub, patience)
    paths = sorted({*card.files, *owned_files.recorded(live.readme)})
    found = {path: _content(card.repo.key, path, live, hub, patience) for path in paths}
    return replace(live, files={path: data for path, data in found.items() if data is not None})


def attributes(wanted: Plan, hub: Files, *, wait: Wait | None = None) -> Mapping[RepoKey, bytes]:
    """The `.gitattributes` of the repos that a plan would write to and that exist: one request each.

    One that cannot be read is left out: the commit will say what is wrong with its repo.
    """
    patience = Patience(wait)
    repos = {change.repo.key: change.live for change in wanted.pending if change.live.commit}
    work = {repo: partial(_attributes, repo, live, hub, patience) for repo, live in repos.items()}
    readings = _each(work, patience, _ignore)
    return {repo: live.files.get(ATTRIBUTES, b"") for repo, live in readings.live.items()}


def _attributes(repo: RepoKey, live: LiveCard, hub: Files, patience: Patience) -> LiveCard:
    data = _content(repo, ATTRIBUTES, live, hub, patience)
    return replace(live, readme=None, files={ATTRIBUTES: data or b""})


def holds(files: Mapping[str, bytes | None], repo: RepoKey, live: LiveCard, hub: Files, patience: Patience) -> bool:
    """Whether the commit that a card was read from has these files, and none where they say None. Raises HubError."""
    if live.commit is None:
        return False
    return all(_content(repo, path, live, hub, patience) == data for path, data in files.items())


def _card(repo: RepoKey, hub: Files, patience: Patience) -> LiveCard:
    return patience.ask(lambda: hub.read(repo))


def _content(repo: RepoKey, path: str, live: LiveCard, hub: Files, patience: Patience) -> bytes | None:
    """A file at the commit that a card was read from."""
    commit = live.commit
    if path == README or commit is None:
        return live.readme
    return patience.ask(lambda: hub.read_file(repo, path, commit))


def _each(
    work: Mapping[RepoKey, Callable[[], LiveCard]], patience: Patience, on_read: Callable[[RepoKey], object]
) -> Readings:
    def read(repo: RepoKey) -> tuple[RepoKey, LiveCard | HubError]:
        try:
            return repo, work[repo]()
        except HubError as error:
            if type(error) is not HubError:
                raise
            return repo, error

    answers = concurrently(read, [*work], patience, WORKERS, lambda answer: on_read(answer[0]))
    live = {repo: answer for repo, answer in answers if isinstance(answer, LiveCard)}
    return Readings(live, {repo: answer for repo, answer in answers if isinstance(answer, HubError)})
