"""Two versions of a text, compared for people.

Any card may be hostile: nothing here takes long, and nothing controls a terminal.
"""

from __future__ import annotations

import re
from itertools import takewhile

MAX_COMPARED_LINES = 4_000
"""Where more lines differ, all of them are shown as replaced: finding the shortest difference takes too long."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


def unified(before: str, after: str, before_name: str, after_name: str) -> str:
    """A unified diff, with `\\n` between its lines; `""` when the texts are equal."""
    if before == after:
        return ""
    old, new = _lines(before), _lines(after)
    if _count_differing(old, new) > MAX_COMPARED_LINES:
        return "\n".join([f"--- {before_name}", f"+++ {after_name}", *_replaced(old, new)]) + "\n"
    import difflib  # here: most plans change nothing, and commands start faster without it

    found = difflib.unified_diff(old, new, before_name, after_name, lineterm="")
    return "\n".join(found) + "\n"


def printable(text: str) -> str:
    """`text` with every character that a terminal obeys, or that reorders what is seen, as an escape."""
    return _CONTROLS.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    return found.group().encode("unicode_escape").decode()


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _count_differing(old: list[str], new: list[str]) -> int:
    """How many lines lie between the equal ones at both ends."""
    same = _common(old, new)
    return len(old) + len(new) - 2 * (same + _common(old[same:][::-1], new[same:][::-1]))


def _common(old: list[str], new: list[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def _replaced(old: list[str], new: list[str]) -> list[str]:
    header = f"@@ -1,{len(old)} +1,{len(new)} @@"
    return [header, *(f"-{line}" for line in old), *(f"+{line}" for line in new)]
