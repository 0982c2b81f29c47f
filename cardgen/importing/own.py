"""How cards mark the place of their own repo in a table: a colour, a pin, a few words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from msgspec import structs

from cardgen import addresses
from cardgen.importing.grid import FoundCell, FoundRow, Grid
from cardgen.model import Heading, RepoKey

Style = Literal["row", "cell", "column", ""]

_PIN = re.compile(r"^(?:📍|👉|➡️|➡)\s*")
_WORDS = re.compile(
    r"\s*[(\[](?:this (?:repo|repository|model|dataset)|you are here|current(?: (?:repo|repository|model))?)[)\]]\s*",
    re.IGNORECASE,
)


def unmarked(text: str) -> str:
    """A label without the mark of the own place."""
    return _WORDS.sub(" ", _PIN.sub("", text)).strip() if text else text


def is_marked(cell: FoundCell) -> bool:
    texts = (cell.text, cell.after, *(link.label for link in cell.links))
    return any(unmarked(text) != text for text in texts)


def repos(cell: FoundCell) -> Iterator[RepoKey]:
    """The repos that the links of a cell lead to, whole repos only."""
    for link in cell.links:
        found = addresses.read(link.url)
        if found and not (found.revision or found.file):
            yield found.repo


def guess(grid: Grid) -> RepoKey | None:
    """The repo whose place a table marks; None where it marks none, or several."""
    marked = [row for row in grid.rows if any(map(is_marked, row.cells))] or _colored(grid)
    found = list(dict.fromkeys(key for row in marked for key in _marked_repos(row)))
    return found[0] if len(found) == 1 else None


def _colored(grid: Grid) -> list[FoundRow]:
    """Rows with a colour that no other row has: a colour on many rows is decoration."""
    colors = Counter(color for row in grid.rows for color in {cell.color for cell in row.cells if cell.color})
    return [row for row in grid.rows if any(colors[cell.color] == 1 for cell in row.cells if cell.color)]


def _marked_repos(row: FoundRow) -> Iterator[RepoKey]:
    marked = [cell for cell in row.cells if is_marked(cell) or cell.color]
    targets = [key for cell in marked for key in repos(cell)]
    yield from targets or [key for cell in row.cells for key in repos(cell)]


def places(grid: Grid, repo: RepoKey) -> list[tuple[int, int]]:
    """The rows and columns of the cells that lead to a repo."""
    return [
        (index, number)
        for index, row in enumerate(grid.rows)
        for number, cell in enumerate(row.cells)
        if repo in repos(cell)
    ]


def style(grid: Grid, place: tuple[int, int]) -> Style:
    """What of a place is marked: its cell, its whole row, the heading of its column, or nothing."""
    row, column = place
    cell, first = grid.rows[row].cells[column], grid.rows[row].cells[0]
    if column > 0 and (is_marked(first) or first.color):
        return "row"
    if is_marked(cell) or cell.color:
        return "cell"
    over = grid.columns()[column]
    return "column" if any(unmarked(heading.label) != heading.label for heading in over) else ""


def cleaned(grid: Grid, repo: RepoKey | None) -> Grid:
    """The table without colours, and without the mark of the place of `repo` (of any, if that is not known)."""
    found = places(grid, repo) if repo else []
    everywhere = not found
    rows = {row for row, _ in found}
    marked = rows or {index for index, row in enumerate(grid.rows) if row.cells and is_marked(row.cells[0])}
    over = _over(grid, {column for _, column in found})
    head = tuple(
        tuple(
            structs.replace(each, label=unmarked(each.label)) if everywhere or id(each) in over else each
            for each in level
        )
        for level in grid.head
    )
    body = tuple(
        _clean_row(row, everywhere or index in rows, is_markdown=grid.format == "markdown" and index in marked)
        for index, row in enumerate(grid.rows)
    )
    return replace(grid, head=head, rows=body)


def _over(grid: Grid, columns: set[int]) -> set[int]:
    """The headings that stand over some columns, by identity: two of them may say the same."""
    over = grid.columns()
    return {id(heading) for column in columns for heading in over[column]}


def _clean_heading(heading: Heading) -> Heading:
    return structs.replace(heading, label=unmarked(heading.label))


def _clean_row(row: FoundRow, has_mark: bool, is_markdown: bool) -> FoundRow:
    return replace(row, cells=tuple(_clean_cell(cell, has_mark, is_markdown) for cell in row.cells))


def _clean_cell(cell: FoundCell, has_mark: bool, is_markdown: bool) -> FoundCell:
    if has_mark:
        links = tuple(replace(link, label=unmarked(link.label) or link.label) for link in cell.links)
        cell = replace(cell, text=unmarked(cell.text), after=unmarked(cell.after), links=links)
    return replace(cell, color="", is_heading=cell.is_heading and not is_markdown)
