"""What a manifest, or the command line, says of lint's rules: which to switch off where, and how grave they are.

Switches may be a stranger's. They hide findings, and the report says so, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from cardgen.links.patterns import fits

if TYPE_CHECKING:
    from cardgen.model import Severity


class Switch(Struct, frozen=True):
    """A rule that is off for some cards. In `cards`, `*` stands for anything; `until` is the last day: 2026-12-31."""

    rule: str
    reason: str
    cards: str = "*"
    until: str = ""

    def covers(self, rule: str, card: str) -> bool:
        return rule == self.rule and fits(card, self.cards.split("*"))

    def is_over(self, today: str) -> bool:
        return bool(self.until) and self.until < today


class Switches(Struct, frozen=True):
    """All that is said of rules. `optional` are groups of rules that are looked at only if somebody asks for them."""

    off: tuple[Switch, ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()


NO_SWITCHES: Final = Switches()


def joined(switches: Iterable[Switches]) -> Switches:
    """Several as one; of two severities of a rule, the later one counts."""
    switches = tuple(switches)
    return Switches(
        tuple(dict.fromkeys(switch for each in switches for switch in each.off)),
        {rule: severity for each in switches for rule, severity in each.severities.items()},
        frozenset().union(*(each.optional for each in switches)),
    )
