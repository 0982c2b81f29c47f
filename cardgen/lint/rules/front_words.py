"""Values that are words of the Hub: tasks, libraries, sizes, creators, relations, languages, licenses.

What the Hub refuses is an error: other licenses (huggingface_hub#4218), languages (huggingface_hub#3862) and task ids,
of which its validator lists those that it takes. Of the others it is only known that its website offers no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import yaml

from cardgen import yaml_nodes
from cardgen.lint import front_fields, yaml_values
from cardgen.lint.card import ReadCard
from cardgen.lint.rule import CardCheck, Problem, Rule
from cardgen.lint.words import quote
from cardgen.model import Severity
from cardgen.vocabulary import languages, tasks

_ELSE: Final = {
    "license": "for one that is not in the Hub's list: `license: other`, with `license_name` and `license_link`",
}
"""What to do about a word that is near none."""

_FREE: Final = frozenset({"library_name"})
"""Keys that take other words too: `gguf` is none of the Hub's, and is right."""


def _of(*names: str) -> CardCheck:
    """A check of some keys: each of their words is one that the Hub knows."""

    def check(card: ReadCard) -> Iterator[Problem]:
        for name in names:
            if (key := card.keys.get(name)) and not yaml_values.is_blank(key.value):
                for node in yaml_values.scalars(key.value):
                    yield from _unknown(card, name, node)

    return check


def _unknown(card: ReadCard, name: str, node: yaml.ScalarNode) -> Iterator[Problem]:
    words = front_fields.EITHER[name].words
    if words is None or node.value in words:
        return
    meant, same = words.nearest(node.value), words.same(node.value)
    if name in _FREE and not meant:
        return
    did_you_mean = f"; did you mean {meant!r}?" if meant else ""
    yield Problem(
        f"the Hub knows no {name} {quote(node.value)}{did_you_mean}",
        *card.span(node),
        f"write `{meant}`" if meant else _ELSE.get(name, "take one of those in the Hub's documentation"),
        same or None,
    )


def _language(card: ReadCard) -> Iterator[Problem]:
    key = card.keys.get("language")
    for node in yaml_values.scalars(key.value) if key else ():
        code = str(node.value)
        if yaml_values.is_blank(node) or yaml_nodes.is_yaml11_boolean(node) or languages.is_known(code):
            continue
        lower = code.lower()
        if lower != code and languages.is_known(lower):
            yield Problem(
                f"the Hub refuses the language {quote(code)}: it is not in lower case",
                *card.span(node),
                f"write `{lower}`",
                f'"{lower}"' if lower in _QUOTED else lower,
            )
        else:
            yield Problem(
                f"the Hub refuses the language {quote(code)}: it is no code of ISO 639",
                *card.span(node),
                _advice(code),
            )


_QUOTED = frozenset({"no", "on", "y", "n"})
"""Codes that YAML takes for yes or no."""


def _advice(code: str) -> str:
    meant = languages.nearest(code)
    if not meant:
        return "write the code of two letters, or of three where it has no other"
    is_region = code.lower().replace("_", "-").startswith(f"{meant}-")
    return f"write `{meant}`" + ("; a region is no part of it" if is_region else "")


def _category_missing(card: ReadCard) -> Iterator[Problem]:
    ids, stated = card.keys.get("task_ids"), card.keys.get("task_categories")
    there = yaml_values.texts(stated.value) if stated else frozenset[str]()
    for node in yaml_values.scalars(ids.value) if ids else ():
        wanted = tasks.categories_of(node.value)
        if wanted and there.isdisjoint(wanted):
            yield Problem(
                f"the task id {node.value!r} belongs to {_either(wanted)}, which `task_categories` does not say",
                *card.span(node),
                f"add `{wanted[0]}` to `task_categories`",
            )


def _either(words: Sequence[str]) -> str:
    return " or ".join(map(repr, words))


_WORDS: Final[tuple[tuple[str, Severity, str, tuple[str, ...]], ...]] = (
    ("license-unknown", "error", "The Hub does not know a license.", ("license",)),
    ("task-id-unknown", "error", "The Hub does not know a task id.", ("task_ids",)),
    ("task-category-unknown", "warning", "The Hub does not know a task category.", ("task_categories",)),
    ("pipeline-tag-unknown", "warning", "The Hub does not know a pipeline tag.", ("pipeline_tag",)),
    ("library-unknown", "warning", "A library is nearly one that the Hub knows.", ("library_name",)),
    ("relation-unknown", "warning", "The Hub does not know a relation.", ("base_model_relation",)),
    ("size-unknown", "warning", "The Hub does not know a size category.", ("size_categories",)),
    (
        "creators-unknown",
        "warning",
        "The Hub does not know who created something.",
        ("annotations_creators", "language_creators"),
    ),
    ("multilinguality-unknown", "warning", "The Hub does not know a multilinguality.", ("multilinguality",)),
)
RULES = (
    *(Rule(name, "front matter", severity, summary, _of(*keys)) for name, severity, summary, keys in _WORDS),
    Rule("language-unknown", "front matter", "error", "The Hub does not know a language.", _language),
    Rule("task-category-missing", "front matter", "warning", "A task id's category is not stated.", _category_missing),
)
