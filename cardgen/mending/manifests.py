"""New addresses, and new ids of repos, in a manifest: each value that states an old one, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import yaml

from cardgen import yaml_nodes
from cardgen.links import places
from cardgen.mending import Mended
from cardgen.mending.moves import Moves
from cardgen.model import RepoKey
from cardgen.pulling import Source, writing
from cardgen.pulling.splice import Path


def mend(source: Source, moves: Moves) -> Mended:
    """The manifest with the new addresses, as far as its cards then have the same links but for these. What stands in
    a template, or in a pattern, is left."""
    after = _mended(source, moves)
    if not _is_same(_links(source), _links(after), moves):
        after = _one_by_one(source, moves)
    return Mended(source.file, source.text, after.text, frozenset(_links(after) & moves.addresses.keys()))


def _links(source: Source) -> set[str]:
    return set(places.gather(source.cards.values(), ()))


def _is_same(before: set[str], after: set[str], moves: Moves) -> bool:
    """Whether cards have the same links as before: none is lost that did not move, and none is new but addresses that
    something moved to."""
    kept = before - moves.addresses.keys()
    return kept <= after and after - before <= set(moves.addresses.values())


def _one_by_one(source: Source, moves: Moves) -> Source:
    """The manifest with those new addresses that do no harm."""
    before = _links(source)
    for old, new in moves.addresses.items():
        changed = _mended(source, Moves({old: new}))
        if _is_same(before, _links(changed), moves):
            source = changed
    return source


def _mended(source: Source, moves: Moves) -> Source:
    """The manifest with every value that states an old address written anew, where that can be done."""
    new = {path: _new(path, str(node.value), moves) for path, node in _texts(source.text)}
    return _at_once(source, new, moves) or _value_by_value(source, new)


def _new(path: Path, text: str, moves: Moves) -> str:
    return moves.in_text(moves.of_id(text, _kind(path)))


def _at_once(source: Source, new: Mapping[Path, str], moves: Moves) -> Source | None:
    """The manifest with all new values, each put into the text as it is written there; None if it then reads as
    anything else, as where a new address needs quotes that the old one had not."""
    text = source.text
    for path, node in sorted(_texts(source.text), key=lambda each: -each[1].start_mark.index):
        if new[path] != node.value:
            start, end = writing.span(text, node)
            text = text[:start] + _new(path, text[start:end], moves) + text[end:]
    try:
        is_read = [(path, str(node.value)) for path, node in _texts(text)] == list(new.items())
    except yaml_nodes.YamlError:
        return None
    changed = source.with_whole(text) if is_read else None
    return changed if changed and _repos(changed) == _repos(source) else None


def _value_by_value(source: Source, new: Mapping[Path, str]) -> Source:
    """The same with each value by itself, in whatever way it can be written; what cannot be is left."""
    repos = _repos(source)
    for path, node in list(_texts(source.text)):
        changed = source.with_text(path, new[path]) if new[path] != node.value else None
        if changed and _repos(changed) == repos:
            source = changed
    return source


def _repos(source: Source) -> list[RepoKey]:
    return [repo.key for repo in source.collection.repos]


def _texts(text: str) -> Iterator[tuple[Path, yaml.ScalarNode]]:
    """Every text of a manifest with the way to it, once: what an alias repeats is mended where it is written."""
    root = yaml_nodes.compose(text)
    waiting: list[tuple[Path, yaml.Node]] = [((), root)] if root else []
    seen: set[int] = set()
    while waiting:
        path, node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            yield path, node
        elif isinstance(node, yaml.MappingNode):
            waiting += [((*path, str(key.value)), value) for key, value in node.value if _is_own(key)]
        elif isinstance(node, yaml.SequenceNode):
            waiting += [((*path, index), value) for index, value in enumerate(node.value)]


def _is_own(key: yaml.Node) -> bool:
    return isinstance(key, yaml.ScalarNode) and key.tag != yaml_nodes.MERGE


def _kind(path: Path) -> str:
    """The kind of repo that an id at this place names, as the Hub's addresses begin."""
    return "datasets/" if {"datasets", "dataset", "train_datasets"} & set(path[-2:]) else ""
