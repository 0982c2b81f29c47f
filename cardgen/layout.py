"""Where the top-level keys of a card's front matter stand, so that some can be replaced and the rest kept.

Somebody else's YAML is never loaded and dumped again. It is read as a stream of events: nothing is built,
no alias is expanded, and the depth is bounded, so that a hostile card costs no more than its length.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

MAX_CHARACTERS: Final = 5_000_000
MAX_DEPTH: Final = 100

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LINE = re.compile(r"[^\r\n\x85\u2028\u2029]*(?:\r\n|[\r\n\x85\u2028\u2029]|\Z)")
_COMMENT = re.compile(r"#[^\r\n]*")
_TEXT: Final = "tag:yaml.org,2002:str"
_RESOLVER: Any = yaml.resolver.Resolver()


@dataclass(frozen=True, slots=True)
class Entry:
    """One top-level key with its value: `start` and `end` are offsets of whole lines in the text.

    `value` is a fingerprint. It is equal for two values that YAML reads as the same tags and scalars, in
    whatever style they are written. `has_comment` says whether a comment stands in those lines.
    """

    key: str
    value: str
    start: int
    end: int
    has_comment: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The text of a front matter and its entries, in order. What lies between them belongs to nobody.

    `braces` is where an empty `{}` stands that has to go once there are keys.
    """

    text: str
    entries: tuple[Entry, ...] = ()
    braces: tuple[int, int] | None = None

    def raw(self, entry: Entry) -> str:
        """The lines of an entry as they stand."""
        return self.text[entry.start : entry.end]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why front matter cannot be spliced; reads on from "the front matter …"."""

    reason: str


class _RefusedError(Exception):
    """Carries the reason out of the walk over the events."""


def read(text: str) -> Layout | Unreadable:
    """The layout of YAML text (without fences), or why it has none that could be spliced."""
    if len(text) > MAX_CHARACTERS:
        return Unreadable(f"is longer than {MAX_CHARACTERS:,} characters")
    try:
        return _Reader(text).layout()
    except _RefusedError as refused:
        return Unreadable(str(refused))
    except yaml.MarkedYAMLError as error:
        line = f" (its line {error.problem_mark.line + 1})" if error.problem_mark else ""
        return Unreadable(f"is not valid YAML: {error.problem}{line}")
    except yaml.YAMLError:
        return Unreadable("holds characters that YAML does not allow")


def replace(layout: Layout, texts: Mapping[str, str], added: str) -> str:
    """The text with each entry that `texts` names put in its place, and `added` at the end.

    An entry whose text is empty goes. Everything that is not named stays byte for byte, comments included.
    Where no key is left, comments are followed by `{}`, because the Hub refuses a block without a value.
    """
    pieces = []
    position = 0
    for entry in layout.entries:
        pieces += [layout.text[position : entry.start], texts.get(entry.key, layout.raw(entry))]
        position = entry.end
    pieces.append(_without(layout.text, layout.braces) if layout.braces and added else layout.text[position:])
    spliced = "".join(pieces) + added
    has_value = added or layout.braces or any(texts.get(entry.key, "kept") for entry in layout.entries)
    return spliced if has_value or not spliced.strip() else spliced + "{}\n"


def _without(text: str, braces: tuple[int, int]) -> str:
    before, after = text[: braces[0]], text[braces[1] :]
    rest_of_line = _LINE.match(after)
    if rest_of_line and not rest_of_line.group().strip() and before[-1:] in ("", "\n", "\r"):
        return before + after[rest_of_line.end() :]
    return before + after


class _Reader:
    """One walk over the events of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = [(found.start(), found.end()) for found in _LINE.finditer(text)]
        self._events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=_LOADER))
        self._anchors: dict[str, str] = {}
        self._read_to = 0
        self._comments: list[int] = []  # where each starts

    def layout(self) -> Layout:
        self._next()
        if _is(self._next(), yaml.StreamEndEvent):
            return Layout(self._text)
        root = self._next()
        if not _is(root, yaml.MappingStartEvent):
            raise _RefusedError("is not a mapping of keys to values")
        if root.anchor or root.tag:
            raise _RefusedError("has an anchor or a tag on the whole of it")
        if root.flow_style:
            return Layout(self._text, braces=self._empty_braces(root))
        layout = Layout(self._text, self._entries())
        self._end_of_document()
        return layout

    def _next(self) -> Any:
        event: Any = next(self._events)
        if _is(event, yaml.DocumentStartEvent, yaml.DocumentEndEvent) and event.explicit:
            raise _RefusedError("holds more than one YAML document")
        self._note_comments(event)
        return event

    def _note_comments(self, event: Any) -> None:
        """The parser passes comments over: they stand between two events, or beside the `|` of a block scalar."""
        start, end = event.start_mark.index, event.end_mark.index
        places = [(self._read_to, start)]
        if _is(event, yaml.ScalarEvent) and event.style in ("|", ">"):
            places.append((start, self._text.find("\n", start, end)))
        for place in places:
            self._comments += [found.start() for found in _COMMENT.finditer(self._text, *place)]
        self._read_to = max(self._read_to, end)

    def _has_comment(self, start: int, end: int) -> bool:
        first = bisect_left(self._comments, start)
        return first < len(self._comments) and self._comments[first] < end

    def _end_of_document(self) -> None:
        self._next()
        if not _is(self._next(), yaml.StreamEndEvent):
            raise _RefusedError("holds more than one YAML document")

    def _empty_braces(self, root: Any) -> tuple[int, int]:
        end = self._next()
        if not _is(end, yaml.MappingEndEvent):
            raise _RefusedError("is written in braces, and cannot be changed key by key")
        self._end_of_document()
        return root.start_mark.index, end.end_mark.index

    def _entries(self) -> tuple[Entry, ...]:
        found: list[tuple[str, str, int, int]] = []
        while not _is(key := self._next(), yaml.MappingEndEvent):
            name = self._key_name(key)
            value, last_line = self._value(name)
            found.append((name, value, key.start_mark.line, max(last_line, key.end_mark.line)))
        (name, times), *_ = Counter(name for name, *_ in found).most_common(1)
        if times > 1:
            raise _RefusedError(f"states {name!r} twice")
        ends = [first for _, _, first, _ in found[1:]] + [len(self._lines)]
        places = [
            (self._lines[each[2]][0], self._end_of_entry(each[3], end)) for each, end in zip(found, ends, strict=True)
        ]
        return tuple(
            Entry(name, value, *place, self._has_comment(*place))
            for (name, value, *_), place in zip(found, places, strict=True)
        )

    def _key_name(self, key: Any) -> str:
        if not _is(key, yaml.ScalarEvent) or key.anchor:
            raise _RefusedError("has a key that is not plain text")
        if self._text[self._lines[key.start_mark.line][0]] in " \t":
            raise _RefusedError("is indented, or has a key that does not stand at the start of a line")
        tag = _tag(key)
        if tag == "tag:yaml.org,2002:merge":
            raise _RefusedError("merges keys with '<<'")
        # `1:` and `on:` are no text, so they never are a key that a manifest states.
        return str(key.value) if tag == _TEXT else f"{key.value} ({tag.rpartition(':')[2]})"

    def _value(self, key: str) -> tuple[str, int]:
        """The fingerprint of the next value, and the last line that surely belongs to it."""
        hasher = hashlib.sha256()
        depth = last_line = 0
        while True:
            event = self._next()
            hasher.update(repr(self._token(event, key)).encode())
            if _is_solid(event):
                last_line = event.end_mark.line
            if _is(event, yaml.CollectionStartEvent):
                depth += 1
            elif _is(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth == 0:
                return hasher.hexdigest(), last_line
            if depth > MAX_DEPTH:
                raise _RefusedError(f"is nested deeper than {MAX_DEPTH} levels")

    def _token(self, event: Any, key: str) -> tuple[str, ...]:
        """What counts in a value: tags and scalars, and which anchor goes where."""
        if _is(event, yaml.CollectionEndEvent):
            return ("end",)
        if _is(event, yaml.AliasEvent) and self._anchors.get(event.anchor) != key:
            raise _RefusedError("shares a value between two keys by an anchor")
        if event.anchor:
            self._anchors[event.anchor] = key
        if _is(event, yaml.ScalarEvent):
            return ("scalar", event.anchor or "", _tag(event), event.value)
        return (type(event).__name__, event.anchor or "", getattr(event, "tag", None) or "")

    def _end_of_entry(self, last: int, end: int) -> int:
        """Blank lines and comments at the start of a line, before the next key, belong to nobody."""
        while end - 1 > last and self._is_gap(end - 1):
            end -= 1
        return self._lines[end - 1][1]

    def _is_gap(self, line: int) -> bool:
        start, end = self._lines[line]
        text = self._text[start:end]
        return text.startswith("#") or not text.strip()


def _is(event: Any, *kinds: type[yaml.Event]) -> bool:
    """`isinstance` that leaves the type open: the stubs call every mark and anchor optional."""
    return isinstance(event, kinds)


def _tag(scalar: Any) -> str:
    if scalar.tag and scalar.tag != "!":
        return str(scalar.tag)
    return str(_RESOLVER.resolve(yaml.ScalarNode, scalar.value, scalar.implicit))


def _is_solid(event: Any) -> bool:
    """Whether an event's end says where its text ends.

    It does not for a block scalar, which takes in the blank lines after it, nor for the end of a block
    collection, which takes no room and stands before the next key.
    """
    if _is(event, yaml.ScalarEvent) and event.style in ("|", ">"):
        return False
    return bool(event.end_mark.index > event.start_mark.index)
