"""A manifest as nodes: where each value stands, what a mapping holds once its merge keys are followed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import yaml
from msgspec import Struct, field

from cardgen import yaml_nodes
from cardgen.model import Mistake, Position

MAX_BYTES = 5_000_000
"""A manifest of 10,000 repos has about 1 MB; more than this is somebody's mistake."""

MAX_VALUES = 500_000
"""Values that one manifest may come to once its aliases are followed: the end of every alias bomb."""

MAX_REPOS = 20_000
"""Repos of one manifest: every card shows its tables, so that the work grows with their square."""

Path = tuple[str | int, ...]
"""The way to a value from the top: keys of mappings, indexes of lists."""

Entry = tuple[yaml.ScalarNode, yaml.Node]


class TooMuch(Exception):
    """A manifest comes to more than is read; the message says of what."""


class Document(Struct, eq=False):
    """A parsed manifest. `file` is its name in messages; `values` and `repos` count what has been read of it."""

    file: str
    root: yaml.MappingNode
    mistakes: list[Mistake] = field(default_factory=list)
    values: int = 0
    repos: int = 0
    _mistaken: dict[Position, set[str]] = field(default_factory=dict)
    _entries: dict[yaml.Node, tuple[Entry, ...]] = field(default_factory=dict)
    _lookups: dict[yaml.Node, dict[str, Entry]] = field(default_factory=dict)

    def position(self, node: yaml.Node) -> Position:
        return Position(self.file, *yaml_nodes.place(node.start_mark))

    def note(self, position: Position, message: str) -> None:
        """Note a mistake, once: a value that several mappings merge is read several times."""
        said = self._mistaken.setdefault(position, set())
        if message not in said:
            said.add(message)
            self.mistakes.append(Mistake(position, message))

    def complain(self, node: yaml.Node, message: str) -> None:
        """Note a mistake in a node."""
        self.note(self.position(node), message)

    def is_mistaken(self, node: yaml.Node) -> bool:
        """Whether a mistake has been noted in a node."""
        return self.position(node) in self._mistaken

    def is_mistaken_at(self, *path: str | int) -> bool:
        """Whether a mistake has been noted in the value of a path."""
        return self.at(*path) in self._mistaken

    def complain_at(self, path: Path, message: str) -> None:
        """Note a mistake in the value of `path`; one that could not be read at all is not judged further."""
        position = self.at(*path)
        if position not in self._mistaken:
            self.note(position, message)

    def complain_if(self, path: Path, messages: Sequence[str]) -> None:
        """Note several things that are wrong with the value of `path`, if any are."""
        if messages:
            self.complain_at(path, "; ".join(messages))

    def complain_at_key(self, path: Path, message: str) -> None:
        """Note a mistake in the last key of `path`."""
        self.note(self.key_at(*path), message)

    def at(self, *path: str | int) -> Position:
        """Where the value of `path` stands; of a value that is not there, where the one around it stands."""
        node: yaml.Node = self.root
        for step in path:
            _, inner = self._entry(node, step)
            if inner is None:
                break
            node = inner
        return self.position(node)

    def key_at(self, *path: str | int) -> Position:
        """Where the last key of `path` stands."""
        node: yaml.Node = self.root
        key: yaml.Node = node
        for step in path:
            key, inner = self._entry(node, step)
            if inner is None:
                return self.position(node)
            node = inner
        return self.position(key)

    def _entry(self, node: yaml.Node, step: str | int) -> tuple[yaml.Node, yaml.Node | None]:
        """The key and the value that a step leads to."""
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            return node.value[step], node.value[step]
        if isinstance(node, yaml.MappingNode) and isinstance(step, str):
            self.entries(node)
            return self._lookups[node].get(step, (node, None))
        return node, None

    def entries(self, node: yaml.MappingNode, depth: int = 0) -> tuple[Entry, ...]:
        """The entries of a mapping: its own, then what its merge keys (`<<`) add. Keys that are no text are left out.

        Each mapping is worked out once, so that merge keys cannot multiply the work. Raises TooMuch.
        """
        if depth > yaml_nodes.MAX_DEPTH:
            raise TooMuch(f"merge keys that lead through more than {yaml_nodes.MAX_DEPTH} mappings")
        if node not in self._entries:
            self._entries[node] = ()  # while it is worked out: a mapping that merges itself adds nothing
            found = {key.value: (key, value) for key, value in reversed(node.value) if _is_text(key)}
            own = [(key, value) for key, value in node.value if _is_text(key)]
            for other in _merged(node):
                others = self.entries(other, depth + 1)
                self.count(len(others))
                added = [(key, value) for key, value in others if key.value not in found]
                found |= {key.value: (key, value) for key, value in added}
                own += added
            self._entries[node], self._lookups[node] = tuple(own), found
        return self._entries[node]

    def count(self, values: int) -> None:
        """Count values that are read. Raises TooMuch."""
        self.values += values
        if self.values > MAX_VALUES:
            raise TooMuch(f"more than {MAX_VALUES:,} values once the aliases are followed")

    def count_repos(self, number: int) -> None:
        """Count repos that are named. Raises TooMuch."""
        self.repos += number
        if self.repos > MAX_REPOS:
            raise TooMuch(f"more than {MAX_REPOS:,} repos")


def _is_text(key: yaml.Node) -> bool:
    return isinstance(key, yaml.ScalarNode) and key.tag != yaml_nodes.MERGE


def _merged(node: yaml.MappingNode) -> Iterator[yaml.MappingNode]:
    """The mappings that a mapping merges, each once."""
    merges = [value for key, value in node.value if key.tag == yaml_nodes.MERGE]
    others = [each for value in merges for each in (value.value if isinstance(value, yaml.SequenceNode) else [value])]
    return (other for other in dict.fromkeys(others) if isinstance(other, yaml.MappingNode))


def parse(data: bytes, file: str) -> Document | Mistake:
    """The document in a manifest's bytes, or the one mistake for which it cannot be read at all."""

    def mistake(message: str, line: int = 1, column: int = 1) -> Mistake:
        return Mistake(Position(file, line, column), message)

    if len(data) > MAX_BYTES:
        return mistake(f"the manifest is larger than {MAX_BYTES // 1_000_000} MB")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return mistake("the manifest is UTF-16; save it as UTF-8")
    if b"\0" in data:
        return mistake("the manifest is not text: it holds NUL bytes")
    try:
        root = yaml_nodes.compose(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode()
        return mistake("the manifest is not UTF-8 text", *yaml_nodes.line_and_column(before, len(before)))
    except yaml_nodes.YamlError as error:
        return mistake(f"not YAML: {error.message}", error.line, error.column)
    if root is None:
        return mistake("the manifest is empty")
    if not isinstance(root, yaml.MappingNode):
        return mistake(
            "the manifest must be a mapping of keys, such as `version: 1`", *yaml_nodes.place(root.start_mark)
        )
    return Document(file, root)
