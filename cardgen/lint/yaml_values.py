"""What a node of the front matter holds, for rules. An alias may stand in many places: no rule looks at it twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

import yaml

from cardgen import yaml_nodes
from cardgen.vocabulary.fields import Kind

_KINDS: Final[Mapping[str, Kind]] = {
    "tag:yaml.org,2002:null": "null",
    "tag:yaml.org,2002:bool": "flag",
    "tag:yaml.org,2002:int": "number",
    "tag:yaml.org,2002:float": "number",
}

NAMES: Final[Mapping[Kind, str]] = {
    "text": "a text",
    "texts": "a list of texts",
    "mapping": "a mapping",
    "mappings": "a list of mappings",
    "flag": "true or false",
    "number": "a number",
    "null": "nothing",
}
"""What people call a kind."""


class Pair(NamedTuple):
    """A key of a mapping, and its value."""

    key: yaml.ScalarNode
    value: yaml.Node


Pairs = Mapping[str, Pair]
"""A mapping by the names of its keys."""


def scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """A scalar, or the scalars of a list: most keys take one text or several."""
    for each in node.value if isinstance(node, yaml.SequenceNode) else [node]:
        if isinstance(each, yaml.ScalarNode):
            yield each


def texts(node: yaml.Node) -> frozenset[str]:
    """The texts of a scalar, or of a list of them."""
    return frozenset(str(each.value) for each in scalars(node))


def is_text(node: yaml.Node) -> bool:
    """Whether YAML takes it for text that is not empty."""
    return isinstance(node, yaml.ScalarNode) and kind(node) == "text" and bool(node.value.strip())


def kind(node: yaml.Node) -> Kind:
    """What a node is; a list is one of mappings if nothing else is in it, and a date is text to the Hub."""
    if isinstance(node, yaml.MappingNode):
        return "mapping"
    if isinstance(node, yaml.SequenceNode):
        items = node.value
        return "mappings" if items and all(isinstance(each, yaml.MappingNode) for each in items) else "texts"
    return _KINDS.get(node.tag, "text")


def pairs(node: yaml.Node) -> Pairs:
    """The keys of a mapping with their values, of which the last of a name counts; none if it is no mapping."""
    found = node.value if isinstance(node, yaml.MappingNode) else []
    return {key.value: Pair(key, value) for key, value in found if isinstance(key, yaml.ScalarNode)}


def items(node: yaml.Node) -> Iterator[yaml.Node]:
    """The items of a list, each once; none if it is no list."""
    return distinct(node.value) if isinstance(node, yaml.SequenceNode) else iter(())


def distinct(nodes: Iterable[yaml.Node]) -> Iterator[yaml.Node]:
    """Nodes without those that were there before."""
    return iter({id(node): node for node in nodes}.values())


def is_merged(node: yaml.Node) -> bool:
    """Whether a mapping takes keys from elsewhere, so that one may be there though it is not seen."""
    return any(each.key.tag == yaml_nodes.MERGE for each in pairs(node).values())


def is_blank(node: yaml.Node) -> bool:
    """Whether it is null, or an empty text: the Hub takes such a key for absent."""
    return isinstance(node, yaml.ScalarNode) and (not node.value or yaml_nodes.is_null(node))


def has_value(node: yaml.Node) -> bool:
    """Whether a node says something: null, an empty text and an empty list do not."""
    return bool(node.value) and not yaml_nodes.is_null(node)
