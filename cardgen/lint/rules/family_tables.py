"""Tables of a family: labels that say nothing, and links that do not fit where they stand.

Most of these links answer 200, so that no check of links finds them. What a label says is compared with the name of the
repo: `70B` in front of a row, and `8b` in the name of what it links to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from cardgen.lint.family import Family, Member
from cardgen.lint.grids import Grid, Line, Place
from cardgen.lint.rule import FamilyRule, Problem
from cardgen.lint.words import quote
from cardgen.model import RepoKey

MAX_CELLS: Final = 5_000
"""A larger table is not compared."""

_TOKEN = re.compile(r"\d+(?:\.\d+)+[a-z]?(?![a-z])|\d+[bmk](?![a-z])|[a-z]{2,}")
_DOWNLOADS: Final = frozenset({
    "checkpoint", "checkpoints", "download", "downloads", "face", "hf", "hub", "hugging", "huggingface", "link",
    "links", "weights",
})  # fmt: skip
_SAME: Final = re.compile(r"\bsame\b|\bshared\b|\bsee\b", re.IGNORECASE)


def _in_tables(family: Family) -> Iterator[tuple[Member, Grid]]:
    """Every table once: siblings that belong to no manifest have the same ones."""
    seen: set[Grid] = set()
    for member, grid in family.tables:
        if len(grid.lines) * len(grid.columns) <= MAX_CELLS and grid not in seen:
            seen.add(grid)
            yield member, grid


def _labels(family: Family) -> Iterator[tuple[Member, Problem]]:
    for member, grid in _in_tables(family):
        for said in (*_same_rows(grid), *_same_columns(grid), *_same_links(grid)):
            yield member, Problem(f"{_name(grid)}{said}", hint="say what tells them apart")


def _same_rows(grid: Grid) -> Iterator[str]:
    for group in grid.groups:
        seen: dict[tuple[str, ...], set[RepoKey]] = {}
        for line in group:
            repos = _repos(line)
            if repos and any(map(_has_word, line.words)) and repos.isdisjoint(seen.get(line.words, repos)):
                yield f"two rows say {quote(line.label)} and nothing else, for different repos"
            seen.setdefault(line.words, repos)


def _same_columns(grid: Grid) -> Iterator[str]:
    counts = Counter(grid.columns)
    for label in (each for each, count in counts.items() if count > 1 and _has_word(each)):
        places = [number for number, each in enumerate(grid.columns) if each == label]
        for line in grid.lines:
            repos = [each.repo for number in places if number < len(line.cells) for each in line.cells[number]]
            if len(set(repos)) > 1 and len(repos) == len(places):
                yield f"{len(places)} columns are called {quote(label)}, for different repos"
                break


def _same_links(grid: Grid) -> Iterator[str]:
    for line in grid.lines:
        for cell in line.cells:
            labels = Counter(label for label, _ in {(each.label, each.repo) for each in cell})
            for label in (each for each, count in labels.items() if count > 1):
                yield f"the row {quote(line.label)} has a cell with links {quote(label)} to different repos"


def _has_word(text: str) -> bool:
    return any(map(str.isalnum, text))


def _repos(line: Line) -> set[RepoKey]:
    return {each.repo for cell in line.cells for each in cell}


class _Cell(NamedTuple):
    """A link with the row and the column that it stands in."""

    row: int
    column: int
    place: Place


def _cells(grid: Grid) -> list[_Cell]:
    return [
        _Cell(row, column, place)
        for row, line in enumerate(grid.lines)
        for column, cell in enumerate(line.cells[: len(grid.columns)])
        for place in cell
    ]


def _misfits(family: Family) -> Iterator[tuple[Member, Problem]]:
    for member, grid in _in_tables(family):
        cells = _cells(grid)
        rows = _Axis([line.label for line in grid.lines], cells, "row")
        columns = _Axis(grid.columns, cells, "column")
        for cell in cells:
            said = rows.misfit(cell.row, cell) or columns.misfit(cell.column, cell)
            if said and not _SAME.search(cell.place.label):
                yield member, Problem(f"{_name(grid)}{said}", hint="link to the repo that belongs there")


class _Axis:
    """The labels of rows, or of columns, by what tells them apart: words that not all of them have.

    They are compared with names of repos only where most names of each row or column have its words.
    """

    def __init__(self, labels: Sequence[str], cells: Sequence[_Cell], name: str) -> None:
        self._labels = labels
        self._name = name
        tokens = [frozenset(_TOKEN.findall(each.lower())) for each in labels]
        used = {cell.row if name == "row" else cell.column for cell in cells}
        shared = frozenset.intersection(*(tokens[each] for each in used)) if used else frozenset[str]()
        self._own = [each - shared for each in tokens]
        told = [bool(self._own[each.row if name == "row" else each.column] & _tokens(each.place)) for each in cells]
        self._is_told = len(used) > 1 and sum(told) * 3 >= len(told) * 2
        self._used = sorted(used)

    def misfit(self, at: int, cell: _Cell) -> str:
        """What is wrong with a link that has all words of another label, and none of its own."""
        own, tokens = self._own[at], _tokens(cell.place)
        if not self._is_told or not own or own & tokens:
            return ""
        other = next((each for each in self._used if self._own[each] and self._own[each] <= tokens), None)
        if other is None:
            return ""
        return (
            f"the {self._name} {quote(self._labels[at])} links to {cell.place.repo[1]}, "
            f"whose name fits the {self._name} {quote(self._labels[other])}"
        )


def _tokens(place: Place) -> frozenset[str]:
    return frozenset(_TOKEN.findall(place.repo[1].partition("/")[2].lower()))


def _repeated(family: Family) -> Iterator[tuple[Member, Problem]]:
    """One repo where several should be: a line or a cell was copied, and its link not changed."""
    for member, grid in _in_tables(family):
        for said in (*_in_columns(grid), *_in_rows(grid)):
            yield member, Problem(f"{_name(grid)}{said}", hint="link each to its own repo")


def _in_columns(grid: Grid) -> Iterator[str]:
    """A column of downloads that has one model in several rows."""
    for number, label in enumerate(grid.columns):
        for repo, labels in _rows_of(grid, number).items() if number and _is_of_downloads(label) else ():
            if len(set(labels)) > 1:
                said = ", ".join(map(quote, dict.fromkeys(labels[:4])))
                yield f"{len(labels)} rows link to {repo[1]}: {said}"


def _is_of_downloads(label: str) -> bool:
    """A column of base models, or of datasets, may rightly have one of them in several rows."""
    words = re.findall(r"[a-z]+", label.lower())
    return _DOWNLOADS.issuperset(words) and bool(label.strip())


def _rows_of(grid: Grid, column: int) -> dict[RepoKey, list[str]]:
    """The models in a column, each with the labels of its rows; a cell may say that it has another row's."""
    rows: dict[RepoKey, list[str]] = {}
    for line in grid.lines:
        for place in line.cells[column] if column < len(line.cells) else ():
            if place.repo[0] == "model" and not _SAME.search(place.label):
                rows.setdefault(place.repo, []).append(line.label)
    return rows


def _in_rows(grid: Grid) -> Iterator[str]:
    """A row that has one model in two columns, which lead to different ones in most rows: a chat model's cell has the
    base model."""
    same: dict[tuple[int, int], list[tuple[Line, RepoKey]]] = {}
    differ: Counter[tuple[int, int]] = Counter()
    for line in grid.lines:
        only = [(number, cell[0]) for number, cell in enumerate(line.cells) if number and len(cell) == 1]
        for (one, first), (other, second) in pairwise(only):
            if first.repo != second.repo:
                differ[one, other] += 1
            elif first.repo[0] == "model" and not _SAME.search(f"{first.label} {second.label}"):
                same.setdefault((one, other), []).append((line, first.repo))
    for (one, other), lines in same.items():
        columns = grid.columns[one : one + 1] + grid.columns[other : other + 1]
        for line, repo in lines if differ[one, other] > len(lines) and len(set(columns)) > 1 else ():
            yield f"the row {quote(line.label)} links to {repo[1]} in the columns {' and '.join(map(quote, columns))}"


def _name(grid: Grid) -> str:
    return f"in the table {quote(grid.title)}: " if grid.title else ""


RULES = (
    FamilyRule("label-twice", "family", "warning", "Two labels of a table are the same.", _labels),
    FamilyRule("target-misfit", "family", "warning", "A link of a table does not fit its cell.", _misfits),
    FamilyRule("target-repeated", "family", "warning", "Several cells of a table link to one repo.", _repeated),
)
