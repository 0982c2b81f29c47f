"""A table as text, on every card with that card's own place marked.

A table is printed once for the whole collection. A card differs from it in the one row that holds its own place, so
only that row is printed again: the work grows with the text that is written, not with cards x cells.
"""

from __future__ import annotations

from functools import cached_property

from markupsafe import Markup
from msgspec.structs import replace

from cardgen.model import GROUPS, Cell, Heading, Mark, RepoKey, Row, Table
from cardgen.render.templates import Printer

_ROWS = Markup("\ue000rows\ue000")
"""Stands for the rows while the rest of the table is printed; from Unicode's private use, so nobody writes it."""


class TableText:
    """One table of a collection, as text."""

    def __init__(self, table: Table, mark: Mark, printer: Printer) -> None:
        self._table = table
        self._mark = mark
        self._printer = printer

    def on_card_of(self, repo: RepoKey) -> str:
        """The table on the card of `repo`, whose own place is marked."""
        before, after = self._frame_of(repo) if repo in self._headings else self._frame
        rows = list(self._rows)
        for index in self._rows_of.get(repo, ()):
            rows[index] = self._current_row(index, repo)
        if not rows:
            return before + after
        rows[0] = before + rows[0]
        rows[-1] += after
        return "\n".join(rows)

    def has_place_of(self, repo: RepoKey) -> bool:
        return repo in self._rows_of or repo in self._headings

    @cached_property
    def _frame(self) -> tuple[str, str]:
        return self._frame_of(None)

    def _frame_of(self, repo: RepoKey | None) -> tuple[str, str]:
        """What stands before and after the rows; a heading that is the place of `repo` is marked."""
        head = self._table.head if self._table.format == "html" else (flat_head(self._table.head),)
        values = {"table": self._table, "head": head, "own": repo, "mark": self._mark}
        text = _dense_table(self._printer.print("table.md.j2", rows=_ROWS, **values))
        parts = text.split(_ROWS)
        if len(parts) != 2:
            message = f"a table must print {{{{ rows }}}} once as they are, and this prints them {len(parts) - 1} times"
            raise self._printer.wrong_use("table.md.j2", "rows", message)
        return parts[0].lstrip("\n"), parts[1].rstrip("\n")

    @cached_property
    def _headings(self) -> frozenset[RepoKey]:
        return frozenset(key for level in self._table.head for heading in level for key in heading.place_of)

    @cached_property
    def _cells(self) -> list[list[Markup]]:
        return [[self._cell(cell, None, None) for cell in row.cells] for row in self._table.rows]

    @cached_property
    def _rows(self) -> list[str]:
        rows = zip(self._table.rows, self._cells, strict=True)
        return [self._row(row, cells) for row, cells in rows]

    @cached_property
    def _rows_of(self) -> dict[RepoKey, list[int]]:
        places: dict[RepoKey, list[int]] = {}
        for index, row in enumerate(self._table.rows):
            for repo in dict.fromkeys((*row.place_of, *(key for cell in row.cells for key in cell.place_of))):
                places.setdefault(repo, []).append(index)
        return places

    def _current_row(self, index: int, repo: RepoKey) -> str:
        row = self._table.rows[index]
        cells = list(self._cells[index])
        quiet = replace(self._mark, text="")
        for number, cell in enumerate(row.cells):
            if repo in cell.place_of or (repo in row.place_of and not number):
                cells[number] = self._cell(cell, self._mark, repo)
            elif repo in row.place_of and not cell.place_of:
                cells[number] = self._cell(cell, quiet, repo)
        return self._row(row, cells)

    def _cell(self, cell: Cell, mark: Mark | None, own: RepoKey | None) -> Markup:
        """A cell; with a mark, it is the place of `own`, or a part of it."""
        values = {"cell": cell, "mark": mark, "own": own, "joiner": self._table.joiner}
        text = self._printer.print(f"cell.{self._table.format}.j2", **values)
        return Markup(text.rstrip("\n"))  # noqa: S704 - the template escaped it

    def _row(self, row: Row, cells: list[Markup]) -> str:
        return _dense(self._printer.print(f"row.{self._table.format}.j2", row=row, cells=cells))


def _dense_table(text: str) -> str:
    """An HTML table ends for Markdown at its first blank line, so there is none, whatever the templates printed."""
    start, end = text.find("<table"), text.rfind("</table>")
    return f"{text[:start]}{_dense(text[start:end])}\n{text[end:]}" if 0 <= start < end else text


def _dense(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if line.strip())


def flat_head(head: tuple[tuple[Heading, ...], ...]) -> tuple[Heading, ...]:
    """One row of headings for a Markdown table, which has no spans: `CodeI/O · Stage 1`."""
    width = sum(heading.colspan for heading in head[0])
    columns: list[list[Heading]] = [[] for _ in range(width)]
    for level, headings in enumerate(head):
        free = [number for number in range(width) if sum(each.rowspan for each in columns[number]) == level]
        for heading in headings:
            for number in free[: heading.colspan]:
                columns[number].append(heading)
            free = free[heading.colspan :]
    return tuple(
        Heading(
            GROUPS.join(each.label for each in column if each.label),
            place_of=tuple(key for each in column for key in each.place_of),
        )
        for column in columns
    )
