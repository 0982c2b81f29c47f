"""How a hub behaves where the Hub itself does not always do the same."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Modes:
    """What a test may switch while the hub serves."""

    resolve_cache: bool = False
    """Answer for files with a redirect to another path of the hub, as the Hub does for public ones."""
    exchanged_for: float = 3600
    """Seconds that a token holds which a CI job was given in exchange."""
