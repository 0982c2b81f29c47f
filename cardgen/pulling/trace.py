"""Which text of a card comes from which value of the manifest.

The manifest is printed once more with every text between marks, which are characters that nobody uses. Where the
marks come out, the text came from there, whatever the templates do with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import yaml

from cardgen import yaml_nodes
from cardgen.errors import CardgenError
from cardgen.model import RepoKey
from cardgen.pulling import splice, writing
from cardgen.pulling.source import Source
from cardgen.pulling.splice import Path

TEXTS: Final = frozenset({
    "bibtex", "corner", "footnote", "group", "icon", "intro", "label", "missing", "name", "note", "text", "title",
    "url",
})  # fmt: skip
"""The keys whose values are printed on cards as they are."""

MAX_PRINTINGS: Final = 60
"""Where values cannot be marked together, they are marked in parts, until this often."""

_OPEN, _NUMBERED, _CLOSE = "\U0010f001", "\U0010f002", "\U0010f003"
"""From Unicode's last plane, which is for private use."""
_MARK = re.compile(f"{_OPEN}(?P<number>[0-9]+){_NUMBERED}|{_CLOSE}")
_SCHEME = re.compile(r"https?://|mailto:|")


@dataclass(frozen=True, slots=True)
class Value:
    """A text of the manifest. One that is not written yet stands for what a card says without it."""

    path: Path
    text: str
    is_written: bool = True


@dataclass(frozen=True, slots=True)
class Hole:
    """Where a value stands in the text of a card."""

    start: int
    end: int
    value: Value


@dataclass(frozen=True, slots=True)
class Trace:
    """The text of a card, and the places in it that come from the manifest, in order."""

    text: str
    holes: tuple[Hole, ...]


def trace(source: Source, repo: RepoKey) -> Trace:
    """The text of a card, traced to its manifest as far as that can be done."""
    text = source.body(repo)
    used = source.text + "".join(each.text for each in source.templates.values())
    if _OPEN in used or _NUMBERED in used or _CLOSE in used:
        return Trace(text, ())
    waiting = [tuple(values(source))]
    holes: list[Hole] = []
    for _ in range(MAX_PRINTINGS):
        if not waiting:
            break
        some = waiting.pop(0)
        found = _holes(source, repo, some, text)
        if found is not None:
            holes += found
        elif len(some) > 1:
            waiting += [some[: len(some) // 2], some[len(some) // 2 :]]
    return Trace(text, tuple(_apart(holes)))


def values(source: Source) -> Iterator[Value]:
    """The texts of a manifest, each once, however many aliases it has; with them, the names that it leaves out."""
    root = yaml_nodes.compose(source.text)
    titles = {each.name: each.title for each in source.collection.tables}
    seen: set[int] = set()
    for path, node in _walk(root, (), seen):
        if isinstance(node, yaml.ScalarNode) and _is_text(path) and node.value.strip():
            yield Value(path, node.value)
        elif isinstance(node, yaml.MappingNode):
            yield from _left_out(path, node, titles)


def _walk(node: yaml.Node | None, path: Path, seen: set[int]) -> Iterator[tuple[Path, yaml.Node]]:
    if node is None or id(node) in seen:
        return
    seen.add(id(node))
    yield path, node
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != yaml_nodes.MERGE and key.value != "card_data":
                yield from _walk(value, (*path, key.value), seen)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _walk(item, (*path, index), seen)


def _is_text(path: Path) -> bool:
    if path[0] in ("collection", "hosts") and path[-1] != "label":
        return False
    return path[-1] in TEXTS or (len(path) > 1 and path[-2] == "values")


def _left_out(path: Path, node: yaml.MappingNode, titles: Mapping[str, str]) -> Iterator[Value]:
    """A name or title that a card works out for itself when it is not given."""
    given = {key.value: value.value for key, value in node.value if isinstance(value, yaml.ScalarNode)}
    is_row = path[-2:-1] == ("rows",) or path[:-1] == ("datasets",)
    if "name" not in given and "group" not in given and is_row:
        yield from _named((*path, "name"), given.get("key") or _last_part(given.get("repo", ""), path))
    elif "name" not in given and path[-2:-1] in (("columns",), ("benchmarks",)):
        yield from _named((*path, "name"), given.get("key") or given.get("value"))
    elif "title" not in given and (table := _table_name(path)) in titles:
        yield from _named((*path, "title"), titles[table])


def _named(path: Path, text: str | None) -> Iterator[Value]:
    if text:
        yield Value(path, text, is_written=False)


def _last_part(repo: str, path: Path) -> str:
    return repo if path[0] == "results" else repo.rpartition("/")[2]


def _table_name(path: Path) -> str:
    """The name of the table that a mapping describes, as the collection calls it."""
    if len(path) == 2 and path[0] == "models" and isinstance(path[1], int):
        return f"models-{path[1] + 1}" if path[1] else "models"
    return str(path[0]) if len(path) == 1 else ""


def _holes(source: Source, repo: RepoKey, some: Sequence[Value], text: str) -> list[Hole] | None:
    """The places of some values, if the card is still the same with marks around them."""
    marked = _marked(source, some)
    try:
        printed = marked.body(repo) if marked else ""
    except CardgenError:
        return None
    clean, holes = _read(printed, some)
    return holes if clean == text else None


def _marked(source: Source, some: Sequence[Value]) -> Source | None:
    """The manifest with each of these values between its own marks."""
    text = source.text
    root = yaml_nodes.compose(text)
    places = [(splice.find_in(root, value.path), number, value) for number, value in enumerate(some)]
    changes = [_change(text, spot, number, value) for spot, number, value in places if spot]
    for start, end, written in sorted(changes, key=lambda change: change[:2], reverse=True):
        text = text[:start] + written + text[end:]
    return replace(source, text=text)


def _change(text: str, spot: splice.Spot, number: int, value: Value) -> tuple[int, int, str]:
    written = json.dumps(_between_marks(value.text, number), ensure_ascii=False)
    if value.is_written:
        return writing.span(text, spot.node)[0], writing.content_end(text, spot.node), written
    return splice.insertion(text, spot, written)


def _between_marks(text: str, number: int) -> str:
    """Marks inside the blanks around a text, which templates strip, and past the scheme of a URL, which is checked."""
    core = text.strip()
    start = text.index(core) + _scheme(core)
    end = text.index(core) + len(core)
    return f"{text[:start]}{_OPEN}{number}{_NUMBERED}{text[start:end]}{_CLOSE}{text[end:]}"


def _scheme(text: str) -> int:
    found = _SCHEME.match(text)
    return found.end() if found else 0


def _read(printed: str, some: Sequence[Value]) -> tuple[str, list[Hole]]:
    """What was printed without its marks, and the outermost places between marks."""
    pieces: list[str] = []
    holes: list[Hole] = []
    stack: list[tuple[int, Value]] = []
    position = length = 0
    for mark in _MARK.finditer(printed):
        pieces.append(printed[position : mark.start()])
        length += len(pieces[-1])
        position = mark.end()
        if mark["number"]:
            value = some[int(mark["number"])]
            stack.append((length - _scheme(value.text.strip()), value))
        elif stack:
            start, value = stack.pop()
            holes += [] if stack else [Hole(start, length, value)]
    return "".join(pieces) + printed[position:], holes


def _apart(holes: list[Hole]) -> Iterator[Hole]:
    """The places in order, without those that lie in another."""
    end = 0
    for hole in sorted(holes, key=lambda each: (each.start, -each.end)):
        if hole.start >= end and hole.end > hole.start:
            yield hole
            end = hole.end
