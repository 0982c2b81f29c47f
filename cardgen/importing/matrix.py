"""A matrix: keys for its rows and columns, the pattern of its repos, and the cells that are not as the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cardgen.importing import pattern, targets
from cardgen.importing.grid import FoundCell, FoundLink
from cardgen.importing.kinds import Subject
from cardgen.importing.pattern import Place
from cardgen.importing.shaped import Shaped, Written
from cardgen.importing.targets import Host
from cardgen.model import RepoKey


def fill(shaped: Shaped, subject: Subject) -> None:
    """Fill a shaped table with what a published matrix says."""
    matrix = _Matrix(shaped, subject)
    fit = matrix.name()
    formats, common = matrix.alike()
    if common:
        shaped.options["hosts"] = [subject.host_key(host) for host in common]
    matrix.spell(fit, formats, len(common))


class _Matrix:
    """One matrix. Columns are counted without the rows' names here, as the manifest has them."""

    def __init__(self, shaped: Shaped, subject: Subject) -> None:
        grid, found = subject.grid, subject.kinds
        self._shaped = shaped
        self._family = subject.family
        self._label = subject.label
        self._rows = [index for index, row in enumerate(grid.rows) if not row.group]
        self._columns = [column - 1 for column in found.linking if column]
        self._repos = {(row, column - 1): key for (row, column), key in found.repos.items()}
        self._cells: dict[Place, FoundCell] = {
            (row, column): grid.rows[row].cells[column + 1] for row in self._rows for column in self._columns
        }
        self._names = [grid.rows[row].cells[0].text for row in self._rows]

    def name(self) -> pattern.Fit:
        """Give rows and columns their keys, and the table its pattern."""
        numbers = {row: number for number, row in enumerate(self._rows)}
        places = {column: number for number, column in enumerate(self._columns)}
        names = {
            (numbers[row], places[column]): self._family.short(key[1]) for (row, column), key in self._repos.items()
        }
        fit = pattern.find(names, self._names, [self._shaped.leaves[column].name for column in self._columns])
        for row, key in zip(self._rows, fit.row_keys, strict=True):
            self._shaped.rows[row]["key"] = key
        for number, (column, key) in enumerate(zip(self._columns, fit.column_keys, strict=True)):
            own = fit.column_patterns.get(number)
            self._shaped.leaves[column].written |= {"key": key} | ({"repo": own} if own else {})
        self._shaped.options["repo"] = fit.pattern
        exceptions = frozenset((self._rows[row], self._columns[column]) for row, column in fit.exceptions)
        return pattern.Fit(fit.pattern, fit.row_keys, fit.column_keys, fit.column_patterns, exceptions)

    def alike(self) -> tuple[list[Written], tuple[Host, ...]]:
        """What every cell with a repo has after the link to it: the same formats, and then the same hosts."""
        rests = {place: self._cells[place].links[1:] for place in self._repos}
        formats: list[Written] = []
        while found := self._format(rests, len(formats)):
            formats.append(found)
        if formats:
            self._shaped.options["formats"] = formats
        cells = [(key[1], rests[place][len(formats) :]) for place, key in self._repos.items()]
        return formats, targets.common_hosts(cells)

    def _format(self, rests: dict[Place, tuple[FoundLink, ...]], number: int) -> Written | None:
        """The format that is the `number`th further link of every cell."""
        found: Counter[tuple[str, str]] = Counter()
        for place, main in self._repos.items():
            link = rests[place][number] if number < len(rests[place]) else None
            key = targets.whole_repo(link) if link else None
            name, other = self._family.short(main[1]), self._family.short(key[1]) if key else ""
            if link is None or key is None or key[0] != main[0] or name not in other or not link.label:
                return None
            found[other.replace(name, "{repo}", 1), link.label] += 1
        if len(found) != 1 or not self._repos:
            return None
        (repo, label), _ = found.popitem()
        for place, main in self._repos.items():
            self._add_format(rests[place][number], main, number)
        return {"repo": repo, "label": label}

    def _add_format(self, link: FoundLink, main: RepoKey, number: int) -> None:
        if key := targets.whole_repo(link):
            self._shaped.formats[key] = (main, number)

    def spell(self, fit: pattern.Fit, formats: Sequence[Written], hosts: int) -> None:
        """Place the repos, and spell out the cells that are not as pattern, formats and hosts make them."""
        self._shaped.places.update({key: place for place, key in self._repos.items()})
        for place, cell in self._cells.items():
            if key := self._repos.get(place):
                self._own(place, key, cell, fit, len(formats) + hosts)
            else:
                self._other(place, cell)

    def _own(self, place: Place, key: RepoKey, cell: FoundCell, fit: pattern.Fit, alike: int) -> None:
        text = " ".join(filter(None, (cell.text, cell.after)))
        further = [self._target(link) for link in cell.links[1 + alike :]]
        more = [target for target in further if target]
        if place in fit.exceptions or text or more:
            exception = self._shaped.exception(*place)
            exception["repo"] = self._family.short(key[1])
            exception.update(({"text": text} if text else {}) | ({"targets": more} if more else {}))

    def _target(self, link: FoundLink) -> Written | None:
        return targets.written(link, self._family, self._shaped.repo_type, self._label)

    def _other(self, place: Place, cell: FoundCell) -> None:
        """A cell without a repo of its own: nothing, a text, the same as another cell, or targets."""
        row, column = place
        exception = self._shaped.exception(row, column)
        key = targets.whole_repo(cell.links[0]) if len(cell.links) == 1 and not (cell.text or cell.after) else None
        if key in self._shaped.places and key not in self._shaped.formats:
            exception |= self._same_as(place, cell.links[0])
            return
        exception |= targets.of_cell(cell, self._family, self._shaped.repo_type, self._label)
        if not exception or exception == {"text": self._shaped.options.get("missing")}:
            self._shaped.cells[str(self._shaped.rows[row]["key"])][self._shaped.leaves[column].key] = None

    def _same_as(self, place: Place, link: FoundLink) -> Written:
        key = targets.whole_repo(link)
        other = next(found for found, repo in self._repos.items() if repo == key)
        row, leaf = self._names[self._rows.index(other[0])], self._shaped.leaves[other[1]]
        same = {"row": self._shaped.rows[other[0]]["key"]} if other[0] != place[0] else {}
        same |= {"column": leaf.key} if other[1] != place[1] else {}
        names = " ".join(
            name for name, moved in ((row, other[0] != place[0]), (leaf.name, other[1] != place[1])) if moved
        )
        written: Written = {"same_as": same}
        if link.label and link.label != f"(same as {names})":
            written["text"] = link.label
        return written
