"""Values that are ids of repos: base models, datasets, a newer version."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from cardgen import repo_ids
from cardgen.lint import yaml_values
from cardgen.lint.card import ReadCard
from cardgen.lint.rule import CardCheck, Problem, Rule
from cardgen.lint.words import quote

_PAGE = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/(?P<datasets>datasets/)?(?P<id>[\w.-]+/[\w.-]+)/?")


def _no_id(*names: str) -> CardCheck:
    """A check of some keys: each of their values is an id, as the Hub takes it.

    The Hub: `"base_model" with value "…" is not valid. Use a model id from https://hf.co/models`, said of local paths
    and of names. Ids without a namespace, such as `gpt2`, are those of the Hub's first models.
    """

    def check(card: ReadCard) -> Iterator[Problem]:
        for name in names:
            key = card.keys.get(name)
            for node in yaml_values.scalars(key.value) if key else ():
                if not yaml_values.is_blank(node) and (problem := _problem(node.value)):
                    yield _said(card, name, node, problem)

    return check


def _problem(value: str) -> str:
    """What is wrong with an id that may lack its namespace."""
    if "://" in value:
        return "it is an address"
    if value.startswith(("/", "./", "../", "~")):
        return "it is a path"
    if value.startswith(("datasets/", "models/", "spaces/")) and value.count("/") == 2:
        return "the kind of repo is no part of an id"
    return repo_ids.problem(value) if "/" in value else repo_ids.part_problem(value)


def _said(card: ReadCard, name: str, node: yaml.ScalarNode, problem: str) -> Problem:
    kind = "dataset" if name == "datasets" else "model"
    page = _PAGE.fullmatch(node.value)
    is_meant = page and bool(page["datasets"]) == (kind == "dataset") and not repo_ids.problem(page["id"])
    repo_id = page["id"] if page and is_meant else ""
    return Problem(
        f"the {name} {quote(node.value)} is no id of a {kind} on the Hub: {problem}",
        *card.span(node),
        f"write `{repo_id}`" if repo_id else f"write NAMESPACE/NAME of a {kind} on the Hub, or leave it out",
        repo_id or None,
    )


def _itself(card: ReadCard) -> Iterator[Problem]:
    for name in ("base_model", "new_version"):
        key = card.keys.get(name)
        for node in yaml_values.scalars(key.value) if key and card.repo_id else ():
            if node.value.lower() == card.repo_id.lower():
                yield Problem(
                    f"the {name} is the repo itself",
                    *card.span(node),
                    "name the model that it was made from"
                    if name == "base_model"
                    else "`new_version` stands on the old model, and names the new one",
                )


def _twice(card: ReadCard) -> Iterator[Problem]:
    for name in ("base_model", "datasets"):
        key = card.keys.get(name)
        seen: dict[str, str] = {}
        for node in yaml_values.scalars(key.value) if key else ():
            first = seen.get(node.value.lower())
            seen[node.value.lower()] = node.value
            if first:
                otherwise = "" if first == node.value else f", once as {quote(first)}"
                yield Problem(
                    f"{name} names {quote(node.value)} twice{otherwise}",
                    *card.span(node),
                    "name it once, as the Hub writes it",
                )


RULES = (
    Rule(
        "repo-id-refused", "front matter", "error", "The Hub refuses what is no id of a repo.",
        _no_id("base_model", "datasets"),
    ),
    Rule("repo-id-wrong", "front matter", "warning", "A value is no id of a repo.", _no_id("new_version")),
    Rule("names-itself", "front matter", "warning", "A card names its own repo as another.", _itself),
    Rule("repo-twice", "front matter", "warning", "A list of repos names one twice.", _twice),
)  # fmt: skip
