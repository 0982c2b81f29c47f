"""What in a card's front matter makes the Hub refuse every commit of it, as far as that is known from outside.

A key holds neither `.` nor `$` (huggingface_hub#1114), `widget` is a list (ostris/ai-toolkit#260), languages are in
lower case (huggingface_hub#3862). The Hub also has a closed list of licenses (huggingface_hub#4218); it grows, so
that a license is left to the Hub to judge, which it does before anything is written. The local hub has rules of its
own: what tests each other must not share them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from cardgen import yaml_nodes


@dataclass(frozen=True, slots=True)
class Refusal:
    """A key of the front matter, as it is written, and why the Hub refuses a card that has it."""

    key: str
    reason: str


def refusals(lines: str) -> tuple[Refusal, ...]:
    """What the Hub refuses in a front matter (without fences); YAML that cannot be read is somebody else's to tell."""
    try:
        root = yaml_nodes.compose(lines)
    except yaml_nodes.YamlError:
        return ()
    return tuple(_refusals(root)) if isinstance(root, yaml.MappingNode) else ()


def _refusals(root: yaml.MappingNode) -> Iterator[Refusal]:
    for key, value in root.value:
        name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
        if "." in name or "$" in name:
            yield Refusal(name, f"the key {name!r} holds a '.' or a '$'")
        if name == "widget" and not (isinstance(value, yaml.SequenceNode) or yaml_nodes.is_null(value)):
            yield Refusal(name, "`widget` is no list")
        if name == "language" and (wrong := next(_upper(value), None)):
            yield Refusal(name, f"the language {wrong!r} is not in lower case")


def _upper(value: yaml.Node) -> Iterator[str]:
    each = value.value if isinstance(value, yaml.SequenceNode) else [value]
    texts = (str(node.value) for node in each if isinstance(node, yaml.ScalarNode))
    return (text for text in texts if text != text.lower())
