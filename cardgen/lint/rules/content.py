"""What was left in a text that was not meant to be published."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen.lint.card import ReadCard
from cardgen.lint.rule import Problem, Rule

_PLACEHOLDER = re.compile(r"\b(?:TBD|TODO|FIXME)\b|\bx{4,}(?:\.x+)?\b|\[More Information Needed\]")


def _placeholder(card: ReadCard) -> Iterator[Problem]:
    for found in _PLACEHOLDER.finditer(card.own):
        yield Problem(
            f"a placeholder was left in: {found[0]}", *found.span(), "write what belongs there, or leave the line out"
        )


RULES = (Rule("placeholder", "content", "warning", "A placeholder was left in.", _placeholder),)
