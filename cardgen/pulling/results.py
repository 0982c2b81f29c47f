"""What became of each edit."""

from __future__ import annotations

from dataclasses import dataclass

from cardgen.model import RepoKey
from cardgen.pulling.splice import Path


@dataclass(frozen=True, slots=True)
class Taken:
    """A unit of a card that came into the manifest, or a part of its text: `path` is where it went."""

    repo: RepoKey
    unit: str
    path: Path


@dataclass(frozen=True, slots=True)
class Left:
    """What did not come in, why, and for text how the Hub differs from what the manifest makes."""

    repo: RepoKey
    unit: str
    reason: str
    diff: str = ""
