"""What cardgen wrote into a card, where the manifest makes something else by now: found among the repo's commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final, Protocol

from cardgen.committing import Logged
from cardgen.model import RepoKey
from cardgen.patience import Patience
from cardgen.plan import LiveCard
from cardgen.pulling.edits import Edits, block_text

MAX_COMMITS: Final = 20
"""Commits that are looked at; each is a request. Mostly it is the one before the edit."""


class Past(Protocol):
    """The part of a Hub that knows what was."""

    def read(self, repo: RepoKey, revision: str = "main") -> LiveCard:
        """The card at a commit. Raises HubError."""
        ...

    def history(self, repo: RepoKey, revision: str = "main") -> Sequence[Logged]:
        """The newest commits of a repo, newest first. Raises HubError."""
        ...


def complete(repo: RepoKey, edits: Edits, past: Past) -> Edits:
    """The edits with the text that cardgen wrote, if that is needed and among the newest commits. Raises HubError."""
    if not edits.is_base_unknown:
        return edits
    patience = Patience()
    for entry in patience.ask(lambda: past.history(repo))[1:MAX_COMMITS]:
        card = patience.ask(partial(past.read, repo, entry.commit))
        written = block_text(card.readme or b"", edits.digest)
        if written is not None:
            return replace(edits, written=written)
    return edits
