"""What of other people's work a push would replace: of which kind it is, how many lines, and where it stands.

Nobody knows what cardgen wrote, only its digest. So a line counts as lost if it stands on the Hub and the new text
does not have it; blank lines and marks do not count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, get_args

from cardgen import marks

LossKind = Literal["metadata only", "an edit of a file", "an edit inside a block", "a new section", "an appended dump"]
"""From the smallest to the gravest: a change with several is called by the last."""

MIN_DUMP: Final = 20
"""Fewer lines at the end of a card are no dump, whatever they look like."""

MAX_ABOUT: Final = 80

_GRAVITY: Final = {kind: place for place, kind in enumerate(get_args(LossKind))}
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)")
_FENCE = re.compile(r" {0,3}(?P<run>`{3,}|~{3,})")
_DATA = re.compile(r"[ \t]*(?:[\"'{}\]]|\[(?![^\n]*\]\()|(?!https?:|\[)[^\s<>|*_]+[:=]|[-+\d.,eE]+$)", re.MULTILINE)
_DATA_LINE = re.compile(rf"\n{_DATA.pattern}", re.MULTILINE)
_WORD = re.compile(r"\w{3}")


@dataclass(frozen=True, slots=True)
class Loss:
    """What a push would replace: `lines` of it, and what it is called by: a heading, a first line, keys, blocks."""

    kind: LossKind
    lines: int
    about: str


@dataclass(frozen=True, slots=True)
class Dump:
    """A part of a text that is data: `about` is its first line, often a heading; `start` and `end` are offsets."""

    about: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the live text that is not blank, and what it is there; `start` is its offset."""

    text: str
    start: int
    is_lost: bool
    is_heading: bool = False
    is_fenced: bool = False


def of_key(key: str, text: str) -> Loss:
    """A front-matter key whose lines are replaced; no lines where it was deleted."""
    return Loss("metadata only", len(_solid(text)), key)


def of_file(path: str, live: str, new: str) -> Loss:
    """A file beside the card."""
    return Loss("an edit of a file", sum(line.is_lost for line in _lines(live, new)), path)


def of_block(name: str, live: str, new: str) -> Loss:
    """A block that somebody edited, against the text that replaces it."""
    lines = _lines(live, new)
    count = sum(line.is_lost for line in lines)
    return _special(lines, count) or Loss("an edit inside a block", count, name)


def of_text(live: str, new: str = "") -> Loss | None:
    """Text that stands in no block, against what replaces it; None where nothing is lost."""
    lines = _lines(live, new)
    lost = [line for line in lines if line.is_lost]
    return _special(lines, len(lost)) or (Loss("a new section", len(lost), _short(lost[0].text)) if lost else None)


def dumps(text: str) -> tuple[Dump, ...]:
    """The parts of a text, from heading to heading, that look like data and not like text."""
    if len(_DATA_LINE.findall("\n" + text)) * 2 <= MIN_DUMP:
        return ()
    return tuple(
        Dump(_short(part[0].text), part[0].start, part[-1].start + len(part[-1].text))
        for part in _data(_lines(text, ""))
    )


def worst(losses: Sequence[Loss]) -> Loss | None:
    """Several as one: all their lines, under the gravest kind and what is of that kind."""
    if not losses:
        return None
    kind = max((loss.kind for loss in losses), key=_GRAVITY.__getitem__)
    return Loss(
        kind, sum(loss.lines for loss in losses), _several([each.about for each in losses if each.kind == kind])
    )


def words(loss: Loss) -> str:
    """A loss as people read it. Holds text of somebody's card: escape it."""
    lines = f"{loss.lines:,} line{'' if loss.lines == 1 else 's'}"
    return f"{loss.kind} ({loss.about}): {lines} would be lost"


def _several(names: Sequence[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def _special(lines: Sequence[_Line], count: int) -> Loss | None:
    """What was lost as a dump, or as sections with headings of their own, if it is that."""
    if dump := _dump(lines):
        return Loss("an appended dump", count, _short(dump))
    headings = [_short(line.text) for line in lines if line.is_lost and line.is_heading]
    return Loss("a new section", count, _several(headings)) if headings else None


def _dump(lines: Sequence[_Line]) -> str:
    """The first line of the part at the end of a card that looks like data and not like text, if there is one.

    Brackets and short words stand in any text, so that they are no sign that the card goes on.
    """
    known = (place for place, line in enumerate(lines) if not line.is_lost and _WORD.search(line.text))
    parts = _data(lines[max(known, default=-1) + 1 :])
    return next((part[0].text for part in parts), "")


def _data(lines: Sequence[_Line]) -> Iterator[Sequence[_Line]]:
    """The parts, each from one heading to the next, that look like data."""
    starts = sorted({0, len(lines), *(place for place, line in enumerate(lines) if line.is_heading)})
    return (part for part in (lines[start:end] for start, end in pairwise(starts)) if _is_data(part))


def _is_data(part: Sequence[_Line]) -> bool:
    data = sum(1 for line in part if not line.is_fenced and _DATA.match(line.text))
    return len(part) >= MIN_DUMP and data * 2 > len(part)


def _lines(live: str, new: str) -> tuple[_Line, ...]:
    """The lines of the live text; each line of the new one accounts for one that is equal to it, from the top."""
    kept = Counter(line.strip() for line in new.splitlines())
    return tuple(_marked(_fenced(live), kept))


def _marked(fenced: Iterator[tuple[str, int, bool]], kept: Counter[str]) -> Iterator[_Line]:
    for line, start, is_fenced in fenced:
        core = line.strip()
        if core and not core.startswith(marks.PREFIX):
            kept[core] -= 1
            yield _Line(core, start, kept[core] < 0, not is_fenced and bool(_HEADING.match(line)), is_fenced)


def _fenced(text: str) -> Iterator[tuple[str, int, bool]]:
    """Every line with its offset, and whether it belongs to fenced code."""
    fence, start = "", 0
    for whole in text.splitlines(keepends=True):
        line = whole.rstrip("\r\n")
        found = _FENCE.match(line)
        if fence:
            yield line, start, True
            if found and found["run"].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        else:
            fence = found["run"] if found else ""
            yield line, start, bool(fence)
        start += len(whole)


def _solid(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _short(text: str) -> str:
    return text if len(text) <= MAX_ABOUT else text[: MAX_ABOUT - 1] + "…"
