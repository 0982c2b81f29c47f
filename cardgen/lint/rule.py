"""What a rule is, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cardgen.lint.card import ReadCard
from cardgen.lint.family import Family, Member
from cardgen.model import Severity

if TYPE_CHECKING:
    from cardgen.lint.answers import Answer

Group = Literal[
    "front matter",
    "structure",
    "content",
    "family",
    "foreign text",
    "hidden text",
    "accessibility",
    "facts",
    "completeness",
    "eu",
]
"""What a rule is about; the pages of the rules are ordered by it."""

OPTIONAL: frozenset[Group] = frozenset({"eu"})
"""Groups whose rules are looked at only where a manifest, or the command line, asks for them."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a card.

    `start` and `end` are offsets in its text; without them it is the card as a whole. `hint` says how to mend it,
    `mended` is what may safely stand there instead: what a reader sees, and what the Hub makes of the card, is then as
    it was meant. `source` is where in a manifest it comes from, if the rule knows. A rule of families, which sees no
    text, may know the `line`.
    """

    message: str
    start: int = -1
    end: int = -1
    hint: str = ""
    mended: str | None = None
    source: str = ""
    line: int = 0


CardCheck = Callable[[ReadCard], Iterator[Problem]]
HubCheck = Callable[[ReadCard, "Answer"], Iterator[Problem]]
FamilyCheck = Callable[[Family], Iterator[tuple[Member, Problem]]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that lint looks for in every card by itself. `summary` is a sentence that says what is wrong.

    An error is what the Hub refuses, or what surely takes something from every reader; all else is a warning.
    """

    id: str
    group: Group
    severity: Severity
    summary: str
    check: CardCheck


@dataclass(frozen=True, slots=True)
class FamilyRule:
    """One thing that lint looks for in cards beside each other, and in what their manifests say."""

    id: str
    group: Group
    severity: Severity
    summary: str
    check: FamilyCheck


@dataclass(frozen=True, slots=True)
class HubRule:
    """What the Hub itself says of a card, where somebody asks it."""

    id: str
    group: Group
    severity: Severity
    summary: str
    check: HubCheck
