"""Tables as rules compare them: what stands before each row and over each column, and to which repos its cells link."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

from cardgen import addresses, columns
from cardgen.lint.card import ReadCard
from cardgen.model import Cell, RepoKey, Table

if TYPE_CHECKING:
    from cardgen.importing.grid import FoundCell
    from cardgen.importing.grid import Grid as Found

MAX_TABLES: Final = 20
MAX_CHARACTERS: Final = 100_000
"""A longer table is no table that somebody reads."""

_OPENING = re.compile(r"<table\b", re.IGNORECASE)
_CLOSING = re.compile(r"</table\s*>", re.IGNORECASE)
_MARKDOWN = re.compile(
    r"\n[ \t]*+\|[^\n]*+\n[ \t]*+\|?[ \t]*+:?-++[-:| \t]*+\n[ \t]*+\|[^\n]*+(?:\n[ \t]*+\|[^\n]*+)*+"
)
_LOOK = re.compile(r"\s(?:style|align|width|class|title|bgcolor)=\"[^\"]*\"")
_MARKS = re.compile("[📍⭐👉✅➡️]+ ?")
_HERE: Final = " (this repo)"


@dataclass(frozen=True, slots=True)
class Place:
    """A link to a repo in a cell."""

    label: str
    repo: RepoKey


@dataclass(frozen=True, slots=True)
class Line:
    """A row: what is in front of it, all that it says, and for each column the repos that it links to."""

    label: str
    words: tuple[str, ...]
    cells: tuple[tuple[Place, ...], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its columns by the headings over them, and its rows, in groups under headings of their own."""

    title: str
    columns: tuple[str, ...]
    groups: tuple[tuple[Line, ...], ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for group in self.groups for line in group)


def of_table(table: Table) -> Grid:
    """The grid of a collection's table."""
    groups: list[list[Line]] = [[]]
    for row in table.rows:
        if len(row.cells) == 1 and row.cells[0].is_heading:
            groups.append([])
        else:
            groups[-1].append(_line([_cell(each) for each in row.cells for _ in range(each.colspan)]))
    width = max((len(line.cells) for group in groups for line in group), default=0)
    headings = tuple(" ".join(each.label for each in over) for over in columns.headed(table.head, width))
    return Grid(table.title or table.name, headings, tuple(map(tuple, groups)))


def of_card(card: ReadCard) -> tuple[Grid, ...]:
    """The grids of a card's tables, as far as they can be read; siblings differ in what is marked only."""
    return tuple(filter(None, (_read(text, is_html) for text, is_html in islice(_texts(card.prose), MAX_TABLES))))


def _texts(prose: str) -> Iterator[tuple[str, bool]]:
    """The tables of a text, and whether they are HTML."""
    for opening in islice(_OPENING.finditer(prose), MAX_TABLES):
        closing = _CLOSING.search(prose, opening.end(), opening.end() + MAX_CHARACTERS)
        if closing and "://" in (text := prose[opening.start() : closing.end()]):
            yield _alike(_LOOK.sub("", text)), True
    for found in _MARKDOWN.finditer("\n" + prose):
        if len(found[0]) <= MAX_CHARACTERS and "://" in found[0]:
            yield _alike(found[0].replace("**", "")), False


def _alike(text: str) -> str:
    """A table without what marks the card's own place in it."""
    return _MARKS.sub("", text).replace(_HERE, "")


@lru_cache(maxsize=64)
def _read(text: str, is_html: bool) -> Grid | None:
    from cardgen.importing import grid, html_text
    from cardgen.importing.html_text import TooHardError

    try:
        found = grid.read(text if is_html else html_text.render(text), "html" if is_html else "markdown")
    except TooHardError:
        return None
    return None if found.has_spans else _of_found(found)


def _of_found(found: Found) -> Grid:
    groups: list[list[Line]] = [[]]
    for row in found.rows:
        if row.group:
            groups.append([])
        else:
            groups[-1].append(_line([_found_cell(each) for each in row.cells]))
    headings = tuple(" ".join(each.label for each in over) for over in found.columns())
    return Grid("", headings, tuple(map(tuple, groups)))


_Cell = tuple[str, tuple[tuple[str, str], ...]]
"""The text of a cell, and its links: label and address."""


def _cell(cell: Cell) -> _Cell:
    return cell.text, tuple((each.label, each.url) for each in cell.targets)


def _found_cell(cell: FoundCell) -> _Cell:
    return " ".join(filter(None, (cell.text, cell.after))), tuple((each.label, each.url) for each in cell.links)


def _line(cells: Sequence[_Cell]) -> Line:
    said = [" ".join(filter(None, (text, *(label for label, _ in links)))) for text, links in cells]
    places = (tuple(_places(links)) for _, links in cells)
    return Line(next(iter(said), ""), tuple(said), tuple(places))


def _places(links: Sequence[tuple[str, str]]) -> Iterator[Place]:
    for label, url in links:
        if (found := addresses.read(url)) and not found.file and not found.revision:
            yield Place(label, found.repo)
