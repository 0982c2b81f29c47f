"""New addresses, and new ids of repos, in a manifest: each value that states an old one, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from cardgen import yaml_nodes
from cardgen.links import places
from cardgen.mending import Mended
from cardgen.mending.moves import Moves
from cardgen.pulling import Source
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
    repos = [repo.key for repo in source.collection.repos]
    for path, text in list(_texts(yaml_nodes.compose(source.text))):
        new = moves.in_text(moves.of_id(text, _kind(path)))
        changed = source.with_text(path, new) if new != text else None
        if changed and [repo.key for repo in changed.collection.repos] == repos:
            source = changed
    return source


def _texts(root: yaml.Node | None) -> Iterator[tuple[Path, str]]:
    """Every text of a manifest with the way to it, once: what an alias repeats is mended where it is written."""
    waiting: list[tuple[Path, yaml.Node]] = [((), root)] if root else []
    seen: set[int] = set()
    while waiting:
        path, node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            yield path, str(node.value)
        elif isinstance(node, yaml.MappingNode):
            waiting += [((*path, str(key.value)), value) for key, value in node.value if _is_own(key)]
        elif isinstance(node, yaml.SequenceNode):
            waiting += [((*path, index), value) for index, value in enumerate(node.value)]


def _is_own(key: yaml.Node) -> bool:
    return isinstance(key, yaml.ScalarNode) and key.tag != yaml_nodes.MERGE


def _kind(path: Path) -> str:
    """The kind of repo that an id at this place names, as the Hub's addresses begin."""
    return "datasets/" if {"datasets", "dataset", "train_datasets"} & set(path[-2:]) else ""
