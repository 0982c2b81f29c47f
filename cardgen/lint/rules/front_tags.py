"""`tags`: free words, of which the Hub computes some itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import yaml

from cardgen.lint import yaml_values
from cardgen.lint.card import ReadCard
from cardgen.lint.rule import Problem, Rule
from cardgen.lint.words import quote

_FROM: Final = {
    "base_model": "base_model",
    "dataset": "datasets",
    "language": "language",
    "license": "license",
    "region": "",
    "size_categories": "size_categories",
    "task_categories": "task_categories",
    "task_ids": "task_ids",
}
"""Tags that the Hub makes, by what stands before their colon, and of which key; `arxiv:…` may be written."""

MAX_INDENT: Final = 80
_REST = re.compile(r"[ \t]*\n(?=(?P<indent>[ \t]*))")


def _tags(card: ReadCard) -> Iterator[yaml.ScalarNode]:
    key = card.keys.get("tags")
    return yaml_values.scalars(key.value) if key else iter(())


def _computed(card: ReadCard) -> Iterator[Problem]:
    for node in _tags(card):
        before, colon, value = str(node.value).partition(":")
        if colon and value and before in _FROM and not _is_of_peft(card, node.value):
            source = _FROM[before]
            yield Problem(
                f"the tag {quote(node.value)} is one that the Hub makes itself",
                *card.span(node),
                f"leave it out; the Hub makes it of `{source}`" if source else "leave it out",
            )


def _is_of_peft(card: ReadCard, tag: str) -> bool:
    """PEFT writes the base model of an adapter into the tags, too; that is right while the key says the same."""
    key = card.keys.get("base_model")
    return key is not None and tag.removeprefix("base_model:adapter:") in yaml_values.texts(key.value)


def _twice(card: ReadCard) -> Iterator[Problem]:
    seen: set[str] = set()
    for node in _tags(card):
        if node.value in seen:
            start, end = card.span(node)
            item, after, mended = _removal(card.text, start, end)
            yield Problem(f"the tag {quote(node.value)} is there twice", item, after, "leave one of them out", mended)
        seen.add(node.value)


def _removal(text: str, start: int, end: int) -> tuple[int, int, str | None]:
    """What to cut out so that an item of a list is gone, if that is sure; else just where it stands."""
    line = text.rfind("\n", max(0, start - MAX_INDENT), start) + 1
    rest = _REST.match(text, end)
    if not line or not rest or text[line:start].strip() != "-":
        return start, end, None
    dash = text.index("-", line)
    indent = dash - line
    if text.startswith("-", rest.end() + indent) and len(rest["indent"]) == indent:
        return dash, rest.end() + indent, ""
    return (dash, rest.end(), "") if indent == 0 else (start, end, None)


RULES = (
    Rule("tag-computed", "front matter", "warning", "A tag is one that the Hub makes itself.", _computed),
    Rule("tag-twice", "front matter", "warning", "A tag stands twice.", _twice),
)
