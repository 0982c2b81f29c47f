"""What is said of values that cannot be used."""

from __future__ import annotations

import yaml

from cardgen import yaml_nodes

UNPRINTABLE = "holds a control character or half a surrogate pair, which a card cannot carry"

HUB_KEYS = frozenset({
    "base_model", "configs", "dataset_info", "extra_gated_prompt", "language", "library_name", "license",
    "license_link", "license_name", "metrics", "new_version", "pipeline_tag", "pretty_name", "size_categories", "tags",
    "task_categories", "thumbnail", "widget",
})  # fmt: skip
"""Keys of the Hub's front matter that people write where they do not belong."""


def key_problem(key: yaml.Node, value: yaml.Node) -> str:
    """What is wrong with a key, or with what a merge key merges; an empty string if nothing."""
    if not isinstance(key, yaml.ScalarNode):
        return "a key must be text"
    if not yaml_nodes.has_plain_tag(key):
        return wrong_tag(key)
    if key.tag == yaml_nodes.MERGE:
        merged = value.value if isinstance(value, yaml.SequenceNode) else [value]
        wrong = any(not isinstance(each, yaml.MappingNode) for each in merged)
        return "a merge key (<<) takes a mapping, or a list of mappings" if wrong else ""
    if yaml_nodes.is_yaml11_boolean(key):
        return quote_it(key)
    return "" if yaml_nodes.is_printable(key.value) else UNPRINTABLE


def wrong_tag(node: yaml.Node) -> str:
    return f"the tag {short(node.tag)} is not read here; leave it out"


def quote_it(node: yaml.ScalarNode) -> str:
    return f'{node.value} is a boolean to YAML 1.1, which the Hub\'s tools read; quote it: "{node.value}"'


def expected(what: str, node: yaml.Node) -> str:
    advice = "; fill it in or leave it out" if yaml_nodes.is_null(node) else ""
    return f"expected {what}, got {describe(node)}{advice}"


def describe(node: yaml.Node) -> str:
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    if yaml_nodes.is_null(node):
        return "nothing"
    is_text = isinstance(node, yaml.ScalarNode) and isinstance(yaml_nodes.scalar(node), str)
    return short(node.value) if is_text else str(node.value)


def short(text: str) -> str:
    return repr(text if len(text) <= 100 else text[:97] + "…")
