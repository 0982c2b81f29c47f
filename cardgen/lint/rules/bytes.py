"""What is wrong with a card before anybody reads it: its size, its encoding, its line ends.

Limits and what the Hub makes of line ends: its REGEX_YAML_BLOCK, shared with huggingface_hub's repocard.py, and
"files larger than 10 MiB", its refusal of a commit (seen in embeddings-benchmark/mteb#1368).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cardgen.lint.card import ReadCard
from cardgen.lint.rule import Problem, Rule

MAX_BYTES: Final = 10 * 1024 * 1024
_LONGEST: Final = 4  # bytes of one character in UTF-8
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def _large(card: ReadCard) -> Iterator[Problem]:
    if (size := _size(card)) > MAX_BYTES:
        yield Problem(
            f"the card has {size / 1024 / 1024:.1f} MiB; the Hub refuses a README of more than 10",
            hint="put what is long into a file of its own, and link it",
        )


def _size(card: ReadCard) -> int:
    if card.written:
        return card.written.size
    return len(card.text.encode(errors="replace")) if len(card.text) * _LONGEST > MAX_BYTES else 0


def _no_text(card: ReadCard) -> Iterator[Problem]:
    broken = card.written.readable if card.written else None
    if broken is not None:
        at = card.text.find("\ufffd")
        yield Problem(
            f"the card is not UTF-8: byte {broken + 1:,} cannot be read", at, at + 1, "save the file as UTF-8"
        )
    if found := _NO_TEXT.search(card.own):
        yield Problem(
            f"the card is no plain text: it has the control character U+{ord(found[0]):04X}", *found.span(),
            "save the file as plain text, without that character", mended="",
        )  # fmt: skip


def _mark(card: ReadCard) -> Iterator[Problem]:
    if card.written and card.written.has_mark and card.front:
        yield Problem(
            "a byte order mark stands before the front matter: tools that match it at the very start see none",
            0,
            0,
            "save the file as UTF-8 without a byte order mark",
        )


def _returns(card: ReadCard) -> Iterator[Problem]:
    if card.written and card.written.has_returns:
        yield Problem(
            "lines end in a lone CR, so that the Hub sees no front matter",
            0,
            0,
            "save the file with LF as its line end",
        )


RULES = (
    Rule("card-too-large", "structure", "error", "The card is larger than the Hub takes.", _large),
    Rule("not-text", "structure", "error", "The card is no plain text in UTF-8.", _no_text),
    Rule("byte-order-mark", "structure", "warning", "A byte order mark stands before the front matter.", _mark),
    Rule("carriage-returns", "structure", "error", "The card's line ends hide its front matter.", _returns),
)
