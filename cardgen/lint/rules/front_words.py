"""Values that are words of the Hub: tasks, libraries, sizes, creators, relations, languages, licenses.

What the Hub refuses is an error: other licenses (huggingface_hub#4218), languages (huggingface_hub#3862) and task ids,
of which its validator lists those that it takes. Of the others it is only known that its website offers no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import yaml

from cardgen import yaml_nodes
from cardgen.lint import front_fields, yaml_values
from cardgen.lint.card import ReadCard
from cardgen.lint.rule import CardCheck, Problem, Rule
from cardgen.lint.words import quote
from cardgen.vocabulary import languages, tasks


def _of(*names: str) -> CardCheck:
    """A check of some keys: each of their words is one that the Hub knows."""

    def check(card: ReadCard) -> Iterator[Problem]:
        for name in names:
            if (key := card.keys.get(name)) and not front_fields.is_empty(key.value):
                for node in yaml_values.scalars(key.value):
                    yield from _unknown(card, name, node)

    return check


def _unknown(card: ReadCard, name: str, node: yaml.ScalarNode) -> Iterator[Problem]:
    words = front_fields.EITHER[name].words
    if words is None or node.value in words:
        return
    meant, same = words.nearest(node.value), words.same(node.value)
    did_you_mean = f"; did you mean {meant!r}?" if meant else ""
    yield Problem(
        f"the Hub knows no {name} {quote(node.value)}{did_you_mean}",
        *card.span(node),
        f"write `{meant}`" if meant else "take one of those in the Hub's documentation",
        same or None,
    )


def _license(card: ReadCard) -> Iterator[Problem]:
    for problem in _of("license")(card):
        if problem.mended is None and "did you mean" not in problem.message:
            hint = "for a license that is not in the Hub's list: `license: other`, with `license_name` and `license_link`"
            yield Problem(problem.message, problem.start, problem.end, hint)
        else:
            yield problem


def _language(card: ReadCard) -> Iterator[Problem]:
    key = card.keys.get("language")
    for node in yaml_values.scalars(key.value) if key else ():
        code = str(node.value)
        if front_fields.is_empty(node) or yaml_nodes.is_yaml11_boolean(node) or languages.is_known(code):
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


RULES = (
    Rule("license-unknown", "front matter", "error", "The Hub does not know a license.", _license),
    Rule("language-unknown", "front matter", "error", "The Hub does not know a language.", _language),
    Rule("task-id-unknown", "front matter", "error", "The Hub does not know a task id.", _of("task_ids")),
    Rule(
        "task-category-unknown", "front matter", "warning", "The Hub does not know a task category.",
        _of("task_categories"),
    ),
    Rule(
        "task-category-missing", "front matter", "warning", "A task id's category is not stated.", _category_missing
    ),
    Rule("pipeline-tag-unknown", "front matter", "warning", "The Hub does not know a pipeline tag.", _of("pipeline_tag")),
    Rule("library-unknown", "front matter", "warning", "The Hub does not know a library.", _of("library_name")),
    Rule("relation-unknown", "front matter", "warning", "The Hub does not know a relation.", _of("base_model_relation")),
    Rule("size-unknown", "front matter", "warning", "The Hub does not know a size category.", _of("size_categories")),
    Rule(
        "creators-unknown", "front matter", "warning", "The Hub does not know who created something.",
        _of("annotations_creators", "language_creators"),
    ),
    Rule(
        "multilinguality-unknown", "front matter", "warning", "The Hub does not know a multilinguality.",
        _of("multilinguality"),
    ),
)  # fmt: skip
