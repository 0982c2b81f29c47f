"""Nodes and a type in; a value of that type out, and every mistake on the way with its place.

The types are msgspec structs (`schema.py`). msgspec itself stops at the first mistake and knows no lines, so its
types are walked here, beside the nodes.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection
from typing import Any, TypeVar

import msgspec
import yaml
from msgspec import inspect

from cardgen import yaml_nodes
from cardgen.manifest.document import Document, Entry
from cardgen.manifest.messages import HUB_KEYS, UNPRINTABLE, expected, key_problem, quote_it, short, wrong_tag
from cardgen.manifest.shape import TEXT_RULES
from cardgen.suggest import nearest

T = TypeVar("T", bound=msgspec.Struct)


class _Wrong(Exception):
    """This value cannot be used; its mistake has been noted."""


def decode(document: Document, shape: type[T]) -> T:
    """The manifest as a `shape`; mistakes go to `document.mistakes`.

    A field that is wrong or missing gets its default or an empty value, so that what else is wrong is found too.
    Raises TooMuch.
    """
    value: T = _Walk(document).attempt(document.root, _type_info(shape))
    return value


@functools.cache
def _type_info(shape: type[msgspec.Struct]) -> inspect.Type:
    """The types of a shape; there are few shapes, and working one out takes longer than reading a manifest."""
    return inspect.type_info(shape)


@functools.cache
def _expression(pattern: str) -> re.Pattern[str]:
    """A pattern of JSON Schema, where `$` is the very end."""
    return re.compile(pattern.replace("$", r"\Z"))


class _Walk:
    """One walk over a document's nodes, beside the types they should fit."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.open: set[int] = set()

    def value(self, node: yaml.Node, kind: Any) -> Any:
        """The value of a node. Raises _Wrong after noting why it cannot be used."""
        self.document.count(1)
        if id(node) in self.open:
            raise self.wrong(node, "an alias that contains itself")
        if len(self.open) > yaml_nodes.MAX_DEPTH:
            raise self.wrong(node, f"nested deeper than {yaml_nodes.MAX_DEPTH} levels once the aliases are followed")
        if not yaml_nodes.has_plain_tag(node):
            raise self.wrong(node, wrong_tag(node))
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
        kind = _bare(kind)
        match kind:
            case inspect.StrType():
                return self.text(node, kind.pattern)
            case inspect.UnionType():
                return self.read(node, _member(node, kind))
            case inspect.StructType():
                return self.struct(node, kind)
            case inspect.DictType():
                return self.mapping(node, kind.value_type)
            case inspect.ListType() | inspect.VarTupleType():
                return self.sequence(node, kind.item_type, kind.min_length or 0)
            case inspect.AnyType():
                return self.anything(node)
            case inspect.IntType() | inspect.FloatType():
                return self.number(node, kind)
            case inspect.NoneType():
                return None
        return self.choice(node, kind)

    def struct(self, node: yaml.Node, kind: inspect.StructType) -> Any:
        fields = {field.encode_name: field for field in kind.fields}
        if not isinstance(node, yaml.MappingNode):
            raise self.wrong(node, expected(f"a mapping ({', '.join(fields)})", node))
        given: dict[str, Any] = {}
        unknown: list[yaml.ScalarNode] = []
        for key, value in self.entries(node):
            if field := fields.get(key.value):
                given[field.name] = self.attempt(value, field.type)
            elif not self.document.is_mistaken(key):
                unknown.append(key)
        meant = {near for key in unknown if (near := self.unknown(key, fields))}
        missing = [field for field in kind.fields if field.required and field.name not in given]
        self.missing(node, [field.encode_name for field in missing if field.encode_name not in meant])
        return kind.cls(**given, **{field.name: _empty(field.type) for field in missing})

    def unknown(self, key: yaml.ScalarNode, fields: Collection[str]) -> str:
        """Complain of a key that is not known here; returns the one that was probably meant."""
        message = f"unknown key {short(key.value)}"
        near = nearest(key.value, fields)
        if near:
            message += f"; did you mean {near!r}?"
        elif key.value in HUB_KEYS and "card_data" in fields:
            message += "; front matter goes into card_data"
        else:
            message += f"; the keys here are {', '.join(fields)}"
        self.document.complain(key, message)
        return near

    def missing(self, node: yaml.Node, names: list[str]) -> None:
        if names:
            keys = " and ".join(filter(None, (", ".join(map(repr, names[:-1])), repr(names[-1]))))
            self.document.complain(node, f"the {'key' if len(names) == 1 else 'keys'} {keys} must be given")

    def entries(self, node: yaml.MappingNode) -> tuple[Entry, ...]:
        """The entries of a mapping, once its keys are checked."""
        first: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if problem := key_problem(key, value):
                self.document.complain(key, problem)
            elif key.value in first:
                line = self.document.position(first[key.value]).line
                self.document.complain(key, f"the key {short(key.value)} is given twice, first in line {line}")
            else:
                first[key.value] = key
        return self.document.entries(node)

    def mapping(self, node: yaml.Node, kind: Any) -> dict[str, Any]:
        if not isinstance(node, yaml.MappingNode):
            raise self.wrong(node, expected("a mapping", node))
        return {key.value: self.attempt(value, kind) for key, value in self.entries(node)}

    def sequence(self, node: yaml.Node, kind: Any, min_length: int = 0) -> tuple[Any, ...]:
        if not isinstance(node, yaml.SequenceNode):
            raise self.wrong(node, expected("a list", node))
        if len(node.value) < min_length:
            raise self.wrong(node, "the list must not be empty")
        return tuple(self.attempt(item, kind) for item in node.value)

    def anything(self, node: yaml.Node) -> Any:
        """Card data: whatever YAML can say."""
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, inspect.AnyType())
        if isinstance(node, yaml.SequenceNode):
            return list(self.sequence(node, inspect.AnyType()))
        assert isinstance(node, yaml.ScalarNode)  # noqa: S101 - YAML has no fourth kind of node
        if yaml_nodes.is_yaml11_boolean(node):
            raise self.wrong(node, quote_it(node))
        return self.encodable(node, yaml_nodes.scalar(node))

    def text(self, node: yaml.Node, pattern: str | None) -> str:
        """Text as it was written: `1.10` and dates stay as they are."""
        if not isinstance(node, yaml.ScalarNode):
            raise self.wrong(node, expected("text", node))
        if yaml_nodes.is_yaml11_boolean(node):
            raise self.wrong(node, quote_it(node))
        if isinstance(yaml_nodes.scalar(node), bool):
            raise self.wrong(node, f"{expected('text', node)}; quote it if it is meant as text")
        if yaml_nodes.is_null(node):
            raise self.wrong(node, expected("text", node))
        if pattern and not _expression(pattern).search(node.value):
            raise self.wrong(node, f"{short(node.value)} {TEXT_RULES[pattern]}")
        return str(self.encodable(node, node.value))

    def number(self, node: yaml.Node, kind: inspect.IntType | inspect.FloatType) -> Any:
        """A number within its bounds; where a whole one is asked for, a whole one."""
        value = yaml_nodes.scalar(node) if isinstance(node, yaml.ScalarNode) else None
        fits = int if isinstance(kind, inspect.IntType) else (int, float)
        low, high = kind.ge or 0, kind.le if kind.le is not None else float("inf")
        if isinstance(value, bool) or not isinstance(value, fits) or not low <= value <= high:
            what = "a whole number" if isinstance(kind, inspect.IntType) else "a number"
            raise self.wrong(node, expected(f"{what} from {low} to {high}", node))
        return value

    def encodable(self, node: yaml.Node, value: Any) -> Any:
        if isinstance(value, str) and not yaml_nodes.is_printable(value):
            raise self.wrong(node, UNPRINTABLE)
        return value

    def choice(self, node: yaml.Node, kind: Any) -> Any:
        """One of a closed set of scalars: true or false, or the values of a Literal."""
        allowed = kind.values if isinstance(kind, inspect.LiteralType) else (True, False)
        value = yaml_nodes.scalar(node) if isinstance(node, yaml.ScalarNode) else node
        if not any(value == each and type(value) is type(each) for each in allowed):
            names = " or ".join(str(each).lower() if isinstance(each, bool) else repr(each) for each in allowed)
            raise self.wrong(node, expected(names, node))
        return value


def _member(node: yaml.Node, union: inspect.UnionType) -> Any:
    """The member of a union that a node is meant for, told by the node's form."""
    members = [each for each in union.types if not isinstance(each, inspect.NoneType)]
    if len(members) == 1 and not yaml_nodes.is_null(node):
        return members[0]
    forms: tuple[type, ...] = (inspect.StrType, inspect.LiteralType, inspect.IntType, inspect.FloatType)
    if isinstance(node, yaml.ScalarNode) and isinstance(yaml_nodes.scalar(node), bool):
        forms = (inspect.BoolType, inspect.LiteralType)
    if yaml_nodes.is_null(node):
        forms = (inspect.NoneType,)
    elif isinstance(node, yaml.SequenceNode):
        forms = (inspect.ListType, inspect.VarTupleType)
    elif isinstance(node, yaml.MappingNode):
        forms = (inspect.StructType, inspect.DictType)
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
