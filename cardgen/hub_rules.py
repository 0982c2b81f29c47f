"""What in a card's front matter makes the Hub refuse every commit of it, as far as that is known from outside.

A key holds neither `.` nor `$` (huggingface_hub#1114), `widget` is a list (ostris/ai-toolkit#260), languages are in
lower case (huggingface_hub#3862). The Hub also has closed lists, of licenses (huggingface_hub#4218) and others; they
grow, so that a push leaves them to the Hub to judge, which it does before anything is written, and only lint, which a
manifest can switch off, compares with them. The local hub has rules of its own: what tests each other must not share
them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import yaml

from cardgen import yaml_nodes

About = Literal["key", "kind", "language"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A key of the front matter, as it is written, and why the Hub refuses a card that has it.

    `about` is what is wrong: the key itself, what kind its value is of, or a language; `node` is where.
    """

    key: str
    reason: str
    about: About
    node: yaml.Node


def refusals(lines: str) -> tuple[Refusal, ...]:
    """What the Hub refuses in a front matter (without fences), once for each key; YAML that cannot be read is somebody
    else's to tell."""
    try:
        root = yaml_nodes.compose(lines)
    except yaml_nodes.YamlError:
        return ()
    found: dict[tuple[str, About], Refusal] = {}
    for each in in_node(root) if root else ():
        found.setdefault((each.key, each.about), each)
    return tuple(found.values())


def in_node(root: yaml.Node) -> Iterator[Refusal]:
    """All of it, in a front matter that was read already. Of a key that is stated twice, the last one counts."""
    pairs = root.value if isinstance(root, yaml.MappingNode) else ()
    last = {key.value: (key, value) for key, value in pairs if isinstance(key, yaml.ScalarNode)}
    for name, (key, value) in last.items():
        if "." in name or "$" in name:
            yield Refusal(name, f"the key {name!r} holds a '.' or a '$'", "key", key)
        if name == "widget" and not (isinstance(value, yaml.SequenceNode) or yaml_nodes.is_null(value)):
            yield Refusal(name, "`widget` is no list", "kind", value)
        if name == "language":
            yield from (
                Refusal(name, f"the language {each.value!r} is not in lower case", "language", each)
                for each in _upper(value)
            )


def _upper(value: yaml.Node) -> Iterator[yaml.ScalarNode]:
    each = value.value if isinstance(value, yaml.SequenceNode) else [value]
    scalars = (node for node in each if isinstance(node, yaml.ScalarNode) and not yaml_nodes.is_null(node))
    return (node for node in scalars if node.value != node.value.lower())
