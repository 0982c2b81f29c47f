"""Front matter of many cards as a manifest states it: what all share at the top, what differs by row, column and cell.

What a card says of its base model, as an example, is written as a reference where it is another repo of the same table.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from cardgen.importing.shaped import Place, Shaped, Written
from cardgen.manifest.card_data import REFERENCE
from cardgen.model import CardData, RepoKey, RepoType

SPECIFIC: Final = frozenset(
    {"base_model", "base_model_relation", "datasets", "license", "license_link", "license_name", "new_version"}
)
"""Keys that one card does not state for its family: they go to the top only if most cards state them."""

OWN: Final = frozenset({"base_model", "base_model_relation", "new_version"})
"""Keys that go to the top only if all cards say the same."""

Form = tuple[str, ...]
"""A way to write a value: `("value", JSON)`, or the repo of a place, `("cell", row key, column key)`."""
ABSENT: Final[Form] = ("absent",)

Level = tuple[Literal["row", "column", "cell"], int, int]
"""Where a value is written: a row, a column, or a cell of a table; what does not matter is 0."""


@dataclass(frozen=True, slots=True)
class Cards:
    """The card data of the repos that the tables place; `names` are their ids as the manifest says them."""

    data: Mapping[RepoKey, CardData]
    tables: Sequence[Shaped]

    def order(self) -> list[str]:
        """Every key, in the order in which cards have them."""
        order: dict[str, list[float]] = {}
        for data in self.data.values():
            for number, key in enumerate(data):
                order.setdefault(key, []).append(number)
        return sorted(order, key=lambda key: sum(order[key]) / len(order[key]))


def write(cards: Cards, repo_type: RepoType, trained_on: Sequence[str]) -> Written:
    """Write what differs into the tables; gives what all cards of the type share.

    `trained_on` are the datasets that a model's card states without being told to.
    """
    shared: Written = {}
    tables = [table for table in cards.tables if table.repo_type == repo_type]
    known = [key for table in tables for key in table.places if key in cards.data]
    total = sum(len(table.places) for table in tables)
    for key in cards.order():
        implied = _form(list(trained_on)) if key == "datasets" and trained_on and repo_type == "model" else ABSENT
        top = _top(key, [_form(cards.data[repo].get(key)) for repo in known], total)
        if top not in (implied, None):
            shared[key] = _value(top or ABSENT)
        for table in tables:
            _write_key(cards, table, key, implied if top is None else top)
    if known and trained_on and repo_type == "model" and not any("datasets" in cards.data[repo] for repo in known):
        shared["datasets"] = None
    for table in tables:
        _lift(table)
        _write_formats(cards, table)
    return shared


def _top(key: str, forms: Sequence[Form], total: int) -> Form | None:
    """What more than half of the cards say; None if they say nothing alike, or too few are there to tell."""
    if not forms or (key in SPECIFIC and len(forms) * 2 <= total):
        return None
    form, count = Counter(forms).most_common(1)[0]
    enough = count == len(forms) if key in OWN else count * 2 > len(forms)
    return form if enough else None


def _form(value: Any) -> Form:
    return ABSENT if value is None else ("value", json.dumps(value, ensure_ascii=False))


def _value(form: Form) -> Any:
    """A form as it is written."""
    if form == ABSENT:
        return None
    if form[0] == "value":
        return json.loads(form[1])
    named = {name: key for name, key in zip(("row", "column"), form[1:], strict=True) if key}
    return {REFERENCE: named}


def _write_key(cards: Cards, table: Shaped, key: str, top: Form) -> None:
    """Write one key of the cards of a table where it differs from what stands at the top."""
    wanted = {
        place: _forms(table, place, cards.data[repo].get(key))
        for repo, place in table.places.items()
        if repo in cards.data
    }
    of_rows = {row: forms for (row, column), forms in wanted.items() if column is None}
    of_cells = {(row, column): forms for (row, column), forms in wanted.items() if column is not None}
    is_specific = key in SPECIFIC and len(wanted) * 2 <= len(table.places)
    found = _solve(of_cells, top, is_specific) | {
        ("row", row, 0): _best(f) for row, f in of_rows.items() if top not in f
    }
    for level, form in found.items():
        _at(table, level).setdefault("card_data", {})[key] = _value(form)


def _forms(table: Shaped, place: Place, value: Any) -> frozenset[Form]:
    """The ways to write a value in a place: as it is, or as the repo of another place."""
    forms = {_form(value)}
    row, column = place
    other = table.places.get(("model", value)) if isinstance(value, str) and column is not None else None
    if other and other[1] is not None and column is not None and other != place:
        row_key, key = str(table.rows[other[0]]["key"]), table.leaves[other[1]].key
        forms.add(("cell", "" if other[0] == row else row_key, "" if other[1] == column else key))
    return frozenset(forms)


def _best(forms: Iterable[Form]) -> Form:
    """The form to write: a value as it is where that will do."""
    return min(forms, key=lambda form: (form[0] == "cell", form))


Cells = Mapping[tuple[int, int], frozenset[Form]]


def _solve(cells: Cells, top: Form, by_cell_only: bool) -> dict[Level, Form]:
    """The fewest entries that give every cell what it wants: by columns and rows, by rows alone, or by cells."""
    if by_cell_only:
        return {("cell", *place): _best(forms) for place, forms in cells.items() if top not in forms}
    by_rows = _entries(cells, top, {})
    by_columns = _entries(cells, top, _uniform(cells, lambda place: place[1], top))
    return min(by_rows, by_columns, key=len)


def _entries(cells: Cells, top: Form, columns: Mapping[int, Form]) -> dict[Level, Form]:
    """Entries of columns, rows and cells; a column counts more than a row."""
    rest = {place: forms for place, forms in cells.items() if place[1] not in columns}
    rows = _uniform(rest, lambda place: place[0], top)
    found: dict[Level, Form] = {("column", 0, column): form for column, form in columns.items()}
    found |= {("row", row, 0): form for row, form in rows.items()}
    for (row, column), forms in cells.items():
        if columns.get(column, rows.get(row, top)) not in forms:
            found["cell", row, column] = _best(forms)
    return found


def _uniform(cells: Cells, line: Callable[[tuple[int, int]], int], top: Form) -> dict[int, Form]:
    """The lines (rows, or columns) all of whose cells can be written the same, and differ from the top."""
    found: dict[int, list[frozenset[Form]]] = {}
    for place, forms in cells.items():
        found.setdefault(line(place), []).append(forms)
    common = {number: frozenset.intersection(*forms) for number, forms in found.items()}
    return {
        number: _best(forms)
        for number, forms in common.items()
        if forms and any(top not in each for each in found[number])
    }


def _at(table: Shaped, level: Level) -> Written:
    kind, row, column = level
    if kind == "row":
        return table.rows[row]
    if kind == "column":
        return table.leaves[column].written
    return table.exception(row, column)


def _lift(table: Shaped) -> None:
    """What most columns of a group state moves up to the group, if all the others state something else."""
    groups: dict[int, _Group] = {}
    for leaf in table.leaves:
        for group in leaf.groups:
            groups.setdefault(id(group), _Group(group)).leaves.append(leaf.written)
    for each in groups.values():
        stated = [leaf.get("card_data", {}) for leaf in each.leaves]
        for key in dict.fromkeys(key for data in stated for key in data):
            forms = Counter(_form(data[key]) for data in stated if key in data)
            form, count = forms.most_common(1)[0]
            if count > 1 and sum(forms.values()) == len(stated):
                each.written.setdefault("card_data", {})[key] = _value(form)
                _drop(each.leaves, key, form)


@dataclass(slots=True)
class _Group:
    written: Written
    leaves: list[Written] = field(default_factory=list)


def _drop(leaves: Iterable[Written], key: str, form: Form) -> None:
    for leaf in leaves:
        data = leaf.get("card_data", {})
        if key in data and _form(data[key]) == form:
            del data[key]
            if not data:
                del leaf["card_data"]


def _write_formats(cards: Cards, table: Shaped) -> None:
    """What all cards of a format state alike, where some do not state it as the repo that they are a format of."""
    for number, written in enumerate(table.options.get("formats", [])):
        pairs = [
            (cards.data[key], cards.data[main])
            for key, (main, of) in table.formats.items()
            if of == number and key in cards.data and main in cards.data
        ]
        for name in dict.fromkeys(name for pair in pairs for data in pair for name in data):
            forms = {_form(data.get(name)) for data, _ in pairs}
            if len(forms) == 1 and any(_form(main.get(name)) not in forms for _, main in pairs):
                written.setdefault("card_data", {})[name] = _value(forms.pop())


def is_reference(value: Any) -> bool:
    """Whether a value would be read as a reference, which no card can have meant."""
    items = value if isinstance(value, list) else [value]
    return any(isinstance(item, Mapping) and list(item) == [REFERENCE] for item in items)


def without_references(data: CardData) -> Iterator[tuple[str, Any]]:
    return ((key, value) for key, value in data.items() if not is_reference(value) and value is not None)
