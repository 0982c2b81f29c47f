"""Shaped tables as a manifest has them, with the keys of every mapping in the order in which people write them."""

from __future__ import annotations

from typing import Any, Final

from cardgen.importing import results
from cardgen.importing.family import Family
from cardgen.importing.shaped import Shaped, Written
from cardgen.importing.tables import Pair, Tables
from cardgen.importing.values import Note, note
from cardgen.model import RepoType

ORDER: Final = {
    "row": ("group", "key", "repo", "name", "text", "values", "card_data"),
    "column": ("name", "key", "value", "link", "repo", "text", "card_data", "columns"),
    "leaf": ("key", "name", "value", "link", "repo", "text", "card_data"),
    "table": (
        "title",
        "text",
        "format",
        "transpose",
        "corner",
        "label",
        "joiner",
        "missing",
        "hosts",
        "formats",
        "repo",
        "columns",
        "rows",
        "cells",
        "footnote",
        "shown_on",
    ),
    "cell": ("repo", "name", "text", "targets", "same_as", "card_data"),
}
"""How the keys of a mapping stand, by what it is."""


def write(tables: Tables, family: Family) -> Written:
    """The parts of a manifest that hold tables: `datasets`, `models`, `results`."""
    datasets = [pair for pair in tables.pairs if pair[1].repo_type == "dataset"]
    models = [_table(pair, family) for pair in tables.pairs if pair[1].repo_type == "model"]
    written: Written = {}
    if datasets:
        written["datasets"] = _datasets(datasets[0], family)
    if models:
        written["models"] = models[0] if len(models) == 1 else models
    if tables.results:
        models_shown = frozenset(key for key in tables.repos() if key[0] == "model")
        written["results"] = results.write(tables.results, family, models_shown)
    return written


def _datasets(pair: Pair, family: Family) -> Any:
    """The datasets as a plain list where that makes the same table."""
    written = _table(pair, family)
    plain = {"corner": "Dataset", "columns": [{"link": True, "name": "Link"}], "rows": written["rows"]}
    return written["rows"] if written == plain and all("repo" in row for row in pair[1].rows) else written


def _table(pair: Pair, family: Family) -> Written:
    table = pair[1]
    default = "Models" if table.repo_type == "model" else "Dataset" if len(table.places) == 1 else "Datasets"
    options = {key: value for key, value in table.options.items() if (key, value) != ("title", default)}
    options["columns"] = [_column(column) for column in table.columns]
    options["rows"] = [_ordered(row, "row") for row in table.rows]
    options["cells"] = _cells(table)
    options["shown_on"] = _shown_on(pair, family)
    return _ordered({key: value for key, value in options.items() if value}, "table")


def _shown_on(pair: Pair, family: Family) -> list[str]:
    """The cards that show a table, if not all do: those of models, or those of datasets."""
    showing = {key[0] for key, _ in pair[0].owners if key}
    others: set[RepoType] = {key[0] for key, _ in family.known} - showing
    return [f"{kind}s" for kind in sorted(showing)] if others else []


def lacking(tables: Tables, family: Family) -> list[Note]:
    """A note for each card that has not the tables that others of its kind have."""
    notes: list[Note] = []
    for agreed, _ in tables.pairs:
        showing = {key for key, _ in agreed.owners if key}
        kinds = {key[0] for key in showing}
        notes += [
            note("it has not all tables that other cards have", page.name)
            for key, page in family.known
            if key not in showing and key[0] in kinds
        ]
    return notes


def _ordered(written: Written, kind: str) -> Written:
    order = ORDER[kind]
    return dict(sorted(written.items(), key=lambda item: order.index(item[0])))


def _cells(table: Shaped) -> Written:
    """The exceptions, in the order of rows and columns."""
    rows = [str(row.get("key", "")) for row in table.rows]
    columns = [leaf.key for leaf in table.leaves]
    return {
        row: {
            column: None if (cell := table.cells[row][column]) is None else _ordered(cell, "cell")
            for column in columns
            if column in table.cells[row]
        }
        for row in rows
        if row in table.cells
    }


def _column(column: Written) -> Written:
    if "columns" in column:
        return _ordered(column | {"columns": [_column(each) for each in column["columns"]]}, "column")
    return _ordered(column, "leaf")
