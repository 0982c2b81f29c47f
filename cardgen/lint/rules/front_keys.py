"""The keys of the front matter: nearly the Hub's, another kind's, out of use, without a value.

The Hub keeps keys that it does not know (strukto-ai/mirage read that off its validator), so that a misspelled one
passes everywhere and does nothing. A key that is near no known one is somebody's own, and is left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from cardgen.lint import front_fields, yaml_values
from cardgen.lint.card import ReadCard
from cardgen.lint.rule import Problem, Rule
from cardgen.lint.words import quote
from cardgen.model import RepoType
from cardgen.suggest import nearest
from cardgen.vocabulary import fields
from cardgen.vocabulary.words import form

ALIKE: Final = 0.84
"""How like a known key another must be to be a mistake: `dataset_size` and `model` are keys of their own."""

MOST_LETTERS: Final = 2
"""How many letters more or less it may have."""

_SHORT: Final = frozenset({
    "finetuned_from_model", "lang", "library", "license_url", "pipeline", "size", "sizes", "task", "tasks",
})  # fmt: skip
"""Words that nobody writes for anything else, though they are not alike."""

_INSTEAD: Final = {
    "eval_results": "the Hub reads results from `.eval_results/*.yaml` in the repo; leave the key out",
    "finetuned_from": "write `base_model`",
    "gated": "gating is a setting of the repo on the Hub; leave the key out",
    "license_details": "write `license: other` with `license_name` and `license_link`",
    "paperswithcode_id": "Papers with Code is gone; link the paper in the text",
    "train-eval-index": "write the benchmark's `eval.yaml`; leave the key out",
}
"""Keys that do nothing (any more), and what to do. `eval_results` as a text broke listings (huggingface_hub#3000)."""


def _misspelled(card: ReadCard) -> Iterator[Problem]:
    near = [(key, _meant(key.name, card.repo_type)) for key in card.every_key if key.name not in front_fields.EITHER]
    count = Counter(meant for _, meant in near)
    for key, meant in near:
        if meant:
            is_same = form(meant) == form(key.name) or key.name in _SPELLINGS
            yield Problem(
                f"the Hub does not know the key {quote(key.name)}; did you mean {meant!r}?",
                *card.span(key.key),
                f"write `{meant}`",
                meant if is_same and count[meant] == 1 and meant not in card.keys else None,
            )


_SPELLINGS: Final = frozenset({"licence", "languages"})
"""Words that are the same key to everybody who writes them."""


@lru_cache(maxsize=1024)
def _meant(name: str, repo_type: RepoType | None) -> str:
    """The key that this nearly is."""
    meant = next(filter(None, (fields.nearest(name, each) for each in _kinds(repo_type))), "")
    return meant if name in _SHORT or (meant and _is_near(form(name), form(meant))) else ""


def _kinds(repo_type: RepoType | None) -> tuple[RepoType, ...]:
    return (repo_type,) if repo_type else ("model", "dataset")


def _is_near(written: str, meant: str) -> bool:
    return abs(len(written) - len(meant)) <= MOST_LETTERS and bool(nearest(written, [meant], ALIKE))


def _of_other_kind(card: ReadCard) -> Iterator[Problem]:
    if not card.repo_type:
        return
    own, other = fields.known(card.repo_type), "model" if card.repo_type == "dataset" else "dataset"
    for key in card.keys.values():
        if key.name not in own and key.name in front_fields.EITHER:
            meant = fields.nearest(key.name, card.repo_type) if key.name not in _INSTEAD else ""
            yield Problem(
                f"{key.name!r} is a key of a {other}'s card, and does nothing on a {card.repo_type}'s",
                *card.span(key.key),
                f"did you mean `{meant}`?" if meant else "leave it out",
            )


def _idle(card: ReadCard) -> Iterator[Problem]:
    for name, hint in _INSTEAD.items():
        if key := card.keys.get(name):
            yield Problem(f"the key {name!r} does nothing on the Hub", *card.span(key.key), hint)


def _empty(card: ReadCard) -> Iterator[Problem]:
    for key in card.keys.values():
        field = front_fields.EITHER.get(key.name)
        if field and "null" not in field.kinds and yaml_values.is_blank(key.value):
            yield Problem(
                f"the key {key.name!r} has no value", *card.span(key.key), "write its value, or leave the key out"
            )


RULES = (
    Rule("key-misspelled", "front matter", "warning", "A key is nearly one that the Hub knows.", _misspelled),
    Rule("key-of-other-kind", "front matter", "warning", "A key belongs on another kind of card.", _of_other_kind),
    Rule("key-idle", "front matter", "warning", "A key does nothing on the Hub.", _idle),
    Rule("key-empty", "front matter", "warning", "A key has no value.", _empty),
)
