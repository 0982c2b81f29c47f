"""What stands under the headings of a card: content is counted, headings are not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from cardgen.lint.card import ReadCard

_BOLD = re.compile(r"^ {0,3}(?P<run>\*\*|__)(?P<text>[^*_\n]{1,80})(?P=run):?[ \t]*$", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]{2,}")
_SAYS_NOTHING = re.compile(
    r"\[More Information Needed\]|\b(?:TBD|TODO|N/?A|coming soon|to be (?:added|announced|determined))\b", re.IGNORECASE
)
_BOLD_LEVEL: Final = 7


class Section(NamedTuple):
    """A part of a card under a heading, or under a line that is bold as a whole; its subsections are part of it."""

    title: str
    start: int
    end: int


@lru_cache(maxsize=4)
def sections(card: ReadCard) -> Sequence[Section]:
    """The sections of a card, in order; several rules ask for them, one after the other."""
    heads = [(each.start, each.end, each.level, each.text) for each in card.headings]
    heads += [(*found.span(), _BOLD_LEVEL, found["text"]) for found in _BOLD.finditer(card.prose)]
    heads.sort()
    return tuple(
        Section(text, end, next((start for start, _, other, _ in heads[number + 1 :] if other <= level), len(card.own)))
        for number, (_, end, level, text) in enumerate(heads)
    )


def under(card: ReadCard, called: re.Pattern[str]) -> Iterator[Section]:
    """The sections whose titles match."""
    return (each for each in sections(card) if called.search(each.title))


def words(card: ReadCard, start: int, end: int) -> int:
    """How many words there are to read in a part of a card. Headings, code, addresses and placeholders are none."""
    pieces, at = [], start
    for heading in card.headings:
        if start <= heading.start < end:
            pieces.append(card.words[at : heading.start])
            at = heading.end
    text = " ".join([*pieces, card.words[at:end]])
    return len(_WORD.findall(_SAYS_NOTHING.sub(" ", text)))
