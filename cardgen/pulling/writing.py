"""The ways to write a value in YAML, the one that changes least first."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from cardgen import front_matter, yaml_nodes
from cardgen.pulling import merge

_WORD = re.compile(r"\S+")
_SIMPLE = re.compile(r"(?:https?://)?[A-Za-z0-9][A-Za-z0-9._~/%=&+@-]*")
_ALIAS = re.compile(r"\s*:\s*\*[^\s,\[\]{}]+")
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)+")


class Unwritable(Exception):
    """A value that a manifest cannot state; the message reads on from "its value …"."""


def data(node: yaml.Node | None) -> Any:
    """A node as a manifest's card data would have it. Raises Unwritable."""
    return _data(node, set())


def _data(node: yaml.Node | None, seen: set[int]) -> Any:
    if node is None or not yaml_nodes.has_plain_tag(node):
        raise Unwritable("cannot be read, or has a tag")
    if id(node) in seen:
        raise Unwritable("is shared by an anchor")
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        pairs = [(_data(key, seen), _data(value, seen)) for key, value in node.value]
        if len({key for key, _ in pairs if isinstance(key, str)}) < len(pairs):
            raise Unwritable("states a key twice, or one that is no text")
        return dict(pairs)
    if isinstance(node, yaml.SequenceNode):
        return [_data(item, seen) for item in node.value]
    assert isinstance(node, yaml.ScalarNode)  # noqa: S101 - YAML has no fourth kind of node
    return yaml_nodes.scalar(node)


def span(text: str, node: yaml.Node) -> tuple[int, int]:
    """Where the value of a node stands in the text, without its anchor and tag."""
    start, end = node.start_mark.index, node.end_mark.index
    properties = _PROPERTIES.match(text, start, end)
    return (properties.end() if properties else start), end


def content_end(text: str, node: yaml.Node, after: int = 0) -> int:
    """Where the text of a node ends: of a list or mapping in lines, where its last item does.

    A node that stands before `after` is an alias there, which PyYAML gives the place of its anchor.
    """
    while (
        node.start_mark.index >= after and isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value
    ):
        end, last = node.end_mark.index, node.value[-1]
        if isinstance(last, tuple):
            after, node = last[0].end_mark.index, last[1]
        elif last.start_mark.index < node.start_mark.index or any(last is each for each in node.value[:-1]):
            return len(text[:end].rstrip())
        else:
            node = last
    if node.start_mark.index < after:
        alias = _ALIAS.match(text, after)
        return alias.end() if alias else after
    start, end = node.start_mark.index, node.end_mark.index
    return start + len(text[start:end].rstrip()) if end > start else end


def ways(source: str, old: str, new: str, indent: int, in_flow: bool) -> Iterator[str]:
    """Ways to write the text `new` where `source` stands, which reads as `old`; `indent` is for new lines."""
    tail = source[len(source.rstrip()) :]
    is_block = source[:1] in ("|", ">")
    if is_block or source[:1] in ("'", '"') or _is_plain(new, in_flow):
        yield from _patched(source, old, new, _indent(source) if is_block else indent)
    if is_block:
        yield from _block(source, new, tail)
    elif "\n" not in new:
        yield from _in_style(source[:1], new, in_flow)
    elif not in_flow:
        yield "\n".join(literal(new, indent))
    yield _quoted(new) + tail


def _is_plain(text: str, in_flow: bool) -> bool:
    """Whether a text can do without quotes; what PyYAML would quote, some parser may read otherwise."""
    if _SIMPLE.fullmatch(text):
        return True
    return text == (front_matter.dump_flow(text) if in_flow else front_matter.dump_yaml({"k": text})[3:-1])


def literal(text: str, indent: int = 0) -> list[str]:
    """A text of several lines as the lines of a literal block."""
    return [_literal_header("|", text), *_indented(text.rstrip("\n"), indent)]


def list_changes(text: str, node: yaml.SequenceNode, value: list[Any]) -> Iterator[tuple[int, int, str]]:
    """How a list with a line for each item becomes another: where, and what; items that stay keep their lines."""
    try:
        old = [front_matter.dump_flow(data(item)) for item in node.value]
    except Unwritable:
        return
    changes = merge.edits(old, [front_matter.dump_flow(item) for item in value])
    starts = [text.rfind("\n", 0, item.start_mark.index) + 1 for item in node.value]
    ends = [text.find("\n", content_end(text, item)) + 1 or len(text) for item in node.value]
    first = text[starts[0] : ends[0]]
    indent = first[: len(first) - len(first.lstrip(" "))]
    pieces, position = [], starts[0]
    for each in changes:
        at = starts[each.start] if each.start < len(starts) else ends[-1]
        pieces += [text[position:at], *(f"{indent}- {item}\n" for item in each.new)]
        position = ends[each.end - 1] if each.end > each.start else at
    yield starts[0], ends[-1], "".join(pieces) + text[position : ends[-1]]


def _in_style(style: str, new: str, in_flow: bool) -> Iterator[str]:
    if style == '"':
        yield _quoted(new)
    elif style == "'":
        yield "'" + new.replace("'", "''") + "'"
    elif _is_plain(new, in_flow):
        yield new
    yield front_matter.dump_flow(new)


def _quoted(text: str) -> str:
    """In double quotes; what JSON writes is YAML too."""
    return json.dumps(text, ensure_ascii=False)


def _patched(source: str, old: str, new: str, indent: int) -> Iterator[str]:
    """Only the words that changed, so that lines stay folded where they were."""
    spans, old_words = _words(source), [found.group() for found in _WORD.finditer(old)]
    if [source[start:end] for start, end in spans] != old_words or not old_words:
        return
    new_words = list(_WORD.finditer(new))
    pieces, position = [], 0
    for edit in merge.edits(old_words, [found.group() for found in new_words]):
        start, end = _place(spans, edit)
        inserted = _with_blanks(new, new_words, edit).replace("\n", "\n" + " " * indent)
        pieces += [source[position:start], inserted]
        position = end
    yield "".join(pieces) + source[position:]


def _words(source: str) -> list[tuple[int, int]]:
    """Where the words of a scalar stand: past the quote, or past the head of a block."""
    start, end = 0, len(source)
    if source[:1] in ("|", ">"):
        start = source.find("\n") + 1 or end
    elif source[:1] in ("'", '"'):
        start, end = 1, end - 1
    return [found.span() for found in _WORD.finditer(source, start, end)]


def _place(spans: list[tuple[int, int]], edit: merge.Edit) -> tuple[int, int]:
    """The part of the source that an edit of its words replaces, blanks included where words come or go."""
    if edit.start < edit.end and edit.new:
        return spans[edit.start][0], spans[edit.end - 1][1]
    if edit.start:
        return spans[edit.start - 1][1], spans[max(edit.start, edit.end) - 1][1]
    return spans[0][0], spans[min(edit.end, len(spans) - 1)][0]


def _with_blanks(new: str, words: list[re.Match[str]], edit: merge.Edit) -> str:
    """The new words of an edit with the blanks between them, and if they only come in, to a neighbour."""
    if not edit.new:
        return ""
    first, last = edit.new_start, edit.new_start + len(edit.new) - 1
    start, end = words[first].start(), words[last].end()
    if edit.start == edit.end and edit.start:
        start = words[first - 1].end()
    elif edit.start == edit.end and last + 1 < len(words):
        end = words[last + 1].start()
    return new[start:end]


def _block(source: str, new: str, tail: str) -> Iterator[str]:
    """A block scalar with the head and the indentation that it has, then as a literal one."""
    head, indent, content = source.partition("\n")[0].rstrip(), _indent(source), new.rstrip("\n")
    text = content.replace("\n", "\n\n") if head.startswith(">") else content
    yield "\n".join([head, *_indented(text, indent)]) + tail
    yield "\n".join([_literal_header(head, new), *_indented(content, indent)]) + tail


def _indent(source: str) -> int:
    """The indentation of a block scalar."""
    first = next((line for line in source.splitlines()[1:] if line.strip()), "")
    return len(first) - len(first.lstrip(" "))


def _literal_header(head: str, new: str) -> str:
    """`|` with the sign that says which line ends at the end count; a comment stays."""
    ends = len(new) - len(new.rstrip("\n"))
    comment = head.partition(" ")[2]
    return "|" + ("-" if ends == 0 else "" if ends == 1 else "+") + (f" {comment}" if comment else "")


def _indented(text: str, indent: int) -> list[str]:
    return [" " * indent + line if line else "" for line in text.split("\n")]
