"""A manifest as nodes: where each value stands, what a mapping holds once its merge keys are followed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import yaml

from cardgen import yaml_nodes
from cardgen.model import Mistake, Position

MAX_BYTES = 5_000_000
"""A manifest of 10,000 repos has about 1 MB; more than this is somebody's mistake."""

Path = tuple[str | int, ...]
"""The way to a value from the top: keys of mappings, indexes of lists."""

Entry = tuple[yaml.ScalarNode, yaml.Node]


@dataclass(frozen=True)
class Document:
    """A parsed manifest. `file` is its name in messages."""

    file: str
    root: yaml.MappingNode
    mistakes: list[Mistake] = field(default_factory=list)

    def position(self, node: yaml.Node) -> Position:
        return Position(self.file, *yaml_nodes.place(node.start_mark))

    def complain(self, node: yaml.Node, message: str) -> None:
        self.mistakes.append(Mistake(self.position(node), message))

    def complain_at(self, path: Path, message: str) -> None:
        """Note a mistake in the value of `path`; one that could not be read at all is not judged further."""
        position = self.at(*path)
        if all(mistake.position != position for mistake in self.mistakes):
            self.mistakes.append(Mistake(position, message))

    def complain_if(self, path: Path, messages: Sequence[str]) -> None:
        """Note several things that are wrong with the value of `path`, if any are."""
        if messages:
            self.complain_at(path, "; ".join(messages))

    def complain_at_key(self, path: Path, message: str) -> None:
        """Note a mistake in the last key of `path`."""
        self.mistakes.append(Mistake(self.key_at(*path), message))

    def at(self, *path: str | int) -> Position:
        """Where the value of `path` stands; of a value that is not there, where the one around it stands."""
        node: yaml.Node = self.root
        for step in path:
            _, inner = _entry(node, step)
            if inner is None:
                break
            node = inner
        return self.position(node)

    def key_at(self, *path: str | int) -> Position:
        """Where the last key of `path` stands."""
        node: yaml.Node = self.root
        key: yaml.Node = node
        for step in path:
            key, inner = _entry(node, step)
            if inner is None:
                return self.position(node)
            node = inner
        return self.position(key)


def _entry(node: yaml.Node, step: str | int) -> tuple[yaml.Node, yaml.Node | None]:
    """The key and the value that a step leads to."""
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in entries(node) if key.value == step), (node, None))
    return node, None


def entries(node: yaml.MappingNode, depth: int = 0) -> Iterator[Entry]:
    """The entries of a mapping: its own, then what its merge keys (`<<`) add. Odd keys are left out."""
    merged: list[yaml.Node] = []
    seen: set[str] = set()
    for key, value in node.value:
        if key.tag == yaml_nodes.MERGE:
            merged += value.value if isinstance(value, yaml.SequenceNode) else [value]
        elif isinstance(key, yaml.ScalarNode):
            seen.add(key.value)
            yield key, value
    for other in merged if depth < yaml_nodes.MAX_DEPTH else ():
        if isinstance(other, yaml.MappingNode):
            for key, value in entries(other, depth + 1):
                if key.value not in seen:
                    seen.add(key.value)
                    yield key, value


def parse(data: bytes, file: str) -> Document | Mistake:
    """The document in a manifest's bytes, or the one mistake for which it cannot be read at all."""

    def mistake(message: str, line: int = 1, column: int = 1) -> Mistake:
        return Mistake(Position(file, line, column), message)

    if len(data) > MAX_BYTES:
        return mistake(f"the manifest is larger than {MAX_BYTES // 1_000_000} MB")
    if b"\0" in data:
        return mistake("the manifest is not text: it holds NUL bytes")
    try:
        root = yaml_nodes.compose(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return mistake("the manifest is not UTF-8 text", data.count(b"\n", 0, error.start) + 1)
    except yaml_nodes.YamlError as error:
        return mistake(f"not YAML: {error.message}", error.line, error.column)
    if root is None:
        return mistake("the manifest is empty")
    if not isinstance(root, yaml.MappingNode):
        return mistake(
            "the manifest must be a mapping of keys, such as `version: 1`", *yaml_nodes.place(root.start_mark)
        )
    return Document(file, root)
