"""What is wrong with a table of the manifest: its columns, keys, rows, patterns and exceptions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from cardgen.manifest import columns, schema
from cardgen.manifest.document import Document, Path
from cardgen.manifest.drafts import MAX_CELLS, Grid, is_by_pattern, row_key
from cardgen.manifest.messages import short
from cardgen.suggest import did_you_mean, nearest


def check(grid: Grid) -> None:
    """Note everything that is wrong with a table."""
    document, shape, path = grid.document, grid.shape, grid.path
    columns.check(document, shape.columns, (*path, "columns"))
    _check_keys(document, [((*grid.rows_path, index), row_key(row)) for index, row in enumerate(shape.rows)], "rows")
    _check_keys(document, [(leaf.path, leaf.key) for leaf in grid.leaves], "columns")
    _check_rows(grid)
    _check_values(grid)
    _check_patterns(grid)
    if grid.size > MAX_CELLS:
        document.complain_at(path, f"the table has {grid.size:,} cells; {MAX_CELLS:,} are the most")
    _check_cells(grid)


def _check_keys(document: Document, keys: list[tuple[Path, str]], what: str) -> None:
    count: Counter[str] = Counter()
    for path, key in keys:
        count[key] += 1
        if key and count[key] > 1:
            document.complain_at((*path, "key"), f"two {what} have the key {short(key)}")


def _check_rows(grid: Grid) -> None:
    has_keys = bool(grid.numbers)
    for index, row in enumerate(grid.shape.rows):
        path: Path = (*grid.rows_path, index)
        if row.group is not None:
            if any((row.key, row.repo, row.name, row.text, row.values, row.card_data, row.ownership)):
                grid.document.complain_at(path, "a row with a group is a heading: it has nothing else")
            if all(each.group for each in grid.shape.rows[index + 1 : index + 2]):
                grid.document.complain_at((*path, "group"), f"the group {short(row.group)} has no rows")
        elif has_keys and row.key is None and row.repo is None:
            grid.document.complain_at(path, "the key 'key' is missing: the repos of the row are named by it")
        elif row.key is None and row.repo is None and row.name is None:
            grid.document.complain_at(path, "a row needs a repo, a key or a name")


def _check_values(grid: Grid) -> None:
    """Values that no column shows are for texts, unless a column asks for one that is nearly called so."""
    shown = dict.fromkeys(leaf.shape.value for leaf in grid.leaves if leaf.shape.value)
    for index, row in enumerate(grid.shape.rows):
        lacking = [name for name in shown if name not in row.values]
        for name in row.values if lacking else ():
            if name not in shown and (meant := nearest(name, lacking)):
                message = f"no column shows the value {short(name)}; did you mean {meant!r}?"
                grid.document.complain_at_key((*grid.rows_path, index, "values", name), message)


def _check_patterns(grid: Grid) -> None:
    shape, path = grid.shape, grid.path
    if shape.repo is None and any(leaf.key and not leaf.pattern for leaf in grid.leaves):
        grid.document.complain_at(path, "the columns have keys, so the table needs `repo`: the pattern of their repos")
    if (
        shape.repo
        and grid.leaves
        and all(each.shape.value or each.shape.fact or each.shape.link for each in grid.leaves)
    ):
        grid.document.complain_at((*path, "repo"), "no column has a key, so that no repo is called by this pattern")
    grid.document.complain_if((*path, "repo"), grid.pattern_problems.get(shape.repo or "", ()))
    for leaf in grid.leaves:
        for place, column in zip(leaf.paths, leaf.columns, strict=True):
            grid.document.complain_if((*place, "repo"), grid.pattern_problems.get(column.repo or "", ()))
    for number, problems in enumerate(grid.format_problems):
        grid.document.complain_if((*path, "formats", number, "repo"), problems)


def _check_cells(grid: Grid) -> None:
    for row, cells in grid.shape.cells.items():
        path: Path = (*grid.path, "cells", row)
        if row not in grid.indexes:
            grid.document.complain_at_key(path, f"there is no row {short(row)}{did_you_mean(row, grid.indexes)}")
        for column, cell in cells.items():
            if column not in grid.numbers:
                message = f"there is no column {short(column)}{_meant(grid, column)}"
                grid.document.complain_at_key((*path, column), message)
            if cell:
                grid.document.complain_if((*path, column), tuple(_cell_problems(cell)))


def _meant(grid: Grid, column: str) -> str:
    """What to do about a cell in a column without a key."""
    if column in {leaf.shape.value for leaf in grid.leaves}:
        return " with that key; what a `value` column shows stands in the `values` of its rows"
    return did_you_mean(column, grid.numbers)


def _cell_problems(cell: schema.Cell) -> Iterator[str]:
    if cell.same_as and (cell.repo or cell.targets):
        yield "a cell that is the same as another has no repo and no targets of its own"
    if not cell.repo and not is_by_pattern(cell) and (cell.name or cell.card_data or cell.ownership):
        yield "this cell has no repo, so that its name, card_data and ownership say nothing; give its repo"
