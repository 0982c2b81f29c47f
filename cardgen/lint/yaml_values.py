"""What a node of the front matter holds, for rules."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from cardgen import yaml_nodes


def scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """A scalar, or the scalars of a list: most keys take one text or several."""
    for each in node.value if isinstance(node, yaml.SequenceNode) else [node]:
        if isinstance(each, yaml.ScalarNode):
            yield each


def texts(node: yaml.Node) -> frozenset[str]:
    """The texts of a scalar, or of a list of them."""
    return frozenset(str(each.value) for each in scalars(node))


def has_value(node: yaml.Node) -> bool:
    """Whether a node says something: null, an empty text and an empty list do not."""
    return bool(node.value) and not yaml_nodes.is_null(node)
