"""`model-index`, the results of a model in the form of Papers with Code; its emissions; its picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import yaml

from cardgen.lint import yaml_values
from cardgen.lint.card import ReadCard
from cardgen.lint.rule import Problem, Rule
from cardgen.lint.words import quote


@dataclass(frozen=True)
class _Shape:
    """What a value must be: a text, anything, a mapping with some keys, or a list of such."""

    is_text: bool = False
    is_list: bool = False
    required: Mapping[str, _Shape] = field(default_factory=dict)
    optional: Mapping[str, _Shape] = field(default_factory=dict)


_TEXT = _Shape(is_text=True)
_ANYTHING = _Shape()
_METRICS = _Shape(is_list=True, required={"type": _TEXT, "value": _ANYTHING})
_RESULT = _Shape(
    is_list=True,
    required={
        "task": _Shape(required={"type": _TEXT}),
        "dataset": _Shape(
            required={"type": _TEXT, "name": _TEXT}, optional={"config": _TEXT, "split": _TEXT, "revision": _TEXT}
        ),
        "metrics": _METRICS,
    },
    optional={"source": _Shape(required={"url": _TEXT})},
)
_INDEX = _Shape(is_list=True, required={"name": _TEXT, "results": _RESULT})


def _model_index(card: ReadCard) -> Iterator[Problem]:
    """As huggingface.js has its types, and as the Hub says it: `"model-index[0].results[0].dataset.config" must be a
    string` (MDEL#34)."""
    key = card.keys.get("model-index")
    if key and not yaml_values.is_blank(key.value):
        yield from _misfits(card, key.value, _INDEX, "model-index", set())


def _misfits(card: ReadCard, node: yaml.Node, shape: _Shape, path: str, seen: set[int]) -> Iterator[Problem]:
    """What of a value does not fit its shape; what was looked at already stands there by an alias."""
    if shape.is_list and id(node) in seen:
        return
    seen.add(id(node) if shape.is_list else 0)
    if shape.is_list and not isinstance(node, yaml.SequenceNode):
        yield Problem(f"the Hub refuses {path}: it is no list", *card.span(node), "write a list")
    elif shape.is_list:
        for number, item in enumerate(yaml_values.items(node)):
            yield from _of_mapping(card, item, shape, f"{path}[{number}]", seen)
    elif shape.required:
        yield from _of_mapping(card, node, shape, path, seen)
    elif shape.is_text and not yaml_values.is_text(node):
        yield Problem(f"the Hub refuses {path}: it is no text", *card.span(node), "write a text, in quotes")


def _of_mapping(card: ReadCard, node: yaml.Node, shape: _Shape, path: str, seen: set[int]) -> Iterator[Problem]:
    if not isinstance(node, yaml.MappingNode):
        yield Problem(f"the Hub refuses {path}: it is no mapping", *card.span(node), "write `key: value` in it")
        return
    if id(node) in seen:
        return
    seen.add(id(node))
    stated = yaml_values.pairs(node)
    missing = [] if yaml_values.is_merged(node) else [name for name in shape.required if name not in stated]
    if missing:
        yield Problem(f"the Hub refuses {path}: it has no {' and no '.join(missing)}", *card.span(node), "add it")
    for name, inner in {**shape.required, **shape.optional}.items():
        if name in stated:
            yield from _misfits(card, stated[name].value, inner, f"{path}.{name}", seen)


def _emissions(card: ReadCard) -> Iterator[Problem]:
    key = card.keys.get("co2_eq_emissions")
    if key is None or not isinstance(key.value, yaml.MappingNode) or yaml_values.is_merged(key.value):
        return
    grams = yaml_values.pairs(key.value).get("emissions")
    if grams is None or yaml_values.kind(grams.value) != "number":
        yield Problem(
            "`co2_eq_emissions` has no number of `emissions`, so that the Hub shows none",
            *card.span(grams.value if grams else key.key),
            "write grams: `emissions: 1200`",
        )


def _thumbnail(card: ReadCard) -> Iterator[Problem]:
    key = card.keys.get("thumbnail")
    if key and yaml_values.is_text(key.value) and not key.value.value.startswith(("https://", "http://")):
        yield Problem(
            f"the thumbnail {quote(key.value.value)} is no address, so that no page shows it",
            *card.span(key.value),
            "write `https://…`",
        )


RULES = (
    Rule("model-index-broken", "front matter", "error", "The Hub refuses the model's results.", _model_index),
    Rule("emissions-wrong", "front matter", "warning", "Emissions have no number.", _emissions),
    Rule("thumbnail-wrong", "front matter", "warning", "The picture for previews has no address.", _thumbnail),
)
