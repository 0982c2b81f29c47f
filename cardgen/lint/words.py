"""What stands in a card, as messages quote it: anybody wrote it."""

from __future__ import annotations

from typing import Final

MAX_QUOTED: Final = 40


def quote(text: str) -> str:
    """The first line of a text in quotes, bounded, with all that cannot be seen as escapes."""
    line = text.strip().partition("\n")[0].rstrip()
    return repr(line if len(line) <= MAX_QUOTED else line[: MAX_QUOTED - 1] + "…")


def times(count: int) -> str:
    """How often, if it is more than once: ` (3 times)`."""
    return f" ({count} times)" if count > 1 else ""
