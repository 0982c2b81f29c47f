"""What the front matter of a card should say and does not."""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.lint.card import ReadCard
from cardgen.lint.rule import Problem, Rule


def _license(card: ReadCard) -> Iterator[Problem]:
    if "license" not in card.keys:
        yield Problem(
            "the card states no license, so nobody knows what is allowed",
            hint="state `license`, or `license: other` with `license_name` and `license_link`",
        )


def _base_model(card: ReadCard) -> Iterator[Problem]:
    if card.repo_type == "model" and "base_model" not in card.keys:
        yield Problem(
            "the card names no base_model, so the Hub's model tree misses it",
            hint="name the model that it was made from; for one that was trained from nothing, switch this rule off",
        )


RULES = (
    Rule("license-missing", "front matter", "warning", "The card states no license.", _license),
    Rule("base-model-missing", "front matter", "warning", "A model names no base model.", _base_model),
)
