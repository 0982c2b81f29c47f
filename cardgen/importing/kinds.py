"""What each column of a published table is: links to the family's repos, or values of the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cardgen.importing import targets
from cardgen.importing.agree import AgreedTable
from cardgen.importing.family import Family
from cardgen.importing.grid import FoundCell, Grid
from cardgen.importing.pattern import Place
from cardgen.importing.targets import Host
from cardgen.model import RepoKey, RepoType


@dataclass(frozen=True, slots=True)
class Kinds:
    """Which columns lead to repos of the family (`linking`), and to which: each repo in one place only.

    `is_list` tells that the repos belong to the rows, not to the cells.
    """

    repo_type: RepoType
    linking: tuple[int, ...]
    repos: Mapping[Place, RepoKey]
    is_list: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """A published table with what is known of it: the kinds of its columns, what links to repos usually say.

    New hosts go to `hosts`, by key.
    """

    grid: Grid
    kinds: Kinds
    family: Family
    hosts: dict[str, Host]

    @property
    def label(self) -> str:
        """What most links to the family's repos say."""
        return targets.label(self.grid.rows[row].cells[column].links[0] for row, column in self.kinds.repos)

    def host_key(self, host: Host) -> str:
        """The key of a host in the manifest, which it gets here if it has none yet."""
        key, number = host.key, 2
        while self.hosts.setdefault(key, host) != host:
            key, number = f"{host.key}-{number}", number + 1
        return key


def of(table: AgreedTable, grid: Grid, family: Family, taken: frozenset[RepoKey]) -> Kinds:
    """The kinds of a table's columns; `taken` are the repos that stand in other tables."""
    found = {
        (index, number): key
        for index, row in enumerate(grid.rows)
        for number, cell in enumerate(row.cells)
        if (key := _first(cell)) and key not in taken and _is_of(family, key)
    }
    repo_type = _type(found)
    mine = _listed_columns({place: key for place, key in found.items() if key[0] == repo_type}, family)
    linking, repos = _chosen(mine, _usual_first(grid, mine))
    styles = {table.styles.get(key, "") for key in repos.values()}
    is_list = len(linking) < 2 and (grid is not table.grid or "cell" not in styles or "row" in styles)
    return Kinds(repo_type, linking, repos, is_list)


def _first(cell: FoundCell) -> RepoKey | None:
    return next((key for link in cell.links[:1] if (key := targets.whole_repo(link))), None)


def _is_of(family: Family, key: RepoKey) -> bool:
    return key in family.listed or key[1].startswith(f"{family.namespace}/")


def _type(found: Mapping[Place, RepoKey]) -> RepoType:
    count = Counter(key[0] for key in found.values())
    return "dataset" if count["dataset"] > count["model"] else "model"


def _listed_columns(found: Mapping[Place, RepoKey], family: Family) -> Mapping[Place, RepoKey]:
    """Only the columns with repos that the source names; all of them unless it names most of what they hold."""
    columns = {column for (_, column), key in found.items() if key in family.listed}
    repos = {key for (_, column), key in found.items() if column in columns}
    if len(repos & family.listed) * 2 <= len(repos):
        return found
    return {place: key for place, key in found.items() if not columns or place[1] in columns}


def _usual_first(grid: Grid, found: Mapping[Place, RepoKey]) -> list[Place]:
    """The places in reading order, but those whose link says what most links say come first."""
    labels = {place: grid.rows[place[0]].cells[place[1]].links[0].label for place in found}
    usual = targets.label(cell.links[0] for row in grid.rows for cell in row.cells if cell.links)
    return sorted(found, key=lambda place: (labels[place] != usual, place))


def _chosen(found: Mapping[Place, RepoKey], order: Sequence[Place]) -> tuple[tuple[int, ...], Mapping[Place, RepoKey]]:
    """Columns that lead to repos of their own: those with the most repos first, the rows' names last."""
    columns: dict[int, list[RepoKey]] = {}
    for (_, column), key in found.items():
        columns.setdefault(column, []).append(key)
    linking: set[int] = set()
    seen: set[RepoKey] = set()
    for column in sorted(columns, key=lambda column: (column > 0, len(set(columns[column])), column), reverse=True):
        new = set(columns[column]) - seen
        if new and len(new) * 2 >= len(columns[column]) and not (column == 0 and linking):
            linking.add(column)
            seen |= new
    repos: dict[RepoKey, Place] = {}
    for place in order:
        if place[1] in linking:
            repos.setdefault(found[place], place)
    return tuple(sorted(linking)), {place: key for key, place in sorted(repos.items(), key=lambda item: item[1])}
