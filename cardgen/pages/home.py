"""The preview's first page: the tables of each collection, and the state of every card."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cardgen.model import Collection, Repo, RepoKey
from cardgen.pages.scene import Counts, OnHub, Scene


@dataclass(frozen=True, slots=True)
class State:
    """A repo in the list: where its page is, and what is known of it; None if nobody has looked yet."""

    repo: Repo
    path: str
    counts: Counts | None
    on_hub: OnHub | None


def values(scene: Scene, path_of: Callable[[Repo], str]) -> dict[str, Any]:
    """What the template of the page prints."""
    states = {
        card.repo.key: State(
            card.repo, path_of(card.repo), scene.counts.get(card.repo.key), scene.on_hub.get(card.repo.key)
        )
        for card in scene.cards
    }
    families = [(collection, list(_of(collection, states))) for collection in scene.collections]
    titles = [collection.title for collection in scene.collections]
    return {
        "title": titles[0] if len(titles) == 1 else "Preview",
        "families": families,
        "states": states,
        "in_words": in_words,
    }


def _of(collection: Collection, states: dict[RepoKey, State]) -> Iterator[State]:
    return (states[repo.key] for repo in collection.repos if repo.key in states)


def in_words(number: int, word: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"
