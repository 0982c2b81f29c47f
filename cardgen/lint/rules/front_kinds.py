"""What kind of value each key has: a text, a list, a mapping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import yaml

from cardgen import hub_rules
from cardgen.lint import front_fields, yaml_values
from cardgen.lint.card import Key, ReadCard
from cardgen.lint.rule import Problem, Rule
from cardgen.vocabulary.fields import Field

_JUDGED_ELSEWHERE: Final = frozenset({"configs", "dataset_info", "extra_gated_fields", "model-index", "widget"})
_REFUSED: Final = frozenset({"language", "license", "tags"})
"""Keys of which the Hub refuses what is no text, nor a list of texts."""


def _refused(card: ReadCard) -> Iterator[Problem]:
    """`"widget" must be an array` (ostris/ai-toolkit#260); the types of the rest are those of huggingface.js."""
    for refusal in hub_rules.in_node(card.node) if isinstance(card.node, yaml.MappingNode) else ():
        if refusal.about == "kind":
            yield Problem(
                f"the Hub refuses every card like this: {refusal.reason}", *card.span(refusal.node), "write a list"
            )
    for key, _ in front_fields.known(card):
        for node in _no_texts(key) if key.name in _REFUSED else ():
            said = yaml_values.NAMES[yaml_values.kind(node)]
            yield Problem(
                f"{key.name!r} holds {said}, and the Hub takes nothing but texts", *card.span(node), "write a text"
            )


def _no_texts(key: Key) -> Iterator[yaml.Node]:
    """What in a value is a mapping or a list of its own; where a list is wanted, a number too."""
    is_number = key.name == "tags" and yaml_values.kind(key.value) in {"flag", "number"}
    if isinstance(key.value, yaml.MappingNode) or is_number:
        yield key.value
    yield from (node for node in yaml_values.items(key.value) if isinstance(node, yaml.CollectionNode))


def _wrong(card: ReadCard) -> Iterator[Problem]:
    for key, field in front_fields.known(card):
        if key.name in _JUDGED_ELSEWHERE or (key.name in _REFUSED and any(_no_texts(key))):
            continue
        if not _fits(key, field):
            wanted = " or ".join(yaml_values.NAMES[each] for each in field.kinds if each != "null")
            said = yaml_values.NAMES[yaml_values.kind(key.value)]
            yield Problem(f"{key.name!r} is {said}, and {wanted} is wanted", *card.span(key.value), f"write {wanted}")
        elif "texts" in field.kinds:
            yield from _items(card, key)


def _fits(key: Key, field: Field) -> bool:
    """Text that YAML takes for something else is another rule's."""
    kind = yaml_values.kind(key.value)
    is_trap = "text" in field.kinds and kind in {"flag", "number"} and "number" not in field.kinds
    is_empty_list = isinstance(key.value, yaml.SequenceNode) and not key.value.value
    return kind in field.kinds or is_trap or is_empty_list


def _items(card: ReadCard, key: Key) -> Iterator[Problem]:
    for node in yaml_values.items(key.value):
        if isinstance(node, yaml.CollectionNode):
            said = yaml_values.NAMES[yaml_values.kind(node)]
            yield Problem(f"{key.name!r} has {said} in its list, and takes texts", *card.span(node), "write a text")


RULES = (
    Rule("kind-refused", "front matter", "error", "The Hub refuses what kind a value is of.", _refused),
    Rule("kind-wrong", "front matter", "warning", "A value is of another kind than its key takes.", _wrong),
)
