"""The name that somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(given: str, names: Iterable[str]) -> str:
    """`; did you mean 'title'?`, or an empty string when nothing is near."""
    import difflib

    near = difflib.get_close_matches(given, list(names), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
