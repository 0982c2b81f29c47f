"""What a node of the front matter holds, for rules."""

from __future__ import annotations

from collections.abc import Iterator

import yaml


def scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """A scalar, or the scalars of a list: most keys take one text or several."""
    for each in node.value if isinstance(node, yaml.SequenceNode) else [node]:
        if isinstance(each, yaml.ScalarNode):
            yield each


def texts(node: yaml.Node) -> frozenset[str]:
    """The texts of a scalar, or of a list of them."""
    return frozenset(str(each.value) for each in scalars(node))
