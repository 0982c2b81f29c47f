"""All tables of a family, in the shapes that a manifest has for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cardgen.importing import lists, results, shape
from cardgen.importing.agree import AgreedTable, Agreement
from cardgen.importing.family import Family
from cardgen.importing.shaped import Shaped
from cardgen.importing.targets import Host
from cardgen.importing.values import Note, note
from cardgen.model import RepoKey

Pair = tuple[AgreedTable, Shaped]
"""A table as the cards show it, and as the manifest has it."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a manifest in their order, the one of results apart, and the hosts that they lead to, by key."""

    pairs: tuple[Pair, ...]
    results: AgreedTable | None
    hosts: Mapping[str, Host]
    notes: tuple[Note, ...]

    @property
    def shaped(self) -> tuple[Shaped, ...]:
        return tuple(table for _, table in self.pairs)

    def repos(self) -> Iterator[RepoKey]:
        for table in self.shaped:
            yield from table.repos()


def shape_all(family: Family, agreement: Agreement) -> Tables:
    """Shape every table. The first one that holds results is theirs; of datasets there is one table only."""
    hosts: dict[str, Host] = {}
    found: list[Pair] = []
    for agreed in agreement.tables:
        taken = frozenset(key for _, table in found for key in table.repos())
        found.append((agreed, shape.table(agreed, family, taken, hosts)))
    models = frozenset(key for _, table in found for key in table.repos() if key[0] == "model")
    of_results = next((agreed for agreed, _ in found if results.are(agreed, family, models)), None)
    found = [(agreed, table) for agreed, table in found if agreed is not of_results]
    found += [(agreed, table) for table, agreed in lists.missing(family, [table for _, table in found])]
    datasets = [pair for pair in found if pair[1].repo_type == "dataset"]
    kept = tuple(pair for pair in found if pair not in datasets[1:])
    return Tables(kept, of_results, hosts, tuple(_notes(kept, datasets[1:], of_results, agreement)))


def _notes(
    kept: tuple[Pair, ...], dropped: list[Pair], of_results: AgreedTable | None, agreement: Agreement
) -> Iterator[Note]:
    for agreed, _ in dropped:
        yield note(f"a second table of datasets is left out: {agreed.title!r}")
    for agreed, table in kept:
        if agreed.grid.has_spans and "transpose" not in table.options:
            yield note(f"table {agreed.title!r}: what spans cells of its body is written out in each")
    if of_results and of_results is not agreement.tables[-1]:
        yield note(f"the table of results, {of_results.title!r}, will stand after the others")
