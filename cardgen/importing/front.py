"""The front matter of a card as values, read safely: no tag builds anything, and no alias grows without end."""

from __future__ import annotations

from typing import Any, Final

import yaml

from cardgen import yaml_nodes
from cardgen.importing.values import Note, note
from cardgen.model import CardData

MAX_VALUES: Final = 20_000
"""Values that one front matter may come to once its aliases are followed."""

OTHERS: Final = frozenset({"dataset_info", "configs", "model-index", "widget", "train-eval-index"})
"""Keys that other tools write, and that must stay theirs: a manifest that states them would take them over."""


class _RefusedError(Exception):
    """Why front matter is not read."""


def read(text: str, card: str, first: int, owned: frozenset[str]) -> tuple[CardData, list[Note]]:
    """The card data in YAML text that begins in line `first` of `card`, and what is left out of it.

    `owned` are the keys that cardgen wrote, where it did: then the others are somebody else's.
    """
    notes = [
        note(f"a comment in the front matter: {line.strip()}", card, number)
        for number, line in enumerate(text.splitlines(), first)
        if line.startswith("#")
    ]
    try:
        data = _mapping(text)
    except yaml_nodes.YamlError as error:
        return {}, [*notes, note(f"the front matter is not YAML: {error.message}", card, first + error.line - 1)]
    except _RefusedError as error:
        return {}, [*notes, note(f"the front matter is left out: {error}", card, first)]
    kept = {key: value for key, value in data.items() if (key in owned if owned else key not in OTHERS)}
    if left := [key for key in data if key not in kept]:
        notes.append(note(f"left to those who write it: {', '.join(left)} in the front matter", card, first))
    return kept, notes


def _mapping(text: str) -> dict[str, Any]:
    root = yaml_nodes.compose(text)
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        raise _RefusedError("it is not a mapping of keys to values")
    value = _Walk().value(root)
    return value if isinstance(value, dict) else {}


class _Walk:
    """One walk over the nodes of a front matter."""

    def __init__(self) -> None:
        self._left = MAX_VALUES
        self._open: set[int] = set()

    def value(self, node: yaml.Node) -> Any:
        self._left -= 1
        if self._left < 0:
            raise _RefusedError(f"it holds more than {MAX_VALUES:,} values")
        if id(node) in self._open:
            raise _RefusedError("an alias contains itself")
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        self._open.add(id(node))
        try:
            return self._collection(node)
        finally:
            self._open.discard(id(node))

    def _collection(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item) for item in node.value]
        found: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key, item in node.value:
            value = self.value(item)
            if key.tag == yaml_nodes.MERGE:
                for other in value if isinstance(value, list) else [value]:
                    merged = (other if isinstance(other, dict) else {}) | merged
            elif isinstance(key, yaml.ScalarNode) and yaml_nodes.is_printable(key.value):
                found[key.value] = value
        return merged | found


def _scalar(node: yaml.ScalarNode) -> Any:
    """What a scalar means; `no` is the text that its author meant, and what a card cannot carry goes."""
    value = str(node.value) if yaml_nodes.is_yaml11_boolean(node) else yaml_nodes.scalar(node)
    if isinstance(value, str) and not yaml_nodes.is_printable(value):
        return "".join(character for character in value if yaml_nodes.is_printable(character))
    return value
