"""Three versions of a text become one, if the changes of the two newer ones do not touch each other."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

MAX_LINES = 5_000
"""Comparing takes time that grows with the square of the length; longer texts are left to people."""


@dataclass(frozen=True, slots=True, order=True)
class _Hunk:
    """Lines `start` to `end` of the base become `lines`."""

    start: int
    end: int
    lines: tuple[bytes, ...]

    def touches(self, other: _Hunk) -> bool:
        return self.start <= other.end and other.start <= self.end


def merge(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Both sides' changes to `base`; None where they change the same lines, or neighbours, in different ways."""
    texts = [text.splitlines(keepends=True) for text in (base, ours, theirs)]
    if max(map(len, texts)) > MAX_LINES:
        return None
    hunks = sorted({*_hunks(texts[0], texts[1]), *_hunks(texts[0], texts[2])})
    if any(one.touches(following) for one, following in pairwise(hunks)):
        return None
    merged = texts[0]
    for hunk in reversed(hunks):
        merged[hunk.start : hunk.end] = hunk.lines
    return b"".join(merged)


def _hunks(base: list[bytes], changed: list[bytes]) -> list[_Hunk]:
    codes = SequenceMatcher(None, base, changed, autojunk=False).get_opcodes()
    return [_Hunk(start, end, tuple(changed[low:high])) for tag, start, end, low, high in codes if tag != "equal"]
