"""The pattern of the repos in a matrix, such as `{row}_{column}`, found by factoring their names.

A row has a part that stands in the names of all its cells, and so has a column. Many ways to cut names into parts are
tried; the one that spells out the fewest names wins.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from cardgen.importing import keys

_PLACEHOLDER = re.compile(r"\{row\}|\{column\}")
_CUT_WORD = re.compile(r"[A-Za-z0-9]\{|\}[A-Za-z0-9]")

Place = tuple[int, int]
"""A row and a column."""

Affixes = tuple[str, str]
"""What stands before and after a key in a name."""

MAX_TRIED: Final = 8
"""Columns that are looked at for the keys of rows, and rows that are compared in each."""
MAX_CANDIDATES: Final = 4
"""Ways to cut the names of one column that are tried on the others."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How the names of a matrix are made. `column_patterns` are the columns with a pattern of their own.

    `exceptions` are the places whose names no pattern makes.
    """

    pattern: str
    row_keys: tuple[str, ...]
    column_keys: tuple[str, ...]
    column_patterns: Mapping[int, str] = field(default_factory=dict)
    exceptions: frozenset[Place] = frozenset()


def find(names: Mapping[Place, str], row_labels: Sequence[str], column_labels: Sequence[str]) -> Fit:
    """The fit that spells out the fewest names; keys that no name gives are made of the labels."""
    rows, columns = len(row_labels), len(column_labels)
    if rows == 1 and columns > 1:
        turned = find({(column, row): name for (row, column), name in names.items()}, column_labels, row_labels)
        return _turned_fit(turned, names)
    fits = [_fit(names, found, row_labels, column_labels) for found in _row_keys(names, rows, columns)]
    return min(fits, key=_cost)


def _turned_fit(fit: Fit, names: Mapping[Place, str]) -> Fit:
    """A fit of rows for columns as one of columns for rows; a single row has no pattern of its own."""
    swapped = {"{row}": "{column}", "{column}": "{row}"}
    pattern = _PLACEHOLDER.sub(lambda found: swapped[found[0]], fit.pattern)
    return _checked(Fit(pattern, fit.column_keys, fit.row_keys), names)


def _cost(fit: Fit) -> tuple[int, int]:
    """What has to be spelled out: a name counts more than a pattern of a column's own. Then the length of the keys.

    A pattern that cuts words in two costs as much as a name.
    """
    cuts_words = bool(_CUT_WORD.search(fit.pattern)) or "}{" in fit.pattern
    cost = 2 * len(fit.exceptions) + len(fit.column_patterns) + 2 * cuts_words
    return cost, sum(map(len, (*fit.row_keys, *fit.column_keys)))


def _row_keys(names: Mapping[Place, str], rows: int, columns: int) -> list[tuple[str, ...]]:
    """Some ways to give every row a key; an empty one where names tell none."""
    found: dict[tuple[str, ...], None] = {}
    for column in sorted({column for _, column in names})[:MAX_TRIED]:
        here = {row: names[row, column] for row in range(rows) if (row, column) in names}
        for affixes in _affixes(list(here.values())):
            keys_of_rows = tuple(_middle(here[row], affixes) if row in here else "" for row in range(rows))
            found[_completed(keys_of_rows, names, columns)] = None
    return list(found) or [("",) * rows]


def _affixes(names: Sequence[str]) -> list[Affixes]:
    """What names may have in common before and after their keys: most names first, then the longest."""
    tried = names[:MAX_TRIED]
    found = {cut for one, other in combinations(tried, 2) for cut in _common(one, other)} | {("", "")}
    if len(tried) == 1:
        found |= {(tried[0][:end], "") for end in range(len(tried[0])) if tried[0][end - 1 : end] in _SEPARATORS}

    def rank(affixes: Affixes) -> tuple[int, bool, int]:
        matching = sum(bool(_middle(name, affixes)) for name in names)
        return (matching, _is_clean(affixes), len("".join(affixes)))

    ranked = sorted(found, key=lambda affixes: (rank(affixes), affixes), reverse=True)
    longest = sorted(found, key=lambda affixes: (rank(affixes)[1:], affixes), reverse=True)
    return list(dict.fromkeys([*ranked[:MAX_CANDIDATES], *longest[:MAX_CANDIDATES]]))


_SEPARATORS: Final = "-_"


def _common(one: str, other: str) -> Iterator[Affixes]:
    """The common start and end of two names: cut at separators, and as long as they are."""
    start = _common_start(one, other)
    end = _common_start(one[len(start) :][::-1], other[len(start) :][::-1])[::-1]
    yield start, end
    yield _to_separator(start), _from_separator(end)


def _common_start(one: str, other: str) -> str:
    length = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    return min(one, other, key=len) if length is None else one[:length]


def _to_separator(text: str) -> str:
    """The start of a text up to its last separator."""
    return text[: max(text.rfind(each) for each in _SEPARATORS) + 1]


def _from_separator(text: str) -> str:
    """The end of a text from its first separator on."""
    found = re.search(r"[-_]", text)
    return text[found.start() :] if found else ""


def _is_clean(affixes: Affixes) -> bool:
    return affixes == (_to_separator(affixes[0]), _from_separator(affixes[1]))


def _middle(name: str, affixes: Affixes) -> str:
    """The key in a name; empty if the name is not made that way."""
    before, after = affixes
    inner = name[len(before) : len(name) - len(after)]
    fits = name.startswith(before) and name.endswith(after) and len(name) > len(before) + len(after)
    return inner if fits and keys.is_part_of_name(inner) else ""


def _completed(found: tuple[str, ...], names: Mapping[Place, str], columns: int) -> tuple[str, ...]:
    """Keys for rows that have none yet, from what columns have around the keys of other rows."""
    completed = list(found)
    for column in range(columns):
        missing = [row for row, key in enumerate(completed) if not key and (row, column) in names]
        if not missing:
            continue
        count = Counter(_around(names, completed, column))
        affixes, times = max(count.items(), key=lambda item: item[1], default=(("", ""), 0))
        for row in missing if times > 1 else []:
            completed[row] = _middle(names[row, column], affixes)
    seen: set[str] = set()
    for row, key in enumerate(completed):
        if key in seen:
            completed[row] = ""
        seen.add(key)
    return tuple(completed)


def _around(names: Mapping[Place, str], row_keys: Sequence[str], column: int) -> Iterator[Affixes]:
    """What stands around the keys of rows in the names of a column, wherever a key stands in a name."""
    for row, key in enumerate(row_keys):
        name = names.get((row, column), "")
        position = name.find(key) if key else -1
        while position >= 0:
            yield name[:position], name[position + len(key) :]
            position = name.find(key, position + 1)


def _fit(
    names: Mapping[Place, str], found: Sequence[str], row_labels: Sequence[str], column_labels: Sequence[str]
) -> Fit:
    """The best fit with these keys of rows."""
    row_keys = keys.completed(found, row_labels)
    columns = range(len(column_labels))
    around = {column: _best(_around(names, found, column)) for column in columns}
    options = [_with_columns(names, row_keys, column_labels, around, is_first) for is_first in (True, False)]
    return min(options, key=_cost)


def _best(found: Iterable[Affixes]) -> dict[Affixes, int]:
    """The commonest of what stands around keys, all that are as common."""
    count = Counter(found)
    highest = max(count.values(), default=0)
    return {affixes: times for affixes, times in count.items() if times == highest}


def _with_columns(
    names: Mapping[Place, str],
    row_keys: tuple[str, ...],
    column_labels: Sequence[str],
    around: Mapping[int, Mapping[Affixes, int]],
    row_is_first: bool,
) -> Fit:
    """A fit whose pattern has the row first, or the column: its columns share what stands on the other side."""
    side = 0 if row_is_first else 1
    shared = Counter(affix for each in around.values() for affix in {affixes[side] for affixes in each})
    keyed = Counter(affix for each in around.values() for affix in {affixes[side] for affixes in each if affixes[1 - side]})
    fixed = max(shared, key=lambda affix: (keyed[affix], shared[affix], len(affix)), default="")
    ends = {
        column: max(affixes[1 - side] for affixes in each if affixes[side] == fixed)
        for column, each in around.items()
        if any(affixes[side] == fixed for affixes in each)
    }
    inner, outer = _joint(list(ends.values()), row_is_first)
    found = {column: _middle(end, (inner, outer) if row_is_first else (outer, inner)) for column, end in ends.items()}
    column_keys = keys.completed([found.get(column, "") for column in range(len(column_labels))], column_labels)
    pattern = f"{fixed}{{row}}{inner}{{column}}{outer}" if row_is_first else f"{outer}{{column}}{inner}{{row}}{fixed}"
    own = {column: _own_pattern(around[column]) for column in range(len(column_labels)) if not found.get(column)}
    return _checked(Fit(pattern, row_keys, column_keys, {column: each for column, each in own.items() if each}), names)


def _joint(ends: Sequence[str], row_is_first: bool) -> Affixes:
    """What stands between the two keys, and beyond the column's: as much as leaves most columns a key of their own."""
    texts = [text for text in ends if text]
    found = {("", "")} | {
        _turned(cut, row_is_first) for pair in combinations(texts[:MAX_TRIED], 2) for cut in _common(*pair)
    }
    if len(texts) == 1 and len(ends) == 1:
        found.add((_first_separators(texts[0], row_is_first), ""))

    def rank(joint: Affixes) -> tuple[int, bool, int]:
        affixes = _turned(joint, row_is_first)
        parts = [_middle(text, affixes) for text in texts]
        return len({part for part in parts if part}), _is_clean(affixes), len("".join(joint))

    options = found | {(inner, "") for inner, _ in found} | {("", outer) for _, outer in found}
    options |= {(_first_separators(text, row_is_first), "") for text in texts[:MAX_TRIED]}
    return max(sorted(options), key=rank)


def _turned(affixes: Affixes, row_is_first: bool) -> Affixes:
    return affixes if row_is_first else (affixes[1], affixes[0])


def _first_separators(text: str, row_is_first: bool) -> str:
    """The separators that a text begins with, where the row is first; else those that it ends with."""
    found = re.search(r"\A[-_]*" if row_is_first else r"[-_]*\Z", text)
    return found[0] if found else ""


def _own_pattern(around: Mapping[Affixes, int]) -> str:
    """The pattern of a column by itself, if it makes more than one name."""
    affixes = max(sorted(around), key=lambda each: around[each], default=None)
    return f"{affixes[0]}{{row}}{affixes[1]}" if affixes and around[affixes] > 1 else ""


def _checked(fit: Fit, names: Mapping[Place, str]) -> Fit:
    """The fit with its exceptions."""
    wrong = frozenset(
        (row, column)
        for (row, column), name in names.items()
        if fill(fit.column_patterns.get(column, fit.pattern), fit.row_keys[row], fit.column_keys[column]) != name
    )
    return Fit(fit.pattern, fit.row_keys, fit.column_keys, fit.column_patterns, wrong)


def fill(pattern: str, row: str, column: str) -> str:
    """The name that a pattern makes of a row's and a column's key."""
    parts = {"{row}": row, "{column}": column}
    return _PLACEHOLDER.sub(lambda found: parts[found[0]], pattern)
