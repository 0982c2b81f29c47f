"""Tables of results: rows are repos or what they are compared with, columns are benchmarks, every cell is a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from cardgen.importing import heads, keys, own
from cardgen.importing.agree import AgreedTable
from cardgen.importing.family import Family
from cardgen.importing.grid import FoundCell, FoundRow
from cardgen.importing.shaped import Written
from cardgen.manifest.results import number
from cardgen.model import RepoKey

TITLE: Final = "Results"
"""The title that a manifest need not state."""


def are(table: AgreedTable, family: Family, models: frozenset[RepoKey]) -> bool:
    """Whether a table holds results, and the row of one of the `models` at least."""
    cells = [cell for row in table.grid.rows for cell in row.cells[1:] if cell != FoundCell()]
    is_plain = all(not row.group and not row.cells[0].links for row in table.grid.rows)
    numeric = all(not cell.links and number(cell.text) is not None for cell in cells)
    return bool(cells) and is_plain and numeric and bool(_repos(table, family, models))


def write(table: AgreedTable, family: Family, models: frozenset[RepoKey]) -> Written:
    """The results as the manifest has them."""
    benchmarks, leaves = heads.read(table.grid)
    taken: set[str] = set()
    for column, leaf in enumerate(leaves, 1):
        key = keys.unique(keys.made_of(leaf.label), taken)
        taken.add(key)
        leaf.written |= {"key": key} | ({"name": leaf.label} if leaf.label != key else {})
        cells = [row.cells[column] for row in table.grid.rows]
        if best := _best(cells):
            leaf.written["best"] = best
    written: Written = {"title": table.title if table.title != TITLE else "", "corner": heads.corner(table.grid)}
    written |= {"text": table.text, "format": "markdown" if table.grid.format == "markdown" else ""}
    written["benchmarks"] = [_benchmark(each) for each in benchmarks]
    repos = _repos(table, family, models)
    names = [leaf.key for leaf in leaves]
    written["rows"] = [_row(row, family, repos.get(index), names) for index, row in enumerate(table.grid.rows)]
    written["footnote"] = table.footnote
    return {key: value for key, value in written.items() if value}


def _repos(table: AgreedTable, family: Family, models: frozenset[RepoKey]) -> dict[int, RepoKey]:
    """The rows that are repos: by name, or because the repo's own card marks them."""
    names = {name: key for key in models for name in (key[1], family.short(key[1]))}
    said = [row.cells[0].text for row in table.grid.rows]
    found = {index: names[name] for index, name in enumerate(said) if name in names}
    for key, page in table.owners:
        rows = table.raw[page.name].rows
        marked = [index for index, row in enumerate(rows) if row.cells and own.is_marked(row.cells[0])]
        if key in models and len(marked) == 1 and len(rows) == len(said):
            found.setdefault(marked[0], key)
    return found


def _best(cells: Sequence[FoundCell]) -> str:
    """Which score of a column is the best, told by what is bold; the highest, if nothing is said."""
    scores = [(cell.is_heading, value) for cell in cells if (value := number(cell.text)) is not None]
    bold = {value for is_bold, value in scores if is_bold}
    if not bold:
        return "none" if scores else ""
    values = [value for _, value in scores]
    return "lowest" if bold == {min(values)} and min(values) != max(values) else ""


def _benchmark(column: Written) -> Written:
    inner = {"benchmarks": [_benchmark(each) for each in column["columns"]]} if "columns" in column else {}
    return {key: value for key, value in column.items() if key != "columns"} | inner


def _row(row: FoundRow, family: Family, repo: RepoKey | None, names: Sequence[str]) -> Written:
    said = row.cells[0].text
    written: Written = {"repo": family.short(repo[1])} if repo else {}
    if said and said != written.get("repo"):
        written["name"] = said
    return written | {"scores": dict(_scores(row, names))}


def _scores(row: FoundRow, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    for name, cell in zip(names, row.cells[1:], strict=True):
        if cell.text:
            yield name, cell.text
