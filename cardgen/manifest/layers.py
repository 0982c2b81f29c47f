"""Which mappings of a manifest a repo's card data is merged from, so that an edit can go where it belongs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cardgen.manifest import collection
from cardgen.manifest.decode import decode
from cardgen.manifest.document import Document, Path
from cardgen.manifest.drafts import Draft, Grid, row_key
from cardgen.manifest.schema import Manifest
from cardgen.model import CardData, RepoKey


@dataclass(frozen=True, slots=True)
class Layer:
    """A mapping of card data: the path to it, whether or not it is written, and what it states."""

    path: Path
    states: CardData


def read(document: Document) -> Mapping[RepoKey, tuple[Layer, ...]]:
    """The layers of every repo of a manifest without mistakes, from general to special."""
    manifest = decode(document, Manifest)
    shared = {
        "model": Layer(("card_data", "models"), manifest.card_data.models),
        "dataset": Layer(("card_data", "datasets"), manifest.card_data.datasets),
    }
    return {
        draft.key: (shared[draft.repo_type], *_layers(grid, draft, number))
        for grid in collection.grids(document, manifest)
        for place in grid.drafts.values()
        for number, draft in enumerate(place)
    }


def _layers(grid: Grid, draft: Draft, number: int) -> Iterator[Layer]:
    """The layers of a table; `number` is 0 for a place's own repo, and counts its formats from 1."""
    row, column = draft.place
    shape = grid.shape.rows[row]
    yield Layer((*grid.rows_path, row, "card_data"), shape.card_data)
    if column is not None:
        leaf = grid.leaves[column]
        for path, each in zip(leaf.paths, leaf.columns, strict=True):
            yield Layer((*path, "card_data"), each.card_data)
        cell = grid.cell(shape, leaf)
        yield Layer((*grid.path, "cells", row_key(shape), leaf.key, "card_data"), cell.card_data if cell else {})
    if number:
        yield Layer((*grid.path, "formats", number - 1, "card_data"), grid.shape.formats[number - 1].card_data)
