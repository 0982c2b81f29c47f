"""Three versions of a text become one: what two sides changed, each against the same base."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

MAX_WORK: Final = 1_000_000
"""Old lines times new ones, between what is equal at both ends; where it is more, all of them count as replaced."""


@dataclass(frozen=True, slots=True)
class Edit:
    """`old[start:end]` is replaced by `new`, which stands at `new_start` of the new version."""

    start: int
    end: int
    new: tuple[str, ...]
    new_start: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Merged:
    """The items of a merge. `conflicts` are edits of theirs that were left out: ours changed the same place."""

    items: tuple[str, ...]
    conflicts: tuple[Edit, ...] = ()


def edits(old: Sequence[str], new: Sequence[str]) -> tuple[Edit, ...]:
    """What makes `new` of `old`, in order. Whoever wrote the texts: the work is bounded."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    if not before and not after:
        return ()
    found = [Edit(start, start + len(before), tuple(after), start)]
    if before and after and len(before) * len(after) <= MAX_WORK:
        found = list(_differences(before, after, start))
    return tuple(_in_one_way(old, found))


def merge(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> Merged:
    """`ours`, with what `theirs` changed of `base`; where both changed something, ours stays."""
    own = edits(base, ours)
    foreign = [each for each in edits(base, theirs) if each not in own]
    conflicts = tuple(each for each in foreign if any(_collide(each, other) for other in own))
    accepted = [each for each in foreign if each not in conflicts]
    return Merged(apply(base, [*own, *accepted]), conflicts)


def apply(old: Sequence[str], changes: Sequence[Edit]) -> tuple[str, ...]:
    """`old` with edits, which do not overlap."""
    items: list[str] = []
    position = 0
    for each in sorted(changes, key=lambda edit: (edit.start, edit.end)):
        items += [*old[position : each.start], *each.new]
        position = each.end
    return (*items, *old[position:])


def _differences(before: Sequence[str], after: Sequence[str], offset: int) -> Iterator[Edit]:
    import difflib  # here: most cards have no edits

    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            yield Edit(offset + i1, offset + i2, tuple(after[j1:j2]), offset + j1)


def _in_one_way(old: Sequence[str], found: list[Edit]) -> Iterator[Edit]:
    """Edits told in the one way that everybody tells them in, so that the same edit is equal to itself."""
    for index, edit in enumerate(found):
        limit = found[index + 1].start if index + 1 < len(found) else len(old)
        if len(edit.new) == edit.end - edit.start:
            yield from _single(old, edit)
        else:
            yield _slid(old, edit, limit)


def _single(old: Sequence[str], edit: Edit) -> Iterator[Edit]:
    """As many items as there were: each for itself."""
    for offset, new in enumerate(edit.new):
        start = edit.start + offset
        if old[start] != new:
            yield Edit(start, start + 1, (new,), edit.new_start + offset)


def _slid(old: Sequence[str], edit: Edit, limit: int) -> Edit:
    """An insertion or deletion as far down as it can stand."""
    start, end, new = edit.start, edit.end, edit.new
    while not new and end < limit and old[start] == old[end]:
        start, end = start + 1, end + 1
    while start == end < limit and new[0] == old[end]:
        start, end, new = start + 1, end + 1, (*new[1:], new[0])
    return Edit(start, end, new, edit.new_start + start - edit.start)


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    pairs = zip(old, new, strict=False)
    return next((index for index, (one, other) in enumerate(pairs) if one != other), min(len(old), len(new)))


def _collide(one: Edit, other: Edit) -> bool:
    """Whether two edits change the same place; an insertion collides with what ends or begins there."""
    if one.start == one.end or other.start == other.end:
        return one.start <= other.end and other.start <= one.end
    return one.start < other.end and other.start < one.end
