"""The name that somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

MAX_NAMES = 500
"""Names that are compared: enough to help, and thousands of mistakes among thousands of names take no hours."""


def nearest(given: str, names: Iterable[str], least: float = 0.6) -> str:
    """The name that is most like the given one, or an empty string when none is at least so near (0 to 1)."""
    import difflib

    return next(iter(difflib.get_close_matches(given, list(islice(names, MAX_NAMES)), n=1, cutoff=least)), "")


def did_you_mean(given: str, names: Iterable[str]) -> str:
    """`; did you mean 'title'?`, or an empty string when nothing is near."""
    near = nearest(given, names)
    return f"; did you mean {near!r}?" if near else ""
