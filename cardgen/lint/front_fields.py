"""The keys that the Hub knows, as rules ask for them where nobody says what a card is of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from cardgen.lint import yaml_values
from cardgen.lint.card import Key, ReadCard
from cardgen.vocabulary import fields
from cardgen.vocabulary.fields import Field

EITHER: Final[Mapping[str, Field]] = {**fields.DATASET, **fields.MODEL}


def known(card: ReadCard) -> Iterator[tuple[Key, Field]]:
    """The keys of a card that the Hub knows, on cards of its kind or on others; those without a value are left out."""
    for key in card.keys.values():
        field = EITHER.get(key.name)
        if field and not yaml_values.is_blank(key.value):
            yield key, field


def wants_text(name: str, in_list: bool) -> bool:
    """Whether a key takes nothing but text, by itself or in a list."""
    kinds = EITHER[name].kinds if name in EITHER else ()
    return ("texts" if in_list else "text") in kinds and {"text", "texts", "null"}.issuperset(kinds)
