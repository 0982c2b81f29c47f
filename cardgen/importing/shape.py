"""A table as the cards show it becomes a table of the manifest: a matrix, a list, or both in one."""

from __future__ import annotations

from cardgen.importing import grid as grids
from cardgen.importing import heads, keys, kinds, matrix, targets
from cardgen.importing.agree import AgreedTable, most
from cardgen.importing.family import Family
from cardgen.importing.grid import FoundCell, Grid
from cardgen.importing.kinds import Kinds, Subject
from cardgen.importing.shaped import Leaf, Shaped, Written
from cardgen.importing.targets import Host
from cardgen.manifest.targets import LABEL
from cardgen.model import RepoKey

ROW_NAME = "–"
"""Stands for the name of a row that has none on the cards: a manifest cannot leave it out."""


def table(agreed: AgreedTable, family: Family, taken: frozenset[RepoKey], hosts: dict[str, Host]) -> Shaped:
    """The table as the manifest has it; new hosts go to `hosts`, by key."""
    grid, found, is_turned = _turned(agreed, family, taken)
    columns, leaves = heads.read(grid)
    rows: list[Written] = [{"group": row.group} if row.group else {} for row in grid.rows]
    shaped = Shaped(found.repo_type, rows, leaves, columns, _options(agreed, grid, is_turned))
    _Filler(shaped, Subject(grid, found, family, hosts)).fill()
    return shaped


def _turned(agreed: AgreedTable, family: Family, taken: frozenset[RepoKey]) -> tuple[Grid, Kinds, bool]:
    """The table with its rows as rows, or as columns: whichever leaves fewer cells to be spelled out."""
    straight = kinds.of(agreed, agreed.grid, family, taken)
    if len(agreed.grid.head) != 1 or any(row.group for row in agreed.grid.rows):
        return agreed.grid, straight, False
    turned = grids.transposed(agreed.grid)
    other = kinds.of(agreed, turned, family, taken)
    if styles := set(agreed.styles.values()) - {""}:
        return (turned, other, True) if styles == {"column"} else (agreed.grid, straight, False)
    costs = _cost(turned, other), _cost(agreed.grid, straight)
    has_headings = all(row.cells[0].is_heading for row in agreed.grid.rows)
    if (has_headings and costs[0] <= costs[1]) or (other.is_list and other.repos and costs[0] < costs[1]):
        return turned, other, True
    return agreed.grid, straight, False


def _cost(grid: Grid, found: Kinds) -> int:
    """The cells that a manifest would have to spell out, and a lot for repos that would be lost."""
    if found.is_list:
        return 0
    cells = [(index, number) for index, row in enumerate(grid.rows) for number in found.linking if row.cells]
    return sum(
        bool(grid.rows[row].cells[column] != FoundCell() and (row, column) not in found.repos) for row, column in cells
    )


def _options(agreed: AgreedTable, grid: Grid, is_turned: bool) -> Written:
    """What the manifest says of the table as a whole, as far as its cells do not matter."""
    options: Written = {"title": agreed.title, "corner": heads.corner(grid), "text": agreed.text}
    options |= {"footnote": agreed.footnote, "transpose": is_turned}
    options["format"] = "markdown" if grid.format == "markdown" else ""
    joiners = [joiner for row in grid.rows for cell in row.cells for joiner in cell.joiners]
    joiner = most(joiners) if joiners else " "
    options["joiner"] = joiner if joiner.strip() else ""
    return {key: value for key, value in options.items() if value}


class _Filler:
    """Fills the rows and columns of one table."""

    def __init__(self, shaped: Shaped, subject: Subject) -> None:
        self._shaped = shaped
        self._subject = subject
        self._grid = subject.grid
        self._found = subject.kinds
        self._family = subject.family
        self._rows = [index for index, row in enumerate(subject.grid.rows) if not row.group]
        self._label = subject.label

    def _cell(self, row: int, column: int) -> FoundCell:
        return self._grid.rows[row].cells[column]

    def fill(self) -> None:
        options = self._shaped.options
        if self._label != LABEL:
            options["label"] = self._label
        if missing := self._missing():
            options["missing"] = missing
        if self._found.is_list:
            self._list()
        else:
            matrix.fill(self._shaped, self._subject)
        self._values(str(options.get("missing", "")))
        self._names()

    def _missing(self) -> str:
        """What every cell says that could lead to a repo, and does not."""
        cells = [self._cell(row, column) for row in self._rows for column in self._found.linking if column]
        empty = [cell.text for cell in cells if not cell.links]
        says = most(empty) if empty else ""
        return says if "" not in empty else ""

    def _list(self) -> None:
        """Rows with repos, and columns that lead to them: on the Hub, or on another host."""
        for (row, _), key in sorted(self._found.repos.items()):
            if (row, None) in self._shaped.places.values():
                continue
            self._shaped.places[key] = (row, None)
            self._shaped.rows[row]["repo"] = self._family.short(key[1])
        for column in self._found.linking:
            if column and self._has_own_links_only(column):
                self._shaped.leaves[column - 1].written["link"] = True
        if self._found.linking == (0,):
            self._add_link_column()
        for column, leaf in enumerate(self._shaped.leaves, 1):
            if not leaf.written and (host := self._host(column)):
                leaf.written["link"] = host

    def _has_own_links_only(self, column: int) -> bool:
        """Whether the cells of a column hold a link to the repo of their row, as all others, and nothing else."""
        for row in self._rows:
            cell = self._cell(row, column)
            key = self._found.repos.get((row, column))
            if cell.links and (key is None or len(cell.links) > 1 or cell.links[0].label != self._label):
                return False
            if cell.text and (cell.links or cell.text != self._missing()):
                return False
        return True

    def _add_link_column(self) -> None:
        """The rows' names were the links: the manifest has a column for them."""
        self._shaped.options.pop("label", None)
        self._label = LABEL
        written: Written = {"link": True, "name": "Link"}
        self._shaped.columns.append(written)
        self._shaped.leaves.append(Leaf(written, (), "Link"))

    def _host(self, column: int) -> str:
        """The key of the host to which every cell of a column leads, to its row's repo there."""
        if column >= self._grid.width:
            return ""
        repos = {row: key for key, (row, _) in self._shaped.places.items()}
        cells = [(repos[row][1], self._cell(row, column)) for row in self._rows if row in repos]
        others = [self._cell(row, column) for row in self._rows if row not in repos]
        if not cells or any(cell.text or cell.after for _, cell in cells) or any(cell.links for cell in others):
            return ""
        found = targets.common_hosts([(repo_id, cell.links) for repo_id, cell in cells])
        return self._subject.host_key(found[0]) if len(found) == 1 else ""

    def _values(self, missing: str) -> None:
        """All other columns show values of the rows."""
        taken: set[str] = set()
        for column, leaf in enumerate(self._shaped.leaves, 1):
            if leaf.written:
                continue
            key = keys.unique(keys.made_of(leaf.label).replace("-", "_"), taken)
            taken.add(key)
            leaf.written["value"] = key
            for row in self._rows:
                cell = self._cell(row, column)
                value = self._value(cell)
                if value != missing:
                    self._shaped.rows[row].setdefault("values", {})[key] = value

    def _value(self, cell: FoundCell) -> str | Written:
        written = targets.of_cell(cell, self._family, self._shaped.repo_type, self._label)
        return written if "targets" in written else str(written.get("text", ""))

    def _names(self) -> None:
        for leaf in self._shaped.leaves:
            said = leaf.written.get("key") or leaf.written.get("value")
            if leaf.label and leaf.label != said:
                leaf.written["name"] = leaf.label
        for index in self._rows:
            row, name = self._shaped.rows[index], _name(self._cell(index, 0))
            said = row.get("key") or str(row.get("repo", "")).rpartition("/")[2]
            if (name and name != said) or not said:
                row["name"] = name or ROW_NAME


def _name(cell: FoundCell) -> str:
    return " ".join(filter(None, (cell.text, *(link.label for link in cell.links), cell.after)))
