"""The order of a collection's members: which one they shall have, and what positions make it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import pairwise, takewhile


def arrange(keys: Sequence[Hashable], wanted: Sequence[Hashable]) -> list[int]:
    """The indexes of members in the order that they shall have: those that are not `wanted` where they are.

    The others stand around them in the order of `wanted`.
    """
    rank = {key: number for number, key in enumerate(wanted)}
    ours = iter(sorted((index for index, key in enumerate(keys) if key in rank), key=lambda index: rank[keys[index]]))
    return [next(ours) if key in rank else index for index, key in enumerate(keys)]


def positions(live: Sequence[int]) -> list[int | None]:
    """New positions for members that shall stand in the order in which their `live` ones are given; None to keep one.

    Those at the start and at the end that are in order keep theirs; all between get numbers that rise. So the order
    is right whatever the Hub does to an item whose position is given to another, which it does not document: it
    moves it and all after it, or it leaves it, as long as the changes are made in this order.
    """
    start = _rising(live)
    end = max(start, len(live) - _rising([-position for position in reversed(live)]))
    first = live[start - 1] + 1 if start else 0
    while end < len(live) and first + (end - start) > live[end]:
        end += 1
    return [None] * start + [first + number for number in range(end - start)] + [None] * (len(live) - end)


def _rising(numbers: Sequence[int]) -> int:
    """How many numbers from the start on rise."""
    return min(len(numbers), 1 + sum(1 for _ in takewhile(lambda pair: pair[0] < pair[1], pairwise(numbers))))
