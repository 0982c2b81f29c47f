"""Tables whose rows do not fit, and lines that should be tables and are none.

GitHub Flavored Markdown, 4.10: a table is a header row and a delimiter row with as many cells; surplus cells of a row
are dropped, and every line up to the next blank one is a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from cardgen.lint import elements
from cardgen.lint.card import ReadCard
from cardgen.lint.elements import Element
from cardgen.lint.rule import Problem, Rule
from cardgen.lint.words import quote, times

_DELIMITER = re.compile(r"^[ \t]*+\|?[ \t]*+:?-+:?[ \t]*+(?:\|[ \t]*+:?-+:?[ \t]*+)*+\|?[ \t]*$", re.MULTILINE)
_PIPE = re.compile(r"(?<!\\)\|")
_PIPED = re.compile(r"(?:^ {0,3}\|[^\n]*\|[ \t]*(?:\n|\Z)){2,}+", re.MULTILINE)
_OTHER_BLOCK = re.compile(r"[ \t]*(?:$|[#>`~<|]|[-*_]{3}|<!--)")
_SPAN = re.compile(r"\d{1,4}")
_MOST: Final = 1000


class _Row(NamedTuple):
    """A line with the cells that it has."""

    start: int
    end: int
    cells: int


class _Table(NamedTuple):
    """A table in Markdown: its header, and the rows under its delimiters."""

    header: _Row
    rows: Sequence[_Row]


@lru_cache(maxsize=1)
def _tables(card: ReadCard) -> Sequence[_Table]:
    """The Markdown tables of a card; remembered for the rules that ask after each other."""
    return tuple(_found(card)) if "|" in card.prose and "-" in card.prose else ()


def _found(card: ReadCard) -> Iterator[_Table]:
    text, last = card.prose, 0
    for found in _DELIMITER.finditer(text):
        header = _row(card, text.rfind("\n", 0, max(found.start() - 1, 0)) + 1, found.start() - 1)
        if "|" in found[0] and found.start() > last and header.cells == _count(found[0]) and header.start >= last:
            rows = tuple(_rows(card, found.end()))
            last = rows[-1].end if rows else found.end()
            yield _Table(header, rows)


def _rows(card: ReadCard, at: int) -> Iterator[_Row]:
    """The lines from a place on, up to one that is blank or begins something else."""
    text = card.prose
    while at < len(text):
        start, end = at + 1, text.find("\n", at + 1)
        end = end if end >= 0 else len(text)
        line = text[start:end]
        if not line.strip() or (_OTHER_BLOCK.match(line) and not line.lstrip().startswith("|")):
            return
        yield _row(card, start, end)
        at = end


def _row(card: ReadCard, start: int, end: int) -> _Row:
    """Of a line as it is written: a bar in code ends a cell as well."""
    return _Row(start, end, _count(card.own[start:end]) if end > start else 0)


def _count(line: str) -> int:
    line = line.strip().removeprefix("|")
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    return len(_PIPE.findall(line)) + 1


def _ragged(card: ReadCard) -> Iterator[Problem]:
    for table in _tables(card):
        width = table.header.cells
        yield from _first([row for row in table.rows if row.cells > width], width, "the last are not shown")
        yield from _first([row for row in table.rows if 1 < row.cells < width], width, "the last stay empty")
    for html in elements.of(card).tables:
        yield from _ragged_html(html.rows)


def _first(rows: Sequence[_Row], width: int, so: str) -> Iterator[Problem]:
    if rows:
        hint = "a bar that belongs to the text is written \\|" if rows[0].cells > width else "give it as many cells"
        yield Problem(
            f"a row has {rows[0].cells} cells, the header {width}: {so}{times(len(rows))}", *rows[0][:2], hint
        )


def _ragged_html(rows: Sequence[Sequence[Element]]) -> Iterator[Problem]:
    """One cell alone may well be a heading between the rows."""
    widths = [*_widths(rows)]
    wrong = [(row, each) for row, each in zip(rows, widths, strict=True) if len(row) > 1 and each != widths[0]]
    if wrong and len(rows[0]) > 1:
        row, width = wrong[0]
        yield Problem(
            f"a row of the table is {width} cells wide, the first one {widths[0]}{times(len(wrong))}",
            row[0].tag.start, row[0].tag.end, "count the cells, with their colspan, and the rowspan of those above",
        )  # fmt: skip


def _widths(rows: Sequence[Sequence[Element]]) -> Iterator[int]:
    """How many columns every row takes, with the cells above that reach into it."""
    reaching: list[tuple[int, int]] = []
    for row in rows:
        cells = [(_span(cell, "rowspan"), _span(cell, "colspan")) for cell in row]
        yield sum(width for _, width in (*reaching, *cells))
        reaching = [(height - 1, width) for height, width in (*reaching, *cells) if height > 1][:_MOST]


def _span(cell: Element, name: str) -> int:
    if name not in cell.tag.attributes:
        return 1
    found = _SPAN.match(cell.tag.values.get(name, ""))
    return max(int(found[0]), 1) if found else 1


def _apart(card: ReadCard) -> Iterator[Problem]:
    for table in _tables(card):
        start = table.header.start
        before = card.prose[card.prose.rfind("\n", 0, max(start - 1, 0)) + 1 : max(start - 1, 0)].strip()
        if before.startswith("<") or (before and not _OTHER_BLOCK.match(before)):
            so = "and stays text" if before.startswith("<") else "and not every reader sees a table in it"
            yield Problem(
                f"a table stands right under {quote(before)}, {so}", start, table.header.end,
                "put a blank line before it", "\n" + card.text[start : table.header.end],
            )  # fmt: skip
        under = next((row for row in table.rows if row.cells == 1 and "|" not in card.own[row.start : row.end]), None)
        if under and table.header.cells > 1:
            text = card.text[under.start : under.end]
            yield Problem(
                f"{quote(text)} stands right under a table, and becomes a row of it", under.start, under.end,
                "put a blank line before it", "\n" + text,
            )  # fmt: skip


def _no_delimiter(card: ReadCard) -> Iterator[Problem]:
    if "|\n" not in card.prose:
        return
    known = {table.header.start for table in _tables(card)}
    for found in _PIPED.finditer(card.prose):
        lines = found[0].splitlines()
        at = [place for place, line in enumerate(lines) if _DELIMITER.match(line)]
        if found.start() not in known and not known & {*_starts(found.start(), lines)}:
            yield Problem(
                f"the lines from {quote(found[0])} on are no table: {_why(lines, at)}", found.start(),
                found.start() + len(lines[0]), "write a row such as | --- | --- | under the header, cell for cell",
            )  # fmt: skip


def _starts(at: int, lines: Sequence[str]) -> Iterator[int]:
    for line in lines:
        yield at
        at += len(line) + 1


def _why(lines: Sequence[str], delimiters: Sequence[int]) -> str:
    if not delimiters:
        return "the row of dashes is missing"
    if delimiters[0] == 0:
        return "there is no header above the dashes"
    header, dashes = _count(lines[delimiters[0] - 1]), _count(lines[delimiters[0]])
    return f"the header has {header} cells, the row of dashes {dashes}"


RULES = (
    Rule("table-ragged", "structure", "warning", "A row of a table has another number of cells.", _ragged),
    Rule("table-apart", "structure", "warning", "No blank line sets a table apart.", _apart),
    Rule("table-broken", "structure", "warning", "Lines that look like a table are none.", _no_delimiter),
)
