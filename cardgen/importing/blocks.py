"""The body of a card as blocks, each with its lines: headings, tables, fences, and the texts between them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from markdown_it.token import Token

from cardgen.importing import grid, html_text
from cardgen.importing.grid import Grid
from cardgen.importing.html_text import TooHardError

MAX_LABEL: Final = 500
MAX_BLOCKS: Final = 20_000
MAX_TABLES: Final = 50

_TABLE = re.compile(r"<(/?)table(?![\w-])[^>]*>?", re.IGNORECASE)
_MARKUP = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
_MAY_BE_LABEL = re.compile(r"[#*_<]|.*\n(=+|-+)\s*$")
Kind = Literal["heading", "table", "fence", "text", "rule", "comment"]
_HEADINGS = {f"h{level}": level for level in range(1, 7)}


@dataclass(frozen=True, slots=True)
class Block:
    """A block of Markdown with the lines that it stands on, counted from 1 in the card.

    `label` is what a heading says, or a paragraph that is bold as a whole; `level` is 0 for the latter. `reason`
    says why a table could not be read.
    """

    kind: Kind
    text: str
    first: int
    last: int
    level: int = 0
    label: str = ""
    table: Grid | None = None
    reason: str = ""

    @property
    def label_of_table(self) -> str:
        """What the block would call a table below it."""
        return self.label if self.kind in {"heading", "text"} else ""


def read(body: str, first: int) -> tuple[Block, ...]:
    """The blocks of a body that begins in line `first` of its card. Raises TooHardError."""
    found = tuple(islice(_Reader(body, first).blocks(), MAX_BLOCKS + 1))
    if len(found) > MAX_BLOCKS:
        raise TooHardError(f"it has more than {MAX_BLOCKS:,} paragraphs")
    return found


class _Reader:
    """One walk over the lines of a body."""

    def __init__(self, body: str, first: int) -> None:
        self._body = body
        self._first = first
        self._starts = [0]
        for found in re.finditer("\n", body):
            self._starts.append(found.end())
        self._starts.append(len(body))
        self._ends = _table_ends(body)
        self._tables = 0

    def blocks(self) -> Iterator[Block]:
        done = 0
        for token in html_text.blocks().parse(self._body):
            if token.level or token.nesting < 0 or not token.map or self._starts[token.map[0]] < done:
                continue
            start, end = (self._starts[min(line, len(self._starts) - 1)] for line in token.map)
            if token.type in {"html_block", "paragraph_open"} and _TABLE.search(self._body, start, end):
                done = yield from self._with_tables(start, end)
            else:
                yield from self._block(token, start, end)

    def _with_tables(self, start: int, end: int) -> Generator[Block, None, int]:
        """HTML that holds tables: these, and what is said between them. Returns where they end: maybe further down."""
        position = start
        while opening := _TABLE.search(self._body, position, end):
            yield from self._piece(position, opening.start())
            position = self._ends.get(opening.start(), end)
            yield self._table(opening.start(), position, "html")
            end = max(end, self._starts[bisect_left(self._starts, position)])
        yield from self._piece(position, end)
        return end

    def _piece(self, start: int, end: int) -> Iterator[Block]:
        """What is said in HTML between tables; tags that only wrap them go."""
        if _MARKUP.sub("", self._body[start:end]).strip():
            yield self._text("text", start, end)

    def _table(self, start: int, end: int, format: Literal["html", "markdown"]) -> Block:
        source = self._body[start:end]
        self._tables += 1
        if self._tables > MAX_TABLES:
            return self._text("table", start, end, reason=f"the card has more than {MAX_TABLES} tables")
        try:
            found = grid.read(source if format == "html" else html_text.render(source), format)
        except TooHardError as error:
            return self._text("table", start, end, reason=str(error))
        return self._text("table", start, end, table=found)

    def _block(self, token: Token, start: int, end: int) -> Iterator[Block]:
        if token.type == "table_open":
            yield self._table(start, end, "markdown")
        elif token.type == "hr":
            yield self._text("rule", start, end)
        elif token.type in {"fence", "code_block"}:
            yield self._text("fence", start, end, label=token.content if token.type == "fence" else "")
        elif token.type == "html_block" and not _MARKUP.sub("", token.content).strip() and "<img" not in token.content:
            if "<!--" in token.content:
                yield self._text("comment", start, end)
        else:
            level, label = _label(self._body[start:end].strip())
            kind: Kind = "heading" if level > 0 else "text"
            yield self._text(kind, start, end, level=max(level, 0), label=label)

    def _text(self, kind: Kind, start: int, end: int, **more: object) -> Block:
        text = self._body[start:end]
        said = text.strip("\n").rstrip()
        number = bisect_right(self._starts, start + len(text) - len(text.lstrip("\n"))) - 1
        return Block(kind, said, number + self._first, number + self._first + said.count("\n"), **more)  # type: ignore[arg-type]


def _table_ends(body: str) -> dict[int, int]:
    """Where each HTML table is closed, by where it begins; one that never is, is left out."""
    ends: dict[int, int] = {}
    open_tables: list[int] = []
    for tag in _TABLE.finditer(body):
        if not tag[1]:
            open_tables.append(tag.start())
        elif open_tables:
            ends[open_tables.pop()] = tag.end()
    return ends


def _label(text: str) -> tuple[int, str]:
    """The level and words of a heading, in Markdown or HTML; level 0 is a bold paragraph, -1 is neither."""
    if len(text) > MAX_LABEL or not _MAY_BE_LABEL.match(text):
        return -1, ""
    try:
        node = html_text.parse(html_text.render(text))
        said = [piece for piece in html_text.pieces(node) if piece.text.strip()]
    except TooHardError:
        return -1, ""
    label = html_text.line("".join(piece.text for piece in said))
    inner = [child.tag for child in node.css("*")]
    level = next((_HEADINGS[tag] for tag in inner if tag in _HEADINGS), 0)
    if not label or (
        not level and (not all(piece.is_strong and not piece.url for piece in said) or "\n" in text.strip())
    ):
        return -1, ""
    return level, label
