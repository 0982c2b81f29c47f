"""What readers are asked before they get a gated repo (hub-docs, docs/hub/models-gated.md)."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from cardgen.lint import yaml_values
from cardgen.lint.card import ReadCard
from cardgen.lint.rule import Problem, Rule
from cardgen.lint.words import quote
from cardgen.vocabulary.fields import GATED_FIELD_TYPES

_HINT = "write `Your name: text`, or `{type: select, options: [a, b]}`"


def _fields(card: ReadCard) -> Iterator[Problem]:
    key = card.keys.get("extra_gated_fields")
    if key is None or yaml_values.is_blank(key.value):
        return
    if not isinstance(key.value, yaml.MappingNode):
        said = yaml_values.NAMES[yaml_values.kind(key.value)]
        yield Problem(
            f"`extra_gated_fields` is {said}; the Hub takes a mapping from each question to its type",
            *card.span(key.value),
            _HINT,
        )
    for name, pair in yaml_values.pairs(key.value).items():
        yield from _field(card, name, pair.key, pair.value)


def _field(card: ReadCard, name: str, key: yaml.Node, value: yaml.Node) -> Iterator[Problem]:
    stated = yaml_values.pairs(value)
    kind = stated["type"].value if "type" in stated else value
    if not isinstance(kind, yaml.ScalarNode) or yaml_values.is_blank(kind):
        yield Problem(f"the gated field {quote(name)} has no type", *card.span(key), _HINT)
    elif kind.value not in GATED_FIELD_TYPES:
        meant = GATED_FIELD_TYPES.nearest(kind.value)
        near = f"; did you mean {meant!r}?" if meant else ""
        yield Problem(
            f"the gated field {quote(name)} has the type {quote(kind.value)}, which the Hub does not know{near}",
            *card.span(kind),
            f"types are {', '.join(GATED_FIELD_TYPES)}",
            GATED_FIELD_TYPES.same(kind.value) or None,
        )
    elif kind.value == "select" and not _has_options(stated):
        yield Problem(f"the gated field {quote(name)} has no options", *card.span(kind), "add `options: [a, b]`")


def _has_options(stated: yaml_values.Pairs) -> bool:
    return "options" in stated and any(yaml_values.items(stated["options"].value))


RULES = (Rule("gated-field", "front matter", "warning", "A question before a gated repo cannot be shown.", _fields),)
