"""How a hub behaves where the Hub itself does not always do the same."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Modes:
    """What a test may switch while the hub serves."""

    resolve_cache: bool = False
    """Answer for files with a redirect to another path of the hub, as the Hub does for public ones."""
