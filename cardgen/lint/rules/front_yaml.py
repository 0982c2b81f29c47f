"""The front matter as YAML: what cannot be read, and what reads otherwise than it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import yaml

from cardgen import hub_rules, yaml_nodes
from cardgen.lint import front_fields, yaml_values
from cardgen.lint.card import Key, ReadCard
from cardgen.lint.rule import Problem, Rule
from cardgen.lint.words import quote
from cardgen.yaml_nodes import YamlError

_TEXT: Final = "tag:yaml.org,2002:str"
_READ_AS: Final = {
    "tag:yaml.org,2002:bool": "true or false",
    "tag:yaml.org,2002:int": "a number",
    "tag:yaml.org,2002:float": "a number",
    "tag:yaml.org,2002:timestamp": "a date",
}
_LOSES_ITS_ZERO = re.compile(r"[0-9]+\.[0-9]*0")


def _unreadable(card: ReadCard) -> Iterator[Problem]:
    """The Hub answers `Invalid YAML in README.md` (read off its validator by strukto-ai/mirage)."""
    if isinstance(card.node, YamlError):
        yield Problem(
            f"the front matter is no YAML, so that the Hub refuses it: {card.node.message}",
            card.unreadable_at,
            card.unreadable_at + 1,
            "mend the line, or quote the text in it",
        )


def _no_mapping(card: ReadCard) -> Iterator[Problem]:
    """The Hub answers that the metadata is invalid, or `"value" must be of type object` (the same source)."""
    if card.front and isinstance(card.node, yaml.ScalarNode | yaml.SequenceNode):
        what = "a list" if isinstance(card.node, yaml.SequenceNode) else "a text"
        start = card.front_at + (card.node.start_mark.index if card.node.start_mark else 0)
        yield Problem(
            f"the front matter is {what}, and the Hub takes nothing but keys with their values",
            start,
            card.text.find("\n", start),
            "write `key: value` in each line; mind the blank after the colon",
        )


def _twice(card: ReadCard) -> Iterator[Problem]:
    """PyYAML keeps the last, silently; the loader of `datasets` raises."""
    seen: dict[str, Key] = {}
    for key in card.every_key:
        if (first := seen.setdefault(key.name, key)) is not key:
            yield Problem(
                f"the key {quote(key.name)} is there twice, first in line {card.place(card.span(first.key)[0])[0]}",
                *card.span(key.key),
                "keep one of the two: readers take the last one, or refuse both",
            )


def _refused(card: ReadCard) -> Iterator[Problem]:
    if isinstance(card.node, yaml.MappingNode):
        for refusal in hub_rules.in_node(card.node):
            if refusal.about == "key":
                yield Problem(
                    f"the Hub refuses every card like this: {refusal.reason}",
                    *card.span(refusal.node),
                    "use letters, digits, `_` and `-`",
                )


def _trap(card: ReadCard) -> Iterator[Problem]:
    for key in card.every_key:
        if key.key.tag not in {_TEXT, yaml_nodes.MERGE}:
            yield Problem(
                f"the key {quote(key.name)} is no text to YAML 1.1, and the Hub's Python client fails on it",
                *card.span(key.key),
                "quote it",
                f'"{key.name}"',
            )
        yield from _traps_of_value(card, key)


def _traps_of_value(card: ReadCard, key: Key) -> Iterator[Problem]:
    wants_text = front_fields.wants_text(key.name, isinstance(key.value, yaml.SequenceNode))
    for node in yaml_values.scalars(key.value) if wants_text else ():
        if yaml_nodes.is_plain(node) and (read_as := _READ_AS.get(node.tag)):
            yield Problem(
                f"{node.value} is {read_as} to YAML 1.1, and a text is meant",
                *card.span(node),
                "quote it",
                f'"{node.value}"',
            )
    if not wants_text and _is_cut_version(key):
        yield Problem(
            f"{key.value.value} is a number to YAML, and loses its last zero",
            *card.span(key.value),
            "quote it",
            f'"{key.value.value}"',
        )


def _is_cut_version(key: Key) -> bool:
    """Whether somebody's own key holds a version such as `1.10`; any other number may be one."""
    value = key.value
    is_version = key.name.endswith("version") and isinstance(value, yaml.ScalarNode) and yaml_nodes.is_plain(value)
    return is_version and bool(_LOSES_ITS_ZERO.fullmatch(value.value))


RULES = (
    Rule("yaml-unreadable", "front matter", "error", "The front matter is no YAML.", _unreadable),
    Rule("yaml-no-mapping", "front matter", "error", "The front matter has no keys.", _no_mapping),
    Rule("key-twice", "front matter", "error", "A key stands twice in the front matter.", _twice),
    Rule("key-refused", "front matter", "error", "The Hub refuses a key for its letters.", _refused),
    Rule("yaml-trap", "front matter", "warning", "A text is a number, a date or a yes to YAML.", _trap),
)
