"""What the cards of a family agree on: the same table, title, links, intro and citation on most of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from cardgen.importing import own
from cardgen.importing.family import Family
from cardgen.importing.grid import FoundCell, FoundRow, Grid
from cardgen.importing.outline import TableOnCard, Text
from cardgen.importing.own import Style
from cardgen.importing.pages import Page
from cardgen.importing.values import Note, note
from cardgen.model import Heading, Mark, RepoKey

Value = TypeVar("Value", bound=Hashable)
Owner = tuple[RepoKey | None, Page]


@dataclass(frozen=True, slots=True)
class AgreedTable:
    """A table as most cards show it, without marks.

    `owners` are the cards that show it, `raw` is the table on each of them, by the card's name. `below` are the texts
    under it that not all of them share. `styles` are the ways in which cards of cardgen mark the place of
    their repo: they tell what the table was in the manifest.
    """

    title: str
    text: str
    footnote: str
    grid: Grid
    owners: tuple[Owner, ...]
    raw: Mapping[str, Grid] = field(default_factory=dict)
    below: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    styles: Mapping[RepoKey, Style] = field(default_factory=dict)


@dataclass(slots=True)
class Agreement:
    """The agreed tables in their order, how the own place is marked, and what differs."""

    tables: list[AgreedTable] = field(default_factory=list)
    mark: Mark = field(default_factory=Mark)
    notes: list[Note] = field(default_factory=list)


def tables(family: Family) -> Agreement:
    """The tables of a family. Tables of two cards are the same if their headings are."""
    found: dict[Hashable, list[tuple[Owner, TableOnCard]]] = {}
    for owner in family.pages:
        count: Counter[Hashable] = Counter()
        for table in owner[1].outline.tables:
            labels = tuple(tuple(own.unmarked(each.label) for each in level) for level in table.grid.head)
            count[labels] += 1
            found.setdefault((labels, count[labels]), []).append((owner, table))
    agreement = Agreement()
    for same in sorted(found.values(), key=_order):
        agreement.tables.append(_table(same, agreement.notes))
    agreement.mark = _mark(agreement.tables)
    return agreement


def _order(same: list[tuple[Owner, TableOnCard]]) -> float:
    """Where a table stands on its cards, on the average."""
    places = [page.outline.tables.index(table) for (_, page), table in same]
    return sum(places) / len(places)


def _table(same: list[tuple[Owner, TableOnCard]], notes: list[Note]) -> AgreedTable:
    cleaned = [own.cleaned(table.grid, owner[0]) for owner, table in same]
    grid = _grid(cleaned)
    for (owner, table), each in zip(same, cleaned, strict=True):
        if count := _count_differences(each, grid):
            notes.append(note(f"the table is not as on other cards: {count}", owner[1].name, table.first, table.last))
    below = {owner[1].name: table.below for owner, table in same}
    shared = shared_start(list(below.values()))
    return AgreedTable(
        title=most(table.title for _, table in same),
        text=most(table.text for _, table in same),
        footnote="\n\n".join(text.text for text in shared),
        grid=grid,
        owners=tuple(owner for owner, _ in same),
        raw={owner[1].name: table.grid for owner, table in same},
        below={name: _rest(texts, shared) for name, texts in below.items()},
        styles=dict(_styles(same)),
    )


def _styles(same: list[tuple[Owner, TableOnCard]]) -> Iterator[tuple[RepoKey, Style]]:
    for (key, page), table in same:
        if key and page.is_ours and (places := own.places(table.grid, key)):
            yield key, own.style(table.grid, places[0])


def _grid(grids: Sequence[Grid]) -> Grid:
    """The grid with the commonest size, each of its cells as most say it."""
    size = most((len(grid.rows), grid.width) for grid in grids)
    same = [grid for grid in grids if (len(grid.rows), grid.width) == size]
    head = tuple(
        tuple(most(column, _length_of_heading) for column in zip(*levels, strict=True))
        for levels in zip(*(grid.head for grid in same), strict=True)
    )
    rows = tuple(_row([grid.rows[index] for grid in same]) for index in range(size[0]))
    return replace(same[0], head=head, rows=rows)


def _row(rows: Sequence[FoundRow]) -> FoundRow:
    group = most(row.group for row in rows)
    if group:
        return FoundRow(group=group)
    cells = zip(*(row.cells for row in rows if not row.group), strict=True)
    return FoundRow(tuple(most(column, _length_of_cell) for column in cells))


def _length_of_heading(heading: Heading) -> int:
    return len(heading.label)


def _length_of_cell(cell: FoundCell) -> int:
    return len(cell.text) + len(cell.after) + cell.is_heading


def _count_differences(one: Grid, other: Grid) -> str:
    if (len(one.rows), one.width) != (len(other.rows), other.width):
        return f"{len(one.rows)} rows instead of {len(other.rows)}"
    cells = (_differing(*rows) for rows in zip(one.rows, other.rows, strict=True))
    count = sum(cells)
    return f"{count} cells differ" if count else ""


def _differing(one: FoundRow, other: FoundRow) -> int:
    if one.group or other.group:
        return int(one != other)
    pairs = zip(one.cells, other.cells, strict=True)
    return sum(replace(mine, is_heading=theirs.is_heading) != theirs for mine, theirs in pairs)


def most(values: Iterable[Value], length: Callable[[Value], int] = lambda _: 0) -> Value:
    """The commonest value; of several, the shortest: a mark makes a label longer."""
    count = Counter(values)
    return max(count, key=lambda value: (count[value], -length(value)))


def shared_start(given: Sequence[Sequence[Text]], share: float = 1.0) -> tuple[Text, ...]:
    """The longest run of texts that at least this share of the cards begins with."""
    best: list[Text] = []
    alike = list(given)
    while True:
        alike = [texts for texts in alike if len(texts) > len(best)]
        count = Counter(texts[len(best)].text for texts in alike)
        words = max(count, key=lambda text: count[text], default="")
        if not words or count[words] < share * len(given):
            return tuple(best)
        alike = [texts for texts in alike if texts[len(best)].text == words]
        best.append(alike[0][len(best)])


def says(texts: Sequence[Text], start: Sequence[Text]) -> bool:
    return [text.text for text in texts[: len(start)]] == [text.text for text in start]


def _rest(texts: tuple[Text, ...], shared: tuple[Text, ...]) -> tuple[Text, ...]:
    return texts[len(shared) :] if says(texts, shared) else texts


def _mark(tables: Sequence[AgreedTable]) -> Mark:
    """How cardgen's own cards mark their place: read off them where it is not as by default."""
    words: Counter[str] = Counter()
    colors: Counter[str] = Counter()
    for table in tables:
        for key, page in table.owners:
            if key and page.is_ours:
                raw = table.raw[page.name]
                for row, column in own.places(raw, key) if len(raw.rows) == len(table.grid.rows) else []:
                    colors[raw.rows[row].cells[column].color] += 1
                    words.update(_prefixes(raw.rows[row], table.grid.rows[row], column))
    text = next((each for each, _ in words.most_common() if each), Mark().text)
    return Mark(next((each for each, _ in colors.most_common() if each), Mark().color), text)


def _prefixes(raw: FoundRow, agreed: FoundRow, column: int) -> Iterator[str]:
    for number in {0, column}:
        mine, theirs = raw.cells[number].text, agreed.cells[number].text
        if mine != theirs and mine.endswith(theirs):
            yield mine.removesuffix(theirs).strip()
