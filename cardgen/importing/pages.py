"""A published card, read: its front matter as values, its body as an outline, what cardgen's marks say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from cardgen import front_matter, marks, yaml_nodes
from cardgen.importing import blocks, front, outline
from cardgen.importing.html_text import TooHardError
from cardgen.importing.outline import Outline
from cardgen.importing.values import MAX_BYTES, Note, Published, note
from cardgen.model import CardData, RepoKey

_LINE_END = re.compile(r"\r\n|\r")
_MARK = re.compile(rf"{re.escape(marks.PREFIX)}.*?(?:-->|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """A card as it was read. `is_ours` tells that cardgen wrote it."""

    name: str
    repo: RepoKey | None
    folders: tuple[str, ...]
    data: CardData
    outline: Outline
    notes: tuple[Note, ...]
    is_ours: bool


def read(card: Published) -> Page | Note:
    """The page of a card, or why it cannot be used at all."""
    if len(card.readme) > MAX_BYTES:
        return note(f"the card has {len(card.readme):,} bytes; no more than {MAX_BYTES:,} are read", card.name)
    try:
        text = _LINE_END.sub("\n", card.readme.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return note("the card is not UTF-8 text", card.name)
    if "\0" in text:
        return note("the card is not text: it holds NUL bytes", card.name)
    notes: list[Note] = []
    if not yaml_nodes.is_printable(text):
        text = "".join(filter(yaml_nodes.is_printable, text))
        notes.append(note("control characters are left out", card.name))
    try:
        return _read(card, text, notes)
    except TooHardError as error:
        return note(f"the card is not read: {error}", card.name)


def _read(card: Published, text: str, notes: list[Note]) -> Page:
    head, body = front_matter.split(text)
    found = marks.read(body)
    keys = frozenset(found.keys) if isinstance(found, marks.Marks) else frozenset[str]()
    first = text.count("\n", 0, len(text) - len(body)) + 1
    data, of_data = _data(card, head, keys)
    notes += of_data
    is_ours = isinstance(found, marks.Marks) and any(block.name == "card" for block in found.blocks)
    if isinstance(found, marks.Marks) and is_ours:
        notes += _outside(found, body, first, card.name)
        body = _inside(found, body)
    body = _MARK.sub("", body)
    lines = [*[""] * (first - 1), *body.split("\n")]
    read = outline.read(blocks.read(body, first), lines, card.name, is_ours)
    return Page(card.name, card.repo, card.folders, data, read, (*notes, *read.notes), is_ours)


def _data(card: Published, head: Any, keys: frozenset[str]) -> tuple[CardData, list[Note]]:
    if head is None:
        return {}, []
    return front.read(head.lines, card.name, head.opening.count("\n") + 1, keys)


def _inside(found: marks.Marks, body: str) -> str:
    """The body with every line blank that lies outside of cardgen's blocks, so that lines keep their numbers."""
    pieces: list[str] = []
    position = 0
    for block in found.blocks:
        pieces += [_blank(body[position : block.start]), body[block.start : block.end]]
        position = block.end
    return "".join([*pieces, _blank(body[position:])])


def _blank(text: str) -> str:
    return "\n" * text.count("\n")


def _outside(found: marks.Marks, body: str, first: int, card: str) -> list[Note]:
    """A note for each stretch of somebody else's text around cardgen's blocks."""
    edges = sorted([*((block.start, block.end) for block in found.blocks), *found.records])
    notes = []
    position = 0
    for start, end in [*edges, (len(body), len(body))]:
        text = body[position:start]
        if text.strip():
            begin = position + len(text) - len(text.lstrip())
            line = body.count("\n", 0, begin) + first
            last = line + text.strip().count("\n")
            notes.append(note("foreign text outside of cardgen's blocks is left out", card, line, last))
        position = end
    return notes
