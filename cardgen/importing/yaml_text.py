"""A manifest as a person would write it: blocks, with small mappings and lists on one line, texts as texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import yaml

from cardgen import front_matter

WIDTH: Final = 120
WRAPPED: Final = 110
MAX_FLOW_DEPTH: Final = 2
"""A mapping or list on one line holds at most one level of others; what has one entry only does not count."""

_IN_FLOW = re.compile(r"[\[\]{},?]|\A:|:\Z")
_FOLDABLE = re.compile(r"[^\s](?:[^\n\t]*[^\s])?")


def write(manifest: Mapping[str, Any]) -> str:
    """The YAML of a manifest; its top-level keys are apart from each other where they take more than a line."""
    parts: list[str] = []
    was_block = False
    for key, value in manifest.items():
        lines = list(_entry(key, value, 0, is_top=True))
        is_block = len(lines) > 1 and not isinstance(value, str)
        if parts and (is_block or was_block):
            parts.append("")
        parts += lines
        was_block = is_block
    return "\n".join(parts) + "\n"


def _entry(key: str, value: Any, indent: int, is_top: bool = False) -> Iterator[str]:
    """The lines of a key with its value."""
    start = " " * indent + _inline(key) + ":"
    if isinstance(value, str):
        first, *rest = _text(value, indent + 2, WIDTH - len(start) - 1)
        yield f"{start} {first}"
        yield from rest
        return
    flow = _flow(value)
    is_collection = isinstance(value, Mapping | Sequence) and value
    if not is_collection or (not (is_top or _is_rows(value)) and flow and len(start) + 1 + len(flow) <= WIDTH):
        yield f"{start} {flow}"
        return
    yield start
    yield from _block(value, indent + 2, apart=is_top)


def _is_rows(value: Any) -> bool:
    """Whether a list is one of mappings that reads better with one of them a line."""
    return isinstance(value, list) and len(value) > 2 and all(isinstance(item, Mapping) for item in value)


def _block(value: Any, indent: int, apart: bool = False) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _entry(str(key), item, indent)
        return
    for number, item in enumerate(value):
        lines = list(_item(item, indent))
        if apart and number and len(lines) > 12:
            yield ""
        yield from lines


def _item(item: Any, indent: int) -> Iterator[str]:
    """The lines of an item of a list."""
    dash = " " * indent + "- "
    flow = "" if isinstance(item, str) else _flow(item)
    if isinstance(item, str):
        first, *rest = _text(item, indent + 2, WIDTH - len(dash))
        yield dash + first
        yield from rest
    elif (flow and len(dash) + len(flow) <= WIDTH) or not isinstance(item, Mapping | Sequence) or not item:
        yield dash + flow
    else:
        first, *rest = _block(item, indent + 2)
        yield dash + first[indent + 2 :]
        yield from rest


def _flow(value: Any, depth: int = MAX_FLOW_DEPTH) -> str:
    """A value on one line; empty if it would be hard to read there."""
    if not isinstance(value, Mapping | list):
        return "" if isinstance(value, str) and "\n" in value else _inline(value, in_flow=True)
    if not value:
        return "{}" if isinstance(value, Mapping) else "[]"
    inner = list(value.values()) if isinstance(value, Mapping) else value
    depth -= len(inner) > 1
    parts = [_flow(item, depth) for item in inner] if depth >= 0 else [""]
    if not all(parts) or sum(map(len, parts)) > WIDTH:
        return ""
    if isinstance(value, Mapping):
        return (
            "{"
            + ", ".join(f"{_inline(str(key), in_flow=True)}: {part}" for key, part in zip(value, parts, strict=True))
            + "}"
        )
    return "[" + ", ".join(parts) + "]"


def _inline(value: Any, in_flow: bool = False) -> str:
    """A scalar on one line, in double quotes where YAML would misread it and they need no escape."""
    if value is None:
        return "null"
    if not isinstance(value, str):
        return front_matter.dump_yaml({"k": value})[3:].strip()
    text = front_matter.dump_yaml({"k": value})[3:-1]
    if "\n" in text:
        return _quoted(value)
    if text == value and in_flow and _IN_FLOW.search(text):
        text = "'" + text.replace("'", "''") + "'"
    if text == value and "{" in text:
        text = f"'{text}'"
    is_single = text.startswith("'") and text != value and '"' not in value and "\\" not in value
    return f'"{value}"' if is_single else text


def _quoted(value: str) -> str:
    return yaml.dump(value, default_style='"', allow_unicode=True, width=float("inf")).rstrip("\n")


def _text(value: str, indent: int, room: int) -> Iterator[str]:
    """A text: on the line of its key, folded if it is long, as it stands if it has lines."""
    inline = _inline(value)
    if "\n" in value and _is_literal(value):
        chomping = "" if value.endswith("\n") else "-"
        yield "|" + chomping
        for line in value.removesuffix("\n").split("\n"):
            yield " " * indent + line if line else ""
    elif (
        len(inline) > room and _FOLDABLE.fullmatch(value) and "  " not in value and " " in value and inline[:2] != '"\\'
    ):
        yield ">-"
        yield from _folded(value, " " * indent)
    else:
        yield inline


def _is_literal(value: str) -> bool:
    """Whether a literal block can hold a text: no odd line ends, no blank at its start, one line end at its end."""
    return (
        not value.startswith((" ", "\n", "\t"))
        and not value.endswith("\n\n")
        and "\t\n" not in value
        and not any(character in value for character in "\r\x85\u2028\u2029\ufeff")
        and not any(line.isspace() for line in value.split("\n"))
        and value.strip() != ""
    )


def _folded(value: str, margin: str) -> Iterator[str]:
    line = ""
    for word in value.split(" "):
        if line and len(margin) + len(line) + 1 + len(word) > WRAPPED:
            yield margin + line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield margin + line
