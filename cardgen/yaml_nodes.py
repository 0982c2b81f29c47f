"""YAML as a tree of nodes with places, read safely: bounded in depth, no tag ever builds an object.

The manifest and the front matter of cards are both read through here. Nodes, not values, because a mistake
needs its line and column, and because the text of a scalar matters: `1.10` is not `1.1`, `no` is not false.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

MAX_DEPTH = 64
"""Deeper nesting is refused: libyaml's composer recurses in C, and 100,000 open brackets crash the process."""

MAX_EVENTS = 500_000
"""More scalars, lists, mappings and aliases than this are refused, before a tree is made of them."""

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MERGE = "tag:yaml.org,2002:merge"
_PLAIN_TAGS = {
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value", "map", "seq")
}
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_ADVICE = (
    ("mapping values are not allowed", "quote a text that holds ': '"),
    ("tab character", "indent with spaces"),
    ("cannot start any token", "indent with spaces, and quote a text that begins with @, ` or %"),
    ("unexpected end of stream", "a quote is open"),
    ("undefined alias", "quote a text that begins with *"),
    ("invalid Unicode character escape", "write the character itself"),
)
"""What to do about the commonest mistakes, by a part of libyaml's words for them."""


class YamlError(Exception):
    """Text that is no YAML, or more than is read; `line` and `column` count from 1."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


def compose(text: str) -> yaml.Node | None:
    """The one document in `text`, or None if there is none. Raises YamlError."""
    if found := _CONTROL.search(text):
        raise YamlError(f"the control character U+{ord(found[0]):04X}", *line_and_column(text, found.start()))
    try:
        _check_bounds(yaml.parse(text, Loader=LOADER))
        return yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        raise YamlError(_words(error), *place(error.problem_mark or error.context_mark)) from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise YamlError(" ".join(str(error).split())) from None


def place(mark: Any) -> tuple[int, int]:
    """Line and column of a PyYAML mark, counted from 1."""
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def line_and_column(text: str, index: int) -> tuple[int, int]:
    """Line and column of a character, counted from 1."""
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def _words(error: yaml.MarkedYAMLError) -> str:
    """What libyaml says, where the thing that it could not finish begins, and what to do about it."""
    words = ", ".join(part for part in (error.context, error.problem) if part)
    begin, end = error.context_mark, error.problem_mark
    if begin and end and begin.line != end.line:
        words += f" (it begins in line {begin.line + 1})"
    return words + next((f"; {advice}" for part, advice in _ADVICE if part in words), "")


def _check_bounds(events: Iterator[Any]) -> None:
    depth = 0
    for count, event in enumerate(events):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise YamlError(f"nested deeper than {MAX_DEPTH} levels", *place(event.start_mark))
        if count > MAX_EVENTS:
            raise YamlError(f"more than {MAX_EVENTS:,} values and brackets", *place(event.start_mark))


def has_plain_tag(node: yaml.Node) -> bool:
    """Whether a node is of YAML's own kinds: no `!!python/…`, no `!custom`."""
    return node.tag in _PLAIN_TAGS


def is_printable(text: str) -> bool:
    """Whether YAML and UTF-8 can carry a text as it is."""
    return "\r" not in text and not _CONTROL.search(text)


def is_plain(node: yaml.ScalarNode) -> bool:
    """Whether a scalar stands without quotes, so that YAML gives it a meaning of its own."""
    return node.style is None or node.style == ""


def is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and is_plain(node) and node.tag == "tag:yaml.org,2002:null"


def is_yaml11_boolean(node: yaml.ScalarNode) -> bool:
    """`no`, `yes`, `on`, `off`: text to people, booleans to YAML 1.1 (and so to the Hub's clients)."""
    is_boolean: bool = node.tag == "tag:yaml.org,2002:bool"
    return is_plain(node) and is_boolean and node.value.lower() in {"yes", "no", "on", "off"}


def scalar(node: yaml.ScalarNode) -> str | int | float | bool | None:
    """What a scalar means: a number only if the number prints as it was written, else the text as it stands.

    So `1.10`, `0x1f`, `1_000`, `12:30` and dates stay text.
    """
    if not is_plain(node) or node.tag == "tag:yaml.org,2002:str":
        return str(node.value)
    if is_null(node):
        return None
    if node.value.lower() in {"true", "false"}:
        return bool(node.value.lower() == "true")
    return _number(node.value)


def _number(text: str) -> str | int | float:
    if _INTEGER.fullmatch(text) and len(text) < 20:
        return int(text)
    try:
        number = float(text)
    except ValueError:
        return text
    return number if repr(number) == text and text not in {"inf", "-inf", "nan"} else text
