"""What a manifest says of a repo by hand that the repo says itself: values to hold against the facts.

Only the sure case is a claim: a text in a row that has a repo of its own, in a `value` column that is called
parameters or context. Names are none: "Qwen2.5 7B" has 7.6 billion parameters, and rightly keeps its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen.manifest.columns import Leaf
from cardgen.manifest.drafts import Grid
from cardgen.model import Claim
from cardgen.repo_facts import Fact

_CALLED: dict[Fact, re.Pattern[str]] = {
    "parameters": re.compile(r"param", re.IGNORECASE),
    "context_length": re.compile(r"context", re.IGNORECASE),
}
_ONLY_SOME = re.compile(r"activ|embed|expert|train|output", re.IGNORECASE)
"""Counts of other things: activated, non-embedding or trainable parameters, the context that was trained with."""


def read(grid: Grid) -> Iterator[Claim]:
    """The claims of a table's rows."""
    for leaf in grid.leaves:
        if fact := _fact(leaf):
            yield from _claims(grid, leaf.shape.value or "", fact)


def _fact(leaf: Leaf) -> Fact | None:
    called = f"{leaf.name} {leaf.shape.value}"
    if not leaf.shape.value or _ONLY_SOME.search(called):
        return None
    return next((fact for fact, pattern in _CALLED.items() if pattern.search(called)), None)


def _claims(grid: Grid, value: str, fact: Fact) -> Iterator[Claim]:
    for index, row in enumerate(grid.shape.rows):
        text, drafts = row.values.get(value), grid.drafts.get((index, None))
        if drafts and isinstance(text, str):
            yield Claim(drafts[0].key, fact, text, grid.document.at(*grid.rows_path, index, "values", value))
