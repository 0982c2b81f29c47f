"""What the blocks of one card are: its title, links and intro, its tables, its sections, its citation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from cardgen.importing import html_text, links
from cardgen.importing.blocks import Block
from cardgen.importing.grid import Grid
from cardgen.importing.html_text import TooHardError
from cardgen.importing.values import Note, note
from cardgen.model import Citation, Link

MAX_SECTION_LINES: Final = 100
"""A longer text outside of cardgen's own blocks is no part of a card of a family, but a dump of something."""

_CITING = re.compile(r"\b(cit(e|ation|ations|ing)|bib ?tex)\b", re.IGNORECASE)
_BIBTEX = re.compile(r"\s*@\w+\s*[{(]")


@dataclass(frozen=True, slots=True)
class Text:
    """Markdown with the lines that it stands on."""

    text: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class TableOnCard:
    """A table with what stands around it: its title, the text above it, the texts right below it."""

    title: str
    text: str
    grid: Grid
    first: int
    last: int
    below: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionOnCard:
    """A text with a heading, or one that has no place of its own; `title` only where it is a heading of level 2."""

    title: str
    text: Text
    is_before_tables: bool


@dataclass(slots=True)
class Outline:
    """The parts of one card, in the order of their kinds."""

    title: str = ""
    links: tuple[Link, ...] = ()
    intro: list[Text] = field(default_factory=list)
    tables: list[TableOnCard] = field(default_factory=list)
    sections: list[SectionOnCard] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def read(blocks: Sequence[Block], lines: Sequence[str], card: str, is_ours: bool) -> Outline:
    """The outline of a card with its lines. `is_ours` tells that cardgen wrote it, so that nothing in it is a dump."""
    return _Reader(blocks, lines, card, is_ours).read()


class _Reader:
    """One walk over the blocks of a card."""

    def __init__(self, blocks: Sequence[Block], lines: Sequence[str], card: str, is_ours: bool) -> None:
        self._lines = lines
        self._blocks = [block for block in blocks if block.kind not in {"rule", "comment"}]
        self._card = card
        self._is_ours = is_ours
        self._titles = _table_titles(self._blocks)
        self._outline = Outline()
        if blocks and blocks[0].kind == "rule":
            self._note("a rule at the top of the card is left out", blocks[0])

    def read(self) -> Outline:
        position = self._header()
        while position < len(self._blocks):
            block = self._blocks[position]
            if block.kind == "table" or position in self._titles:
                position = self._table(position)
            elif self._cites(position):
                position = self._citation(position)
            elif block.kind == "heading":
                position = self._section(position)
            else:
                position = self._loose(position)
        if not self._outline.tables:
            self._outline.sections = [replace(each, is_before_tables=False) for each in self._outline.sections]
        return self._outline

    def _note(self, message: str, block: Block, last: int = 0) -> None:
        self._outline.notes.append(note(message, self._card, block.first, last or block.last))

    def _header(self) -> int:
        """The title, the links and the intro; gives the position of what comes next."""
        position = 0
        while position < len(self._blocks) and not self._begins_something(position):
            block = self._blocks[position]
            if block.kind == "heading":
                self._outline.title = block.label
            elif not self._outline.intro and (found := links.read(block.text)):
                self._links(found, block)
            else:
                self._keep(self._outline.intro, block)
            position += 1
        return position

    def _begins_something(self, position: int) -> bool:
        block = self._blocks[position]
        is_title = block.kind == "heading" and block.level == 1 and not self._outline.title
        return position in self._titles or block.kind == "table" or (block.kind == "heading" and not is_title)

    def _links(self, found: tuple[Link, ...], block: Block) -> None:
        for link in found:
            if not links.is_web(link.url):
                self._note(f"the link {link.label!r} leads to no web address: {link.url!r}", block)
        self._outline.links += tuple(link for link in found if links.is_web(link.url))

    def _keep(self, texts: list[Text], block: Block, parts: Sequence[Block] = ()) -> None:
        """Keep a text, which may have parts, if a manifest may carry it on."""
        said = [part.text for part in parts or [block] if part.kind != "fence"]
        if any(html_text.ACTIVE.search(text) for text in said):
            self._note("HTML that does something is left out", block)
        elif not self._is_ours and block.last - block.first >= MAX_SECTION_LINES:
            self._note(f"foreign text, {block.last - block.first + 1} lines, is left out", block)
        else:
            texts.append(Text(block.text, block.first, block.last))

    def _table(self, position: int) -> int:
        """A table, from its title on, with the texts below it."""
        at = self._titles.get(position, position)
        block = self._blocks[at]
        title = self._blocks[position].label if position in self._titles else ""
        above: list[Text] = []
        for each in self._blocks[position + 1 : at]:
            self._keep(above, each)
        below: list[Text] = []
        position = at + 1
        while position < len(self._blocks) and self._is_text(position):
            self._keep(below, self._blocks[position])
            position += 1
        if block.table is None:
            self._note(f"the table is left out: {block.reason}", block)
            self._outline.intro += [] if self._outline.tables else above + below
        else:
            text = "\n\n".join(each.text for each in above)
            self._outline.tables.append(TableOnCard(title, text, block.table, block.first, block.last, tuple(below)))
        return position

    def _is_text(self, position: int) -> bool:
        return self._blocks[position].kind in {"text", "fence"} and position not in self._titles

    def _section(self, position: int) -> int:
        """A heading with all that stands below it, up to a table or a heading that is as high."""
        heading = self._blocks[position]
        end = position + 1
        while end < len(self._blocks) and (self._is_text(end) or self._is_below(end, heading)):
            end += 1
        inner = self._blocks[position + 1 : end]
        if not inner:
            self._note(f"the heading {heading.label!r} has no text of its own", heading)
            return end
        is_title = heading.level == 2
        start = inner[0].first if is_title else heading.first
        text = "\n".join(self._lines[start - 1 : inner[-1].last])
        whole = Block("text", text, heading.first, inner[-1].last)
        kept: list[Text] = []
        self._keep(kept, whole, [heading, *inner])
        before = not self._outline.tables
        self._outline.sections += [SectionOnCard(heading.label if is_title else "", each, before) for each in kept]
        return end

    def _is_below(self, position: int, heading: Block) -> bool:
        block = self._blocks[position]
        is_heading = block.kind == "heading" and position not in self._titles
        return is_heading and block.level > heading.level and not _CITING.search(block.label)

    def _loose(self, position: int) -> int:
        """A text that belongs to nothing: after a citation, or after a table that could not be read."""
        kept: list[Text] = []
        self._keep(kept, self._blocks[position])
        before = not self._outline.tables
        self._outline.sections += [SectionOnCard("", each, before) for each in kept]
        return position + 1

    def _citation(self, position: int) -> int:
        """BibTeX in fences, each with the line before it."""
        end = position + 1
        said: list[Block] = []
        while end < len(self._blocks) and self._is_text(end):
            block = self._blocks[end]
            end += 1
            if block.kind == "fence" and _BIBTEX.match(block.label):
                note_text = self._citation_note(said)
                self._outline.citations.append(Citation(block.label.strip("\n") + "\n", note_text))
                said = []
            else:
                said.append(block)
        for block in said:
            self._note("a text of the citation that is neither BibTeX nor the line before it", block)
        if not self._outline.citations and not self._cites(end):
            self._note("a citation without BibTeX in a fence", self._blocks[position])
        return end

    def _cites(self, position: int) -> bool:
        block = self._blocks[position] if position < len(self._blocks) else None
        return block is not None and block.kind == "heading" and bool(_CITING.search(block.label))

    def _citation_note(self, said: Sequence[Block]) -> str:
        for block in said[:-1]:
            self._note("a text of the citation that is neither BibTeX nor the line before it", block)
        if not said:
            return ""
        try:
            return html_text.plain(said[-1].text).removesuffix(":").rstrip()
        except TooHardError:
            return ""


def _table_titles(blocks: Sequence[Block]) -> dict[int, int]:
    """Where the title of each table stands, and the table: the last heading or bold line above it.

    Nothing but text lies between the two; the first heading of level 1 is the card's own title.
    """
    titles: dict[int, int] = {}
    first = next((number for number, block in enumerate(blocks) if block.kind == "heading" and block.level == 1), -1)
    for number, block in enumerate(blocks):
        if block.kind != "table":
            continue
        above = number - 1
        while above >= 0 and blocks[above].kind in {"text", "fence"} and not blocks[above].label_of_table:
            above -= 1
        if above >= 0 and blocks[above].label_of_table and above != first:
            titles[above] = number
    return titles
