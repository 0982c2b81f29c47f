"""One value of a YAML text, written anew; every other character stays.

A round trip through a YAML library does not keep flow mappings in lists, blanks, or the indentation of a file. So
the text of the value alone is replaced. How a value is best written depends on what stands around it: several ways
are tried, and the first is taken that leaves every other value as it is when the text is read again. So nothing
that somebody wrote into a card can become anything but this value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import yaml

from cardgen import front_matter, yaml_nodes
from cardgen.pulling import writing

Path = tuple[str | int, ...]

MAX_CHARACTERS: Final = 200_000
"""A longer value is nobody's edit of a card."""

LONG: Final = 100
"""Characters that a line with brackets or braces may have."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a path leads as far as it leads: the node, the keys that are not there, and what the node stands in."""

    root: yaml.Node
    node: yaml.Node
    missing: tuple[str, ...]
    in_flow: bool
    column: int


def set_text(text: str, path: Path, value: str) -> str | None:
    """The YAML text with a text value at `path`; None where there is no way to write it."""
    spot = find(text, path)
    if spot is None or len(value) > MAX_CHARACTERS:
        return None
    return _first_good(text, spot, value, lambda node: _reads_as(node, value))


def set_data(text: str, path: Path, value: Any) -> str | None:
    """The YAML text with any value at `path`, mappings on the way included; None where there is no way."""
    spot = find(text, path)
    if spot is None or len(repr(value)) > MAX_CHARACTERS:
        return None
    wanted = front_matter.dump_flow(value)
    return _first_good(text, spot, value, lambda node: _data(node) == wanted)


def find(text: str, path: Path) -> Spot | None:
    """Where a path leads; None if something other than a mapping or list stands in the way."""
    return find_in(yaml_nodes.compose(text), path)


def find_in(root: yaml.Node | None, path: Path) -> Spot | None:
    """The same in a tree."""
    node = root
    in_flow, column = False, 0
    for index, step in enumerate(path):
        inner = _step(node, step)
        if inner is None:
            keys = tuple(each for each in path[index:] if isinstance(each, str))
            if root and isinstance(node, yaml.MappingNode) and len(keys) == len(path) - index:
                return Spot(root, node, keys, in_flow or bool(node.flow_style), column)
            return None
        in_flow = in_flow or bool(isinstance(node, yaml.CollectionNode) and node.flow_style)
        column, node = inner
    return Spot(root, node, (), in_flow, column) if root and node else None


def _step(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node] | None:
    """The column of what a step leads to, and its node; what a merge key adds is not there."""
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.start_mark.column, node.value[step]
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == step and key.tag != yaml_nodes.MERGE:
                return key.start_mark.column, value
    return None


def _first_good(text: str, spot: Spot, value: Any, is_wanted: Callable[[yaml.Node], bool]) -> str | None:
    newline = "\r\n" if "\r\n" in text else "\n"
    ways = _insertions(text, spot, value) if spot.missing else _replacements(text, spot, value)
    for start, end, written in ways:
        candidate = text[:start] + written.replace("\r\n", "\n").replace("\n", newline) + text[end:]
        try:
            after = yaml_nodes.compose(candidate)
        except yaml_nodes.YamlError:
            continue
        if after and _Comparison(spot, is_wanted).same(spot.root, after):
            return candidate
    return None


def _replacements(text: str, spot: Spot, value: Any) -> Iterator[tuple[int, int, str]]:
    start, end = writing.span(text, spot.node)
    if isinstance(spot.node, yaml.ScalarNode) and isinstance(value, str):
        for written in writing.ways(text[start:end], str(spot.node.value), value, spot.column + 2, spot.in_flow):
            yield start, end, written if start < end else f" {written}"
        return
    if isinstance(spot.node, yaml.SequenceNode) and isinstance(value, list) and not spot.node.flow_style:
        yield from writing.list_changes(text, spot.node, value)
    yield start, writing.content_end(text, spot.node), front_matter.dump_flow(value)


def _insertions(text: str, spot: Spot, value: Any) -> Iterator[tuple[int, int, str]]:
    """A new key at the end of a mapping that is there."""
    if spot.in_flow:
        yield _insert(text, spot, [_braced(spot.missing, value)])
    else:
        lines = _lines(spot.missing, value)
        yield _insert(text, spot, lines)
        yield _insert(text, spot, lines, past_blanks=True)
        yield _insert(text, spot, [_braced(spot.missing, value)])


def insertion(text: str, spot: Spot, written: str) -> tuple[int, int, str]:
    """Where a key that is not there goes in, with a value that is YAML already, and what goes in."""
    return _insert(text, spot, [f"{front_matter.dump_flow(spot.missing[0])}: {written}"])


def _insert(text: str, spot: Spot, lines: list[str], *, past_blanks: bool = False) -> tuple[int, int, str]:
    entries = spot.node.value
    if not entries:
        return (at := spot.node.start_mark.index + 1), at, lines[0]
    key, value = entries[-1]
    end = value.end_mark.index if past_blanks else writing.content_end(text, value, key.end_mark.index)
    if spot.in_flow:
        return end, end, f", {lines[0]}"
    added = "".join(f"{' ' * key.start_mark.column}{line}\n" for line in lines)
    at = text.find("\n", max(end - 1, 0)) + 1
    return (at, at, added) if at else (len(text), len(text), f"\n{added}")


def _braced(keys: tuple[str, ...], value: Any) -> str:
    """`{a: {b: value}}` without its outer braces."""
    nested = value
    for key in reversed(keys):
        nested = {key: nested}
    return front_matter.dump_flow(nested)[1:-1]


def _lines(keys: tuple[str, ...], value: Any) -> list[str]:
    """A key per line, and card data in braces, as people write manifests; in lines too where that gets long."""
    depth = max(keys.index("card_data") - 1, 0) if "card_data" in keys else len(keys) - 1
    outer = [f"{'  ' * index}{front_matter.dump_flow(key)}:" for index, key in enumerate(keys[:depth])]
    last = "  " * depth + _braced(keys[depth:], value)
    is_text = isinstance(value, str) and "\n" in value
    if not is_text and (len(last) <= LONG or not isinstance(value, list | dict)):
        return [*outer, last]
    outer = [f"{'  ' * index}{front_matter.dump_flow(key)}:" for index, key in enumerate(keys)]
    inner = writing.literal(value) if is_text else front_matter.dump_yaml(value).splitlines()
    first = f" {inner.pop(0)}" if is_text else ""
    return [*outer[:-1], outer[-1] + first, *("  " * len(keys) + line if line else "" for line in inner)]


def _reads_as(node: yaml.Node, value: str) -> bool:
    """Whether a manifest reads a node as this text."""
    if not isinstance(node, yaml.ScalarNode) or not yaml_nodes.has_plain_tag(node):
        return False
    is_other = yaml_nodes.scalar(node) is None or isinstance(yaml_nodes.scalar(node), bool)
    return node.value == value and not is_other and not yaml_nodes.is_yaml11_boolean(node)


def _data(node: yaml.Node) -> str:
    try:
        return front_matter.dump_flow(writing.data(node))
    except writing.Unwritable:
        return ""


class _Comparison:
    """Two trees, of which the second may differ in one value."""

    def __init__(self, spot: Spot, is_wanted: Callable[[yaml.Node], bool]) -> None:
        self._spot = spot
        self._is_wanted = is_wanted
        self._seen: set[tuple[int, int]] = set()

    def same(self, one: yaml.Node, other: yaml.Node) -> bool:
        if (id(one), id(other)) in self._seen:
            return True
        self._seen.add((id(one), id(other)))
        if one is self._spot.node and not self._spot.missing:
            return self._is_wanted(other)
        if type(one) is not type(other) or one.tag != other.tag:
            return False
        if isinstance(one, yaml.MappingNode):
            return self._same_entries(one, other.value)
        if isinstance(one, yaml.SequenceNode):
            return len(one.value) == len(other.value) and all(map(self.same, one.value, other.value))
        return bool(one.value == other.value)

    def _same_entries(self, one: yaml.MappingNode, others: list[tuple[yaml.Node, yaml.Node]]) -> bool:
        if one is self._spot.node:
            if len(others) != len(one.value) + 1 or not self._is_added(*others[-1]):
                return False
            others = others[:-1]
        return len(one.value) == len(others) and all(
            self.same(key, other_key) and self.same(value, other)
            for (key, value), (other_key, other) in zip(one.value, others, strict=True)
        )

    def _is_added(self, key: yaml.Node, value: yaml.Node) -> bool:
        for wanted in self._spot.missing[:-1]:
            if not _is_key(key, wanted) or not isinstance(value, yaml.MappingNode) or len(value.value) != 1:
                return False
            key, value = value.value[0]
        return _is_key(key, self._spot.missing[-1]) and self._is_wanted(value)


def _is_key(node: yaml.Node, wanted: str) -> bool:
    return isinstance(node, yaml.ScalarNode) and _reads_as(node, wanted)
