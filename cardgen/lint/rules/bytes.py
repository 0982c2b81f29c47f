"""What is wrong with a card before anybody reads it: its size, its encoding, its line ends.

Limits and what the Hub makes of line ends: its REGEX_YAML_BLOCK, shared with huggingface_hub's repocard.py, and
"files larger than 10 MiB", its refusal of a commit (seen in embeddings-benchmark/mteb#1368).
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import Final

from cardgen import front_matter
from cardgen.lint.card import ReadCard
from cardgen.lint.rule import Problem, Rule

MAX_BYTES: Final = 10 * 1024 * 1024
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]+")


def _large(card: ReadCard) -> Iterator[Problem]:
    if (size := len(card.data)) > MAX_BYTES:
        yield Problem(
            f"the card has {size / 1024 / 1024:.1f} MiB; the Hub refuses a README of more than 10",
            hint="put what is long into a file of its own, and link it",
        )


def _no_text(card: ReadCard) -> Iterator[Problem]:
    try:
        card.data.decode()
    except UnicodeDecodeError as error:
        at = len(front_matter.readable(card.data[: error.start].decode()))
        yield Problem(
            f"the card is not UTF-8: its byte {error.start + 1:,} cannot be read", at, at + 1, "save the file as UTF-8"
        )
    if found := _NO_TEXT.search(card.own):
        yield Problem(
            f"the card is no plain text: it has the control character U+{ord(found[0][0]):04X}", *found.span(),
            "save the file as plain text, without that character",
        )  # fmt: skip


def _mark(card: ReadCard) -> Iterator[Problem]:
    if card.front and card.data.startswith(BOM_UTF8):
        yield Problem(
            "a byte order mark stands before the front matter: tools that match it at the very start see none", 0, 0,
            "save the file as UTF-8 without a byte order mark",
        )  # fmt: skip


def _returns(card: ReadCard) -> Iterator[Problem]:
    """The fence that closes needs LF or CRLF, that which opens does not."""
    if card.front and b"\r" in card.data and not front_matter.split(_as_the_hub_has_it(card.data))[0]:
        yield Problem(
            "lines end in a lone CR, so that the Hub sees no front matter",
            0,
            0,
            "save the file with LF as its line end",
        )


def _as_the_hub_has_it(data: bytes) -> str:
    return data.removeprefix(BOM_UTF8).decode(errors="replace")


RULES = (
    Rule("card-too-large", "structure", "error", "The card is larger than the Hub takes.", _large),
    Rule("not-text", "structure", "error", "The card is no plain text in UTF-8.", _no_text),
    Rule("byte-order-mark", "structure", "warning", "A byte order mark stands before the front matter.", _mark),
    Rule("carriage-returns", "structure", "error", "The card's line ends hide its front matter.", _returns),
)
