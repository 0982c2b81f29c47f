"""`configs` and `dataset_info`: how a dataset is loaded.

The Hub takes any; what is an error here makes `datasets` refuse the dataset, for every reader and for the Hub's viewer
(datasets 5.2.0, utils/metadata.py, splits.py and data_files.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import yaml

from cardgen.lint import yaml_values
from cardgen.lint.card import ReadCard
from cardgen.lint.rule import Problem, Rule
from cardgen.lint.words import quote
from cardgen.lint.yaml_values import Pairs

_SPLIT = re.compile(r"\w+(?:\.\w+)*")
_NO_SPLIT = re.compile(r"[^\w.]+")
_DATA_FILES = "write a path, a list of paths, or a list of `{split: train, path: …}`"


def _configs(card: ReadCard) -> Sequence[yaml.Node]:
    key = card.keys.get("configs")
    return tuple(yaml_values.items(key.value)) if key else ()


def _broken(card: ReadCard) -> Iterator[Problem]:
    key = card.keys.get("configs")
    if card.repo_type == "model" or key is None or yaml_values.is_blank(key.value):
        return
    if not isinstance(key.value, yaml.SequenceNode):
        yield Problem(
            "`configs` is no list, so that nobody can load the dataset", *card.span(key.value), "write a list"
        )
    for config in _configs(card):
        yield from _name(card, config, yaml_values.pairs(config))
    stated = (yaml_values.pairs(config).get("data_files") for config in _configs(card))
    for files in yaml_values.distinct(each.value for each in stated if each):
        yield from _data_files(card, files)
    yield from _defaults(card)


def _name(card: ReadCard, node: yaml.Node, config: Pairs) -> Iterator[Problem]:
    name = config.get("config_name")
    if not yaml_values.is_merged(node) and not (name and yaml_values.is_text(name.value)):
        said = "has no config_name" if name is None else "has a config_name that is no text"
        yield Problem(
            f"a config {said}, so that nobody can load the dataset",
            *card.span(name.value if name and name.value.value else node),
            "give it one, in quotes if it is a number: `config_name: default`",
        )


def _data_files(card: ReadCard, files: yaml.Node) -> Iterator[Problem]:
    if isinstance(files, yaml.MappingNode):
        yield Problem("`data_files` is a mapping, which `datasets` does not take here", *card.span(files), _DATA_FILES)
    seen: set[str] = set()
    for item in yaml_values.items(files):
        stated = yaml_values.pairs(item)
        split, path = stated.get("split"), stated.get("path")
        if isinstance(item, yaml.ScalarNode) or yaml_values.is_merged(item):
            continue
        if not split or not path or len(stated) != 2 or isinstance(path.value, yaml.MappingNode):
            yield Problem("a part of `data_files` is not `split` and `path` alone", *card.span(item), _DATA_FILES)
        elif isinstance(split.value, yaml.ScalarNode):
            yield from _split(card, split.value, seen)
            seen.add(split.value.value)


def _split(card: ReadCard, split: yaml.ScalarNode, seen: set[str]) -> Iterator[Problem]:
    if not _SPLIT.fullmatch(split.value):
        yield Problem(
            f"the split {quote(split.value)} has a name that `datasets` does not take",
            *card.span(split),
            f"use letters, digits, `_` and `.`: `{_NO_SPLIT.sub('_', split.value[:40]).strip('._') or 'train'}`",
        )
    elif split.value in seen:
        yield Problem(f"the split {quote(split.value)} is there twice", *card.span(split), "give it one list of paths")


def _defaults(card: ReadCard) -> Iterator[Problem]:
    """The one config that says `default: true`; the viewer and `datasets` take no second."""
    stated = (yaml_values.pairs(each).get("default") for each in _configs(card))
    marked = [each for each in stated if each and getattr(each.value, "value", "") in {"true", "True", "yes"}]
    for each in marked[1:]:
        yield Problem("another config is the default already", *card.span(each.key), "leave one `default: true`")


def _twice(card: ReadCard) -> Iterator[Problem]:
    seen: set[str] = set()
    for name in _names(_configs(card)):
        if name.value in seen:
            yield Problem(
                f"two configs are called {quote(name.value)}; the first one is lost",
                *card.span(name),
                "call one of them otherwise, or give one config all files",
            )
        seen.add(name.value)


def _names(nodes: Sequence[yaml.Node]) -> Iterator[yaml.ScalarNode]:
    for node in nodes:
        name = yaml_values.pairs(node).get("config_name")
        if name and isinstance(name.value, yaml.ScalarNode):
            yield name.value


def _unlike_info(card: ReadCard) -> Iterator[Problem]:
    """Where nothing says how data is loaded, `dataset_info` may name what a script makes."""
    key = card.keys.get("dataset_info")
    known = {name.value for name in _names(_configs(card))}
    if key is None or not known:
        return
    described = (key.value,) if isinstance(key.value, yaml.MappingNode) else tuple(yaml_values.items(key.value))
    for name in _names(described):
        if name.value not in known:
            yield Problem(
                f"`dataset_info` describes the config {quote(name.value)}, which `configs` does not have",
                *card.span(name),
                f"`configs` has {', '.join(map(quote, sorted(known)[:3]))}",
            )


RULES = (
    Rule("configs-broken", "front matter", "error", "Nobody can load a dataset by its configs.", _broken),
    Rule("config-twice", "front matter", "warning", "Two configs have one name.", _twice),
    Rule("config-unknown", "front matter", "warning", "What is described is no config.", _unlike_info),
)
