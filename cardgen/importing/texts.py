"""Texts that only some of the cards have: they go to a row, a column, or a section with the cards that show it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Final

from cardgen.importing.agree import AgreedTable
from cardgen.importing.family import Family
from cardgen.importing.outline import SectionOnCard, Text
from cardgen.importing.shaped import Shaped, Written
from cardgen.importing.tables import Tables
from cardgen.importing.values import Note, note
from cardgen.model import RepoKey

MAX_SECTIONS: Final = 200

OWN_ID: Final = "{{ repo.repo_id }}"
_TEMPLATE = re.compile(r"\{[{%#]")


@dataclass(slots=True)
class Texts:
    """The sections of a manifest, and what could not be placed as it was."""

    sections: list[Written] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


Heard = tuple[str, str, bool]
"""A text: its title, its Markdown, and whether it stands before the tables."""

Said = dict[RepoKey, list[tuple[Heard, Text]]]
"""What each card says, in its order."""

Showing = dict[Heard, dict[RepoKey, Text]]
"""Texts, with the cards that show each, and where."""


def place(family: Family, tables: Tables, intro: Sequence[Text]) -> Texts:
    """Place every text that the cards do not all have in the same place. `intro` is what they share at the top."""
    texts = Texts()
    known = _places(family, tables)
    pages = {key: page for key, page in family.known if key in known}
    loose: dict[RepoKey, list[SectionOnCard]] = {key: _above(page.outline.intro, intro) for key, page in pages.items()}
    for agreed, shaped in tables.pairs:
        for key, below in _below(family, agreed, shaped).items():
            loose.get(key, []).extend(SectionOnCard("", text, is_before_tables=False) for text in below)
    for key, page in pages.items():
        below_results = tables.results.below.get(page.name, ()) if tables.results else ()
        loose[key] += [SectionOnCard("", text, is_before_tables=False) for text in below_results]
        loose[key] += page.outline.sections
        texts.notes += _doubled(loose[key], page.name)
    for name, found in [(page.name, page.outline.sections) for key, page in family.pages if key is None]:
        texts.notes += [
            note("a section of a card whose repo is not known", name, s.text.first, s.text.last) for s in found
        ]
    _sections(texts, family, known, _grouped(loose))
    return texts


def _doubled(sections: Sequence[SectionOnCard], card: str) -> list[Note]:
    """A note for each text that a card holds a second time: a manifest has it once."""
    seen: set[Heard] = set()
    notes: list[Note] = []
    for section in sections:
        heard = _as_it_is(section)
        if heard in seen:
            notes.append(note("the same text again is left out", card, section.text.first, section.text.last))
        seen.add(heard)
    return notes


@dataclass(frozen=True, slots=True)
class Place:
    """A card's repo, and the keys of its row and column."""

    repo: RepoKey
    row: str = ""
    column: str = ""


def _places(family: Family, tables: Tables) -> dict[RepoKey, Place]:
    """The repos that have a card and stand in a table, in the order of the tables."""
    cards = {key for key, _ in family.known}
    placed: dict[RepoKey, Place] = {}
    for shaped in tables.shaped:
        for key, at in sorted(shaped.places.items(), key=lambda item: (item[1][0], item[1][1] or 0)):
            placed[key] = Place(key, *_keys(shaped, at))
        for key, (main, _) in shaped.formats.items():
            placed[key] = Place(key, *_keys(shaped, shaped.places[main]))
    return {key: place for key, place in placed.items() if key in cards}


def _keys(shaped: Shaped, at: tuple[int, int | None]) -> tuple[str, str]:
    row = shaped.rows[at[0]]
    return str(row.get("key") or row.get("repo", "")), "" if at[1] is None else shaped.leaves[at[1]].key


def _above(texts: Sequence[Text], intro: Sequence[Text]) -> list[SectionOnCard]:
    """What a card says at the top beyond what all say."""
    starts = [text.text for text in texts[: len(intro)]] == [text.text for text in intro]
    rest = texts[len(intro) :] if starts else texts
    return [SectionOnCard("", text, is_before_tables=True) for text in rest]


def _below(family: Family, agreed: AgreedTable, shaped: Shaped) -> dict[RepoKey, list[Text]]:
    """Texts right below a table: those of whole rows and columns are written there, the others are given back."""
    said = {key: "\n\n".join(text.text for text in agreed.below.get(page.name, ())) for key, page in family.known}
    owners = {key for key, _ in agreed.owners}
    places = shaped.places | {key: shaped.places[main] for key, (main, _) in shaped.formats.items()}
    known = {key: at for key, at in places.items() if key in said and key in owners}
    placed: set[RepoKey] = set()
    for side, lines in ((0, shaped.rows), (1, [leaf.written for leaf in shaped.leaves])):
        for number, written in enumerate(lines):
            keys = [key for key, at in known.items() if at[side] == number]
            texts = {said[key] for key in keys}
            if len(texts) == 1 and (text := texts.pop()) and not placed.intersection(keys):
                written["text"] = text + ("\n" if "\n" in text else "")
                placed.update(keys)
    return {key: list(agreed.below.get(page.name, ())) for key, page in family.known if said[key] and key not in placed}


def _grouped(loose: dict[RepoKey, list[SectionOnCard]]) -> Showing:
    """Equal texts of several cards as one, with the card's own id left open where that makes more of them equal."""
    raw: Said = {key: [(_as_it_is(each), each.text) for each in sections] for key, sections in loose.items()}
    opened: Said = {key: [(_opened(each, key[1]), each.text) for each in sections] for key, sections in loose.items()}
    return min((_shown(opened), _shown(raw)), key=len)


def _as_it_is(section: SectionOnCard) -> Heard:
    return (section.title, _escaped(section.text.text), section.is_before_tables)


def _opened(section: SectionOnCard, repo_id: str) -> Heard:
    text = OWN_ID.join(_escaped(part) for part in _own_id(repo_id).split(section.text.text))
    return (section.title, text, section.is_before_tables)


def _shown(said: Said) -> Showing:
    """The texts with the cards that show them, in an order that fits the order on each card, if there is one."""
    showing: Showing = {}
    sorter: TopologicalSorter[Heard] = TopologicalSorter()
    for key, texts in said.items():
        for heard, text in texts:
            sorter.add(heard)
            showing.setdefault(heard, {})[key] = text
        for before, after in pairwise(dict.fromkeys(heard for heard, _ in texts)):
            sorter.add(after, before)
    try:
        return {heard: showing[heard] for heard in sorter.static_order()}
    except CycleError:
        return showing


def _own_id(repo_id: str) -> re.Pattern[str]:
    """A repo's id where it is not part of another one's."""
    return re.compile(rf"(?<![\w.-]){re.escape(repo_id)}(?![\w-]|\.\w)")


def _escaped(text: str) -> str:
    """A text that a template prints as it is."""
    return _TEMPLATE.sub(lambda found: f'{{{{ "{found[0]}" }}}}', text)


def _sections(texts: Texts, family: Family, known: dict[RepoKey, Place], found: Showing) -> None:
    names = {key: page.name for key, page in family.known}
    for (title, text, is_before), showing in found.items():
        if len(texts.sections) == MAX_SECTIONS:
            first = next(iter(showing.items()))
            message = f"more than {MAX_SECTIONS} sections differ from card to card: this one and the rest are left out"
            texts.notes.append(note(message, names[first[0]], first[1].first, first[1].last))
            return
        written: Written = {"title": title} if title else {}
        written |= _filter(family, list(known.values()), set(showing))
        written |= {"before": "tables"} if is_before else {}
        texts.sections.append(written | {"text": text + ("\n" if "\n" in text else "")})


def _filter(family: Family, known: Sequence[Place], showing: set[RepoKey]) -> Written:
    """Which cards show a section, the shortest way to say it."""
    if all(each.repo in showing for each in known):
        return {}
    for repo_type in ("model", "dataset"):
        if showing == {each.repo for each in known if each.repo[0] == repo_type}:
            return {"types": [repo_type]}
    for side in ("row", "column"):
        keys = list(dict.fromkeys(getattr(each, side) for each in known if each.repo in showing))
        if (
            all(keys)
            and showing == {each.repo for each in known if getattr(each, side) in keys}
            and len(keys) < len(showing)
        ):
            return {f"{side}s": keys}
    return {"repos": [family.short(each.repo[1]) for each in known if each.repo in showing]}


def differing(texts: Iterable[tuple[str, str]], agreed: str, what: str) -> list[Note]:
    """A note for every card that says something else than most; the texts are pairs of the card's name and its text."""
    return [note(f"{what} is not as on other cards: {_short(text)}", card) for card, text in texts if text != agreed]


def _short(text: str) -> str:
    return repr(text if len(text) < 60 else text[:57] + "…")
