"""Every rule there is. A group of rules is a module in `rules/`; its order there is the order of findings in a card."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeVar

from cardgen.lint.rule import OPTIONAL, FamilyRule, HubRule, Rule
from cardgen.lint.rules import (
    access,
    blocks,
    bytes,
    citation,
    colours,
    content,
    eu,
    facts,
    family_tables,
    foreign_text,
    front_configs,
    front_gating,
    front_keys,
    front_kinds,
    front_license,
    front_repos,
    front_results,
    front_tags,
    front_words,
    front_yaml,
    headings,
    hidden,
    html,
    hub,
    links,
    missing,
    opening,
    place,
    siblings,
    styles,
    tables,
    usage,
)

_Any = TypeVar("_Any", Rule, FamilyRule)

_FRONT_MATTER: Final = (
    *front_yaml.RULES,
    *front_keys.RULES,
    *front_kinds.RULES,
    *front_words.RULES,
    *front_license.RULES,
    *front_repos.RULES,
    *front_tags.RULES,
    *front_gating.RULES,
    *front_configs.RULES,
    *front_results.RULES,
    *missing.RULES,
)
OF_CARDS: Final[tuple[Rule, ...]] = (
    *_FRONT_MATTER,
    *bytes.RULES,
    *opening.RULES,
    *html.RULES,
    *blocks.RULES,
    *headings.RULES,
    *tables.RULES,
    *foreign_text.RULES,
    *hidden.RULES,
    *styles.RULES,
    *colours.RULES,
    *access.RULES,
    *content.RULES,
    *links.RULES,
    *usage.RULES,
    *citation.RULES,
    *eu.RULES,
)
OF_FAMILIES: Final[tuple[FamilyRule, ...]] = (*place.RULES, *siblings.RULES, *family_tables.RULES, *facts.RULES)
OF_HUB: Final[tuple[HubRule, ...]] = hub.RULES
AnyRule = Rule | FamilyRule | HubRule
_EVERY: tuple[AnyRule, ...] = (*OF_CARDS, *OF_HUB, *OF_FAMILIES)
ALL: Final[Mapping[str, AnyRule]] = {rule.id: rule for rule in _EVERY}


def wanted(rules: Iterable[_Any], optional: frozenset[str]) -> Iterator[_Any]:
    """The rules without those of optional groups that nobody asked for."""
    return (rule for rule in rules if rule.group not in OPTIONAL or rule.group in optional)
