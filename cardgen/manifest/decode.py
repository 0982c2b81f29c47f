"""Nodes and a type in; a value of that type out, and every mistake on the way with its place.

The types are msgspec structs (`schema.py`). msgspec itself stops at the first mistake and knows no lines, so its
types are walked here, beside the nodes.
"""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec
import yaml
from msgspec import inspect

from cardgen import yaml_nodes
from cardgen.manifest.document import Document, Entry, entries
from cardgen.manifest.schema import TEXT_RULES
from cardgen.suggest import did_you_mean

MAX_VALUES = 500_000
"""Values that one manifest may come to once its aliases are followed: the end of every alias bomb."""

T = TypeVar("T", bound=msgspec.Struct)


class _Wrong(Exception):
    """This value cannot be used; its mistake has been noted."""


class _TooMany(Exception):
    """More values than MAX_VALUES."""


def decode(document: Document, shape: type[T]) -> T:
    """The manifest as a `shape`; mistakes go to `document.mistakes`.

    A field that is wrong or missing gets its default or an empty value, so that what else is wrong is found too.
    """
    kind = inspect.type_info(shape)
    try:
        value: T = _Walk(document).value(document.root, kind)
    except _TooMany:
        document.complain(document.root, f"more than {MAX_VALUES:,} values once the aliases are followed")
        value = _empty(kind)
    return value


class _Walk:
    """One walk over a document's nodes, beside the types they should fit."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.values = 0
        self.open: set[int] = set()

    def value(self, node: yaml.Node, kind: Any) -> Any:
        """The value of a node. Raises _Wrong after noting why it cannot be used."""
        self.values += 1
        if self.values > MAX_VALUES:
            raise _TooMany
        if id(node) in self.open:
            raise self.wrong(node, "an alias that contains itself")
        if not yaml_nodes.has_plain_tag(node):
            raise self.wrong(node, f"the tag {node.tag!r} is not read here; leave it out")
        self.open.add(id(node))
        try:
            return self.read(node, kind)
        finally:
            self.open.discard(id(node))

    def attempt(self, node: yaml.Node, kind: Any) -> Any:
        """The value of a node, or an empty one to go on with."""
        try:
            return self.value(node, kind)
        except _Wrong:
            return _empty(kind)

    def wrong(self, node: yaml.Node, message: str) -> _Wrong:
        self.document.complain(node, message)
        return _Wrong(message)

    def read(self, node: yaml.Node, kind: Any) -> Any:
        match kind:
            case inspect.Metadata():
                return self.read(node, kind.type)
            case inspect.UnionType():
                return self.read(node, _member(node, kind))
            case inspect.StructType():
                return self.struct(node, kind)
            case inspect.DictType():
                return self.mapping(node, kind.value_type)
            case inspect.ListType() | inspect.VarTupleType():
                return self.sequence(node, kind.item_type)
            case inspect.AnyType():
                return self.anything(node)
            case inspect.StrType():
                return self.text(node, kind.pattern)
            case inspect.NoneType():
                return None
        return self.choice(node, kind)

    def struct(self, node: yaml.Node, kind: inspect.StructType) -> Any:
        fields = {field.encode_name: field for field in kind.fields}
        if not isinstance(node, yaml.MappingNode):
            raise self.wrong(node, f"expected a mapping ({', '.join(fields)}), got {_describe(node)}")
        given: dict[str, Any] = {}
        for key, value in self.entries(node):
            if field := fields.get(key.value):
                given[field.name] = self.attempt(value, field.type)
            else:
                self.document.complain(key, f"unknown key {key.value!r}{did_you_mean(key.value, fields)}")
        for field in kind.fields:
            if field.required and field.name not in given:
                self.document.complain(node, f"the key {field.encode_name!r} is missing")
                given[field.name] = _empty(field.type)
        return kind.cls(**given)

    def entries(self, node: yaml.MappingNode) -> list[Entry]:
        """The entries of a mapping; complains of keys given twice and of keys that are no text."""
        lines: dict[str, int] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.document.complain(key, "a key must be text")
            elif key.value in lines and key.tag != yaml_nodes.MERGE:
                self.document.complain(key, f"the key {key.value!r} is given twice, first in line {lines[key.value]}")
            elif yaml_nodes.is_yaml11_boolean(key):
                self.document.complain(key, _quote_it(key))
            else:
                lines[key.value] = self.document.position(key).line
        return list(entries(node))

    def mapping(self, node: yaml.Node, kind: Any) -> dict[str, Any]:
        if not isinstance(node, yaml.MappingNode):
            raise self.wrong(node, f"expected a mapping, got {_describe(node)}")
        return {key.value: self.attempt(value, kind) for key, value in self.entries(node)}

    def sequence(self, node: yaml.Node, kind: Any) -> tuple[Any, ...]:
        if not isinstance(node, yaml.SequenceNode):
            raise self.wrong(node, f"expected a list, got {_describe(node)}")
        return tuple(self.attempt(item, kind) for item in node.value)

    def anything(self, node: yaml.Node) -> Any:
        """Card data: whatever YAML can say."""
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, inspect.AnyType())
        if isinstance(node, yaml.SequenceNode):
            return list(self.sequence(node, inspect.AnyType()))
        assert isinstance(node, yaml.ScalarNode)  # noqa: S101 - YAML has no fourth kind of node
        if yaml_nodes.is_yaml11_boolean(node):
            raise self.wrong(node, _quote_it(node))
        return self.encodable(node, yaml_nodes.scalar(node))

    def text(self, node: yaml.Node, pattern: str | None) -> str:
        """Text as it was written: `1.10` and dates stay as they are."""
        if not isinstance(node, yaml.ScalarNode):
            raise self.wrong(node, f"expected text, got {_describe(node)}")
        if yaml_nodes.is_yaml11_boolean(node):
            raise self.wrong(node, _quote_it(node))
        if isinstance(yaml_nodes.scalar(node), bool | None):
            raise self.wrong(node, f"expected text, got {_describe(node)}; quote it if it is meant as text")
        if pattern and not re.search(pattern.replace("$", r"\Z"), node.value):
            raise self.wrong(node, f"{_short(node.value)} {TEXT_RULES[pattern]}")
        return str(self.encodable(node, node.value))

    def encodable(self, node: yaml.Node, value: Any) -> Any:
        if isinstance(value, str) and not yaml_nodes.is_printable(value):
            raise self.wrong(node, "holds a control character or half a surrogate pair, which a card cannot carry")
        return value

    def choice(self, node: yaml.Node, kind: Any) -> Any:
        """One of a closed set of scalars: true or false, or the values of a Literal."""
        allowed = kind.values if isinstance(kind, inspect.LiteralType) else (True, False)
        value = yaml_nodes.scalar(node) if isinstance(node, yaml.ScalarNode) else node
        if not any(value == each and type(value) is type(each) for each in allowed):
            names = " or ".join(str(each).lower() if isinstance(each, bool) else repr(each) for each in allowed)
            raise self.wrong(node, f"expected {names}, got {_describe(node)}")
        return value


def _member(node: yaml.Node, union: inspect.UnionType) -> Any:
    """The member of a union that a node is meant for, told by the node's form."""
    forms: tuple[type, ...] = (inspect.StrType, inspect.LiteralType)
    if isinstance(node, yaml.ScalarNode) and isinstance(yaml_nodes.scalar(node), bool):
        forms = (inspect.BoolType, inspect.LiteralType)
    if yaml_nodes.is_null(node):
        forms = (inspect.NoneType,)
    elif isinstance(node, yaml.SequenceNode):
        forms = (inspect.ListType, inspect.VarTupleType)
    elif isinstance(node, yaml.MappingNode):
        forms = (inspect.StructType, inspect.DictType)
    members = [each for each in union.types if not isinstance(each, inspect.NoneType)]
    return next((each for each in union.types if isinstance(_bare(each), forms)), members[0])


def _bare(kind: Any) -> Any:
    return kind.type if isinstance(kind, inspect.Metadata) else kind


def _empty(kind: Any) -> Any:
    """A value to go on with where the given one is wrong."""
    match _bare(kind):
        case inspect.StructType() as struct:
            return struct.cls(**{field.name: _empty(field.type) for field in struct.fields if field.required})
        case inspect.UnionType() as union:
            return _empty(union.types[0])
        case inspect.ListType() | inspect.VarTupleType():
            return ()
        case inspect.DictType():
            return {}
        case inspect.LiteralType() as literal:
            return literal.values[0]
        case inspect.StrType():
            return ""
    return None


def _quote_it(node: yaml.ScalarNode) -> str:
    return f'{node.value} is a boolean to YAML 1.1, which the Hub\'s tools read; quote it: "{node.value}"'


def _describe(node: yaml.Node) -> str:
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    return "nothing" if node.value == "" else _short(node.value)


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "…")
