"""The manifest, read back, against the cards that it was made of: every difference is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cardgen.importing import layers
from cardgen.importing.family import Family
from cardgen.importing.grid import FoundRow, Grid
from cardgen.importing.tables import Tables
from cardgen.importing.values import Note, note
from cardgen.model import Collection, Row, Table
from cardgen.render.tables import flat_head

MAX_SHOWN: Final = 5

Line = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""A row as it reads: the text of every cell, and the labels and addresses of its links."""


def differences(family: Family, tables: Tables, collection: Collection) -> list[Note]:
    """What the manifest's own tables and front matter say otherwise than the cards."""
    notes: list[Note] = []
    # Datasets stand first on every card, results last.
    ordered = [agreed for agreed, _ in sorted(tables.pairs, key=lambda pair: pair[1].repo_type)]
    for agreed, made in zip([*ordered, *filter(None, [tables.results])], collection.tables, strict=True):
        if agreed.owners:
            notes += _table(agreed.title, agreed.grid, made)
    data = {repo.key: repo.card_data for repo in collection.repos}
    for key, page in family.known:
        if key in data:
            wanted = dict(layers.without_references(page.data))
            notes += [note(message, page.name) for message in _data(wanted, data[key])]
    return notes


def _data(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    for key in {**wanted, **found}:
        if key not in found:
            yield f"{key} is not in the front matter that the manifest gives"
        elif key not in wanted:
            yield f"the manifest adds {key} to the front matter"
        elif wanted[key] != found[key]:
            yield f"{key} is {wanted[key]!r} on the card, and {found[key]!r} by the manifest"


def _table(title: str, grid: Grid, table: Table) -> list[Note]:
    """The first differences of a table, cell by cell."""
    messages = [*_head(grid, table), *_body(grid, table)]
    shown = [note(f"table {title!r}: {message}") for message in messages[:MAX_SHOWN]]
    if len(messages) > MAX_SHOWN:
        shown.append(note(f"table {title!r}: {len(messages) - MAX_SHOWN} more cells differ"))
    return shown


def _head(grid: Grid, table: Table) -> Iterator[str]:
    heads = table.head if table.format == "html" else (flat_head(table.head),)
    spans = [[(each.label, each.colspan, each.rowspan) for each in level] for level in heads]
    wanted = [[(each.label, each.colspan, each.rowspan) for each in level] for level in grid.head]
    if wanted != spans:
        said = ", ".join(each.label for level in grid.head for each in level)
        yield f"its headings will not be as they were: {said}"


def _body(grid: Grid, table: Table) -> Iterator[str]:
    if len(grid.rows) != len(table.rows):
        yield f"it had {len(grid.rows)} rows, and has {len(table.rows)} now"
        return
    for number, (mine, theirs) in enumerate(zip(grid.rows, table.rows, strict=True), 1):
        before, after = _published(mine), _made(theirs)
        for column, (was, now) in enumerate(zip(before, after, strict=False), 1):
            if was != now:
                yield f"row {number}, column {column} was {_said(was)}, and is {_said(now)} now"


def _published(row: FoundRow) -> Line:
    if row.group:
        return ((row.group, ()),)
    return tuple(
        (" ".join(filter(None, (cell.text, cell.after))), tuple((link.label, link.url) for link in cell.links))
        for cell in row.cells
    )


def _made(row: Row) -> Line:
    if row.cells[0].is_heading and len(row.cells) == 1:
        return ((row.cells[0].text, ()),)
    cells = (cell for cell in row.cells for _ in range(cell.colspan))
    return tuple((cell.text, tuple((target.label, target.url) for target in cell.targets)) for cell in cells)


def _said(cell: tuple[str, tuple[tuple[str, str], ...]]) -> str:
    text, links = cell
    return repr(" ".join([text, *(f"[{label}]({url})" for label, url in links)]).strip())
