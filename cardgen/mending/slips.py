"""What lint can mend by itself: in a card in its place, in a manifest where it is stated.

Nothing is believed: what was mended is looked at again, and counts only if the finding is then gone and no other has
come.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from cardgen import front_matter, lint
from cardgen.lint.card import ReadCard, of_bytes
from cardgen.mending import Mended
from cardgen.model import Finding, Fix
from cardgen.pulling.source import Source

Said = Counter[tuple[str, str]]
"""How often each rule finds something on each card. Its words may change: they quote what was mended."""

MAX_TRIES: Final = 200
"""Slips that are mended one by one in one run: each is looked at again."""

_NO_TEXT = "\ufffd"


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """A place in a manifest, as an offset, what stands there, and what shall stand there."""

    start: int
    old: str
    new: str


def in_card(card: ReadCard, findings: Iterable[Finding]) -> Mended:
    """A card with everything mended that can be; line ends, and every other byte, stay as they are."""
    before = card.data.decode("utf-8", "replace")
    fixes = sorted({each.fix for each in findings if each.fix}, key=lambda fix: (-fix.start, fix.end))
    if _NO_TEXT in before:
        fixes = []  # it could not be written again as it is
    at_once = _spliced_all(before, fixes)
    after = at_once if _is_better(card, before, at_once) else _one_by_one(card, before, fixes[:MAX_TRIES])
    return Mended(card.name, before, after, frozenset())


def _spliced_all(text: str, fixes: Iterable[Fix]) -> str:
    for fix in fixes:
        text = _spliced(text, fix)
    return text


def _one_by_one(card: ReadCard, text: str, fixes: Iterable[Fix]) -> str:
    for fix in fixes:
        changed = _spliced(text, fix)
        text = changed if _is_better(card, text, changed) else text
    return text


def _is_better(card: ReadCard, before: str, after: str) -> bool:
    return _of_card(card, after) < _of_card(card, before)


def _spliced(text: str, fix: Fix) -> str:
    """The text of a file with a fix, whose offsets are those of the text as rules look at it."""
    skipped = len(text) - len(text.removeprefix("\ufeff"))
    returns = [found.start() - number for number, found in enumerate(re.finditer("\r\n", text[skipped:]))]

    def place(offset: int) -> int:
        return skipped + offset + bisect_left(returns, offset)

    new = fix.text.replace("\n", "\r\n") if returns else fix.text
    return text[: place(fix.start)] + new + text[place(fix.end) :]


def _of_card(card: ReadCard, text: str) -> Said:
    read = of_bytes(card.name, text.encode("utf-8", "replace"), card.key, card.known_type)
    return _said(lint.of_texts([read]))


def in_manifest(source: Source, findings: Iterable[Finding]) -> Mended:
    """A manifest with everything mended that can be. What stands in a template, or is put together, is left."""
    said, text = _of_manifest(source), source.text
    for edit in sorted(set(_edits(source, findings)), reverse=True)[:MAX_TRIES]:
        changed = source.with_whole(source.text[: edit.start] + edit.new + source.text[edit.start + len(edit.old) :])
        after = _of_manifest(changed) if changed else said
        if changed and after < said:
            source, said = changed, after
    return Mended(source.file, text, source.text, frozenset())


def _edits(source: Source, findings: Iterable[Finding]) -> Iterator[Edit]:
    """Where the manifest states what lint would mend, word for word."""
    texts = {card.repo.path: card.text for card in source.cards.values()}
    starts = [0, *(found.end() for found in re.finditer("\n", source.text))]
    for each in findings:
        file, _, place = each.source.rpartition(":")[0].rpartition(":")
        if each.fix and file == source.file and each.card in texts:
            old = front_matter.readable(texts[each.card])[each.fix.start : each.fix.end]
            start = starts[int(place) - 1] + int(each.source.rpartition(":")[2]) - 1
            if source.text.startswith(old, start):
                yield Edit(start, old, each.fix.text)


def _of_manifest(source: Source) -> Said:
    return _said(lint.findings([source.collection], tuple(source.cards.values())))


def _said(findings: Iterable[Finding]) -> Said:
    return Counter((each.rule, each.card) for each in findings)
