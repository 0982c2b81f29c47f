"""A table as it was published: its headings with their spans, and every cell where it stands in the grid."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from selectolax.lexbor import LexborNode

from cardgen import columns
from cardgen.importing import html_text
from cardgen.importing.html_text import Piece, TooHardError
from cardgen.manifest.drafts import MAX_CELLS
from cardgen.model import Heading

MAX_WIDTH: Final = 2_000

Format = Literal["html", "markdown"]

_COLOR = re.compile(r"background(?:-color)?\s*:\s*([^;]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link in a cell."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class FoundCell:
    """A cell of a body: its text, its links, what stands between them and after them, and how it is marked."""

    text: str = ""
    links: tuple[FoundLink, ...] = ()
    joiners: tuple[str, ...] = ()
    after: str = ""
    is_heading: bool = False
    color: str = ""


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row: a cell for every column of the table, or a heading over the rows below."""

    cells: tuple[FoundCell, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. `head` are its rows of headings; `has_spans` tells that cells of its body took more room than one."""

    head: tuple[tuple[Heading, ...], ...]
    rows: tuple[FoundRow, ...]
    format: Format
    has_spans: bool = False

    @property
    def width(self) -> int:
        return max((len(row.cells) for row in self.rows), default=0)

    def columns(self) -> list[list[Heading]]:
        """The headings over each column, from the top down."""
        return columns.headed(self.head, self.width)


@dataclass(frozen=True, slots=True)
class _Raw:
    """A cell with the room that it takes."""

    cell: FoundCell
    colspan: int
    rowspan: int


def read(html: str, format: Format) -> Grid:
    """The table in a piece of HTML. Raises TooHardError with the reason why it is not read."""
    tables = html_text.parse(html).css("table")
    if len(tables) != 1:
        raise TooHardError("it holds another table" if tables else "it is not a table once it is read as HTML")
    rows = [(row, [_raw(cell) for cell in row.iter() if cell.tag in {"td", "th"}]) for row in tables[0].css("tr")]
    raws = [(row.parent is not None and row.parent.tag == "thead", cells) for row, cells in rows if cells]
    depth = _head_depth(raws)
    body = [cells for _, cells in raws[depth:]]
    head = tuple(tuple(_heading(raw) for raw in cells) for _, cells in raws[:depth])
    width = max((sum(raw.colspan for raw in cells) for _, cells in raws), default=0)
    if width > MAX_WIDTH or width * len(raws) > MAX_CELLS:
        raise TooHardError(f"it has {width:,} columns and {len(raws):,} rows; {MAX_CELLS:,} cells are the most")
    if not body or width < 2:
        raise TooHardError("it has no rows, or one column only")
    has_spans = any(
        raw.colspan > 1 or raw.rowspan > 1 for cells in body for raw in cells if not _is_group(cells, width)
    )
    found = tuple(_rows(body, width))
    # Where all first cells are bold, they are headings of their rows.
    has_groups = format == "markdown" and not all(row.cells[0].is_heading for row in found if row.cells)
    return Grid(head, tuple(map(_flat_group, found)) if has_groups else found, format, has_spans)


def _raw(node: LexborNode) -> _Raw:
    return _Raw(_cell(node), _span(node, "colspan"), _span(node, "rowspan"))


def _span(node: LexborNode, name: str) -> int:
    text = (node.attributes.get(name) or "").strip()
    return min(max(int(text), 1), MAX_WIDTH) if text.isdecimal() and len(text) < 6 else 1


def _cell(node: LexborNode) -> FoundCell:
    pieces = list(html_text.pieces(node))
    texts, links = [""], list[FoundLink]()
    for piece in pieces:
        if piece.url:
            links.append(FoundLink(html_text.line(piece.text), piece.url.strip()))
            texts.append("")
        else:
            texts[-1] += piece.text
    between = tuple(html_text.flat(text) for text in texts[1:-1])
    after = html_text.line(texts[-1]) if links else ""
    heading = node.tag == "th" or _is_strong(pieces)
    color = _COLOR.search(node.attributes.get("style") or "")
    bgcolor = (node.attributes.get("bgcolor") or "").strip()
    return FoundCell(
        html_text.line(texts[0]), tuple(links), between, after, heading, color[1].strip() if color else bgcolor
    )


def _is_strong(pieces: Sequence[Piece]) -> bool:
    said = [piece for piece in pieces if piece.text.strip()]
    return bool(said) and all(piece.is_strong and not piece.url for piece in said)


def _heading(raw: _Raw) -> Heading:
    labels = " ".join(link.label for link in raw.cell.links)
    return Heading(" ".join(filter(None, (raw.cell.text, labels, raw.cell.after))), raw.colspan, raw.rowspan)


def _head_depth(rows: Sequence[tuple[bool, list[_Raw]]]) -> int:
    """How many rows are headings: those in a `thead`, else those of `th` alone, else the first."""
    in_thead = sum(1 for is_head, _ in rows if is_head)
    if in_thead:
        return in_thead
    width = max((sum(raw.colspan for raw in cells) for _, cells in rows), default=0)
    depth = 0
    for _, cells in rows:
        if not all(raw.cell.is_heading for raw in cells) or (depth and _is_group(cells, width)):
            break
        depth += 1
    return max(depth, 1)


def _is_group(cells: Sequence[_Raw], width: int) -> bool:
    return len(cells) == 1 and cells[0].colspan >= width and not cells[0].cell.links


def _rows(body: Sequence[list[_Raw]], width: int) -> Iterator[FoundRow]:
    """The rows, each with a cell in every column: a cell that spans others stands in each place that it takes."""
    hanging: dict[int, tuple[int, FoundCell]] = {}
    for cells in body:
        if _is_group(cells, width) and cells[0].cell.text:
            yield FoundRow(group=cells[0].cell.text)
            continue
        line: list[FoundCell] = []
        waiting = list(cells)
        while len(line) < width:
            column = len(line)
            left, cell = hanging.get(column, (0, FoundCell()))
            if left:
                hanging[column] = (left - 1, cell)
                line.append(cell)
            elif waiting:
                raw = waiting.pop(0)
                for offset in range(raw.colspan):
                    hanging[column + offset] = (raw.rowspan - 1, raw.cell)
                line += [raw.cell] * raw.colspan
            else:
                line.append(FoundCell())
        yield FoundRow(tuple(line[:width]))


def _flat_group(row: FoundRow) -> FoundRow:
    """In Markdown a heading over other rows is a bold first cell with nothing beside it."""
    first, *rest = row.cells or (FoundCell(),)
    is_group = first.is_heading and first.text and not first.links and first.color == ""
    if is_group and all(cell == FoundCell() for cell in rest):
        return FoundRow(group=first.text)
    return row


def transposed(grid: Grid) -> Grid:
    """The table with its rows as columns; only for a table with one row of headings and no groups."""
    labels = [headings[0].label if headings else "" for headings in grid.columns()]
    head = (Heading(labels[0]), *(Heading(row.cells[0].text) for row in grid.rows))
    rows = tuple(
        FoundRow((FoundCell(labels[column]), *(row.cells[column] for row in grid.rows)))
        for column in range(1, grid.width)
    )
    return replace(grid, head=(head,), rows=rows, has_spans=False)
