"""The lines that a report shows under what is wrong, as compilers do, with what is meant marked.

The lines are anybody's: what a terminal obeys, what reorders text and what cannot be seen is written out, users and
passwords of URLs are starred out, and of a long line only what stands around the mark is kept.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import AnyStr, Final

from cardgen.links.urls import masked
from cardgen.model import Finding
from cardgen.reports.spots import source_spot

MAX_EXCERPTS: Final = 200
"""How many findings of a report have one."""

MAX_CELLS: Final = 100
"""How wide an excerpt is, in the cells of a terminal, of which half may stand before the mark."""

MIN_CHARACTERS: Final = 3
"""What is shorter is not looked for in a line."""

_TAB = "    "
_CUT = "…"

Texts = Mapping[str, str | bytes]
"""The texts that findings name, by these names: cards and Markdown files, manifests, templates."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A line of a file, fit to be shown; from `start` to `end`, which count its characters from 0, is what is meant.
    Both are 0 if that is the line as a whole."""

    file: str
    line: int
    text: str
    start: int = 0
    end: int = 0

    @property
    def mark(self) -> str:
        """What stands under the line: `^~~~`; nothing if the whole line is meant."""
        if self.end <= self.start:
            return ""
        return " " * cells(self.text[: self.start]) + "^".ljust(cells(self.text[self.start : self.end]), "~")


def take(findings: Iterable[Finding], texts: Texts) -> dict[Finding, Excerpt]:
    """The excerpts of these findings, as far as their lines are there."""
    taken = ((each, _of(each, texts)) for each in findings)
    return {finding: excerpt for finding, excerpt in taken if excerpt}


def _of(finding: Finding, texts: Texts) -> Excerpt | None:
    """The line of the source, where it would be mended; but that of the card if only this shows what is meant."""
    card = _line(texts, finding.card, finding.line)
    start = finding.column - 1
    end = finding.end_column - 1 if finding.end_column else len(card or "")
    meant = (card or "")[start:end] if finding.column else ""
    spot = source_spot(finding.source)
    source = _line(texts, spot.file, spot.line) if spot else None
    if spot and source is not None:
        at, length = _find(meant, source, spot.column - 1)
        if length or not meant:
            return _excerpt(spot.file, spot.line, source, at, at + max(length, 1))
    if card is not None and finding.column:
        return _excerpt(finding.card, finding.line, card, start, max(end, start + 1))
    return None if card is None else _excerpt(finding.card, finding.line, card, 0, 0)


def _find(meant: str, source: str, start: int) -> tuple[int, int]:
    """Where a source has what is meant, as it is or as it was before it was escaped, and how long it is there; 0 if it
    does not have it. What is short stands anywhere, so it has to stand right there."""
    for form in (meant, html.unescape(meant)):
        at = source.find(form, start) if form else -1
        if at == start or (at >= 0 and len(form) >= MIN_CHARACTERS):
            return at, len(form)
    return start, 0


def _line(texts: Texts, name: str, number: int) -> str | None:
    """A line of a text, counted from 1, whatever its line ends are; None if there is none."""
    text = texts.get(name)
    if text is None or number < 1:
        return None
    if isinstance(text, bytes):
        raw = _part(text, b"\r", b"\n", number)
        line = None if raw is None else raw.decode(errors="replace")
    else:
        line = _part(text, "\r", "\n", number)
    return line.removeprefix("\ufeff") if line and number == 1 else line


def _part(text: AnyStr, carriage_return: AnyStr, newline: AnyStr, number: int) -> AnyStr | None:
    if carriage_return in text:
        text = text.replace(carriage_return + newline, newline).replace(carriage_return, newline)
    start = 0
    for _ in range(number - 1):
        start = text.find(newline, start) + 1
        if start == 0:
            return None
    end = text.find(newline, start)
    return text[start:] if end < 0 else text[start:end]


def _excerpt(file: str, number: int, line: str, start: int, end: int) -> Excerpt:
    """The part of a line that fits, with its marks where they then stand."""
    line = masked(line)
    start = min(start, len(line))
    low = _reach(reversed(line[max(0, start - MAX_CELLS) : start]), MAX_CELLS // 2)
    before = harmless(line[start - low : start])
    high = start + _reach(line[start : start + MAX_CELLS], MAX_CELLS - cells(before))
    meant = harmless(line[start : min(end, high)])
    after = harmless(line[max(start, min(end, high)) : high])
    before = (_CUT if start > low else "") + before
    text = before + meant + after + (_CUT if high < len(line) else "")
    if end <= 0:
        return Excerpt(file, number, text)
    return Excerpt(file, number, text, len(before), len(before) + max(len(meant), 1))


def _reach(characters: Iterable[str], room: int) -> int:
    """How many of these characters fit into so many cells."""
    fitting = 0
    for each in characters:
        room -= cells(_harmless(each))
        if room < 0:
            break
        fitting += 1
    return fitting


def harmless(text: str) -> str:
    """A line with everything written out that is not to be seen; what has been made harmless stays as it is."""
    return text if text.isprintable() else "".join(map(_harmless, text))


def _harmless(character: str) -> str:
    if character == "\t":
        return _TAB
    return character if character.isprintable() else character.encode("unicode_escape", "surrogatepass").decode()


def cells(text: str) -> int:
    """How many cells of a terminal a text takes that has been made harmless: what this Python's tables of characters do
    not know is written out in it, so what is left is known to them."""
    return len(text) if text.isascii() else sum(map(_cell, text))


def _cell(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
