"""A plain list of the repos of a kind that no table shows: what a family without tables gets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cardgen.importing.agree import AgreedTable
from cardgen.importing.family import Family
from cardgen.importing.grid import Grid
from cardgen.importing.shaped import Leaf, Shaped, Written
from cardgen.model import Heading, RepoType

KINDS: tuple[tuple[RepoType, str], ...] = (("model", "Model"), ("dataset", "Dataset"))


def missing(family: Family, tables: Sequence[Shaped]) -> Iterator[tuple[Shaped, AgreedTable]]:
    """A list for each kind of repo that the source names and that no table shows any of."""
    shown = {key for table in tables for key in table.repos()}
    for repo_type, corner in KINDS:
        repos = sorted(key for key in family.listed if key[0] == repo_type)
        if not repos or any(key[0] == repo_type for key in shown):
            continue
        column: Written = {"link": True, "name": "Link"}
        rows: list[Written] = [{"repo": family.short(repo_id)} for _, repo_id in repos]
        places = {key: (row, None) for row, key in enumerate(repos)}
        table = Shaped(repo_type, rows, [Leaf(column, (), "Link")], [column], {"corner": corner}, {}, dict(places))
        head = ((Heading(corner), Heading("Link")),)
        yield table, AgreedTable("", "", "", Grid(head, (), "html"), ())
