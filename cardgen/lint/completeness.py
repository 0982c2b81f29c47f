"""How much of what a reader needs a card says, after Hugging Face's checklist for releases.

The checklist is hub-docs' model-release-checklist; what each item is worth is our own judgement. Content counts,
headings do not: a section with nothing but a placeholder is worth nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from cardgen.lint.card import ReadCard
from cardgen.lint.sections import under, words
from cardgen.lint.yaml_values import has_value
from cardgen.model import RepoType

BOTH: Final[frozenset[RepoType]] = frozenset({"model", "dataset"})
MODEL: Final[frozenset[RepoType]] = frozenset({"model"})
DATASET: Final[frozenset[RepoType]] = frozenset({"dataset"})

_LOADS = re.compile(
    r"from_pretrained\(|\bpipeline\(|load_dataset\(|\bLLM\(|SentenceTransformer\(|\bvllm\b|\bollama\b|llama-(?:cli|server)"
    r"|\bsglang\b|\bcurl\b|snapshot_download\(|\bhf download\b|pd\.read_|InferenceClient\(|\bpip install\b"
)
_NUMBERS = re.compile(r"(?<![\w.])\d+(?:\.\d+)?\s*%?(?![\w.])")
_SIZE = re.compile(r"\b\d+(?:\.\d+)?\s?[BMK]\b|\bparameters?\b", re.IGNORECASE)
_DETAIL = re.compile(
    r"\bcontext (?:length|window|size)\b|\btokens?\b|\barchitecture\b|\b(?:bf16|fp16|fp8|int8|int4|bfloat16|float16)\b"
    r"|\blayers?\b|\bvocabulary\b",
    re.IGNORECASE,
)
_PAPER = re.compile(r"arxiv\.org/|(?:huggingface\.co|hf\.co)/papers/|aclanthology\.org/|openreview\.net/|doi\.org/")
_COLLECTION = re.compile(r"(?:huggingface\.co|hf\.co)/collections/")
_DEMO = re.compile(r"(?:huggingface\.co|hf\.co)/spaces/|\bdemo\b", re.IGNORECASE)
_BIBTEX = re.compile(r"^[ \t]*@[A-Za-z]+[ \t]*\{[^\s,{}]+,", re.MULTILINE)


def _titled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_LIMITS = _titled(r"limit|bias|risk|caveat|out-of-scope|considerations|ethic|safety|responsib")
_TRAINING = _titled(r"train|data\b|dataset|recipe|method|fine-?tun|procedure")
_RESULTS = _titled(r"evaluat|benchmark|result|performance|metric|score|comparison")
_STRUCTURE = _titled(r"structure|fields|features|splits|format|schema|columns|instances|statistics")
_SOURCES = _titled(r"source|creation|collect|curation|annotat|construct|pipeline|process|about|description|summary")


@dataclass(frozen=True, slots=True)
class Item:
    """Something that a card should say: what to add where it does not, and what it is worth."""

    add: str
    types: frozenset[RepoType]
    worth: int
    is_said: Callable[[ReadCard], bool]


@dataclass(frozen=True, slots=True)
class Score:
    """How complete a card is, in percent, and what to add: what is worth most first."""

    card: str
    percent: int
    missing: tuple[str, ...]


def _key(name: str) -> Callable[[ReadCard], bool]:
    return lambda card: name in card.keys and has_value(card.keys[name].value)


def _written(called: re.Pattern[str], count: int) -> Callable[[ReadCard], bool]:
    """Whether sections of that name hold so many words."""
    return lambda card: any(words(card, each.start, each.end) >= count for each in under(card, called))


def _linked(pattern: re.Pattern[str]) -> Callable[[ReadCard], bool]:
    return lambda card: pattern.search(card.prose) is not None


def _is_described(card: ReadCard) -> bool:
    return words(card, card.body_at, len(card.own)) >= 40


def _is_used(card: ReadCard) -> bool:
    return any(_LOADS.search(card.own, fence.start, fence.end) for fence in card.fences)


def _is_specified(card: ReadCard) -> bool:
    return bool(_SIZE.search(card.words) and _DETAIL.search(card.words))


def _is_evaluated(card: ReadCard) -> bool:
    if _key("model-index")(card):
        return True
    return any(len(_NUMBERS.findall(card.words[each.start : each.end])) >= 3 for each in under(card, _RESULTS))


def _is_cited(card: ReadCard) -> bool:
    return any(_BIBTEX.search(card.own, fence.start, fence.end) for fence in card.fences)


def _has_structure(card: ReadCard) -> bool:
    return any(_key(name)(card) for name in ("dataset_info", "configs")) or _written(_STRUCTURE, 10)(card)


ITEMS: Final[tuple[Item, ...]] = (
    Item("a license", BOTH, 3, _key("license")),
    Item("a description of what it is, in a few sentences", BOTH, 3, _is_described),
    Item("code that loads it", BOTH, 3, _is_used),
    Item("limitations and risks", BOTH, 2, _written(_LIMITS, 15)),
    Item("pipeline_tag", MODEL, 2, _key("pipeline_tag")),
    Item("library_name", MODEL, 2, _key("library_name")),
    Item("base_model", MODEL, 2, _key("base_model")),
    Item("size, context length, architecture", MODEL, 2, _is_specified),
    Item("results of an evaluation", MODEL, 2, _is_evaluated),
    Item("how and on what it was trained", MODEL, 2, _written(_TRAINING, 15)),
    Item("its fields and splits", DATASET, 2, _has_structure),
    Item("where the data come from", DATASET, 2, _written(_SOURCES, 15)),
    Item("task_categories", DATASET, 1, _key("task_categories")),
    Item("size_categories", DATASET, 1, _key("size_categories")),
    Item("pretty_name", DATASET, 1, _key("pretty_name")),
    Item("datasets", MODEL, 1, _key("datasets")),
    Item("language", BOTH, 1, _key("language")),
    Item("tags", BOTH, 1, _key("tags")),
    Item("a link to the paper", BOTH, 1, _linked(_PAPER)),
    Item("a citation in BibTeX", BOTH, 1, _is_cited),
    Item("a link to the collection", BOTH, 1, _linked(_COLLECTION)),
    Item("a demo", MODEL, 1, _linked(_DEMO)),
)


def score(card: ReadCard) -> Score:
    """How complete a card is. One whose kind nobody knows is taken for a model's."""
    wanted = [item for item in ITEMS if (card.repo_type or "model") in item.types]
    missing = [item for item in wanted if not item.is_said(card)]
    worth = sum(item.worth for item in wanted)
    percent = 100 * (worth - sum(item.worth for item in missing)) // worth
    return Score(card.name, percent, tuple(item.add for item in sorted(missing, key=lambda item: -item.worth)))


def mean(scores: Sequence[Score]) -> int:
    """The score of a collection, in percent: what its cards say on the average. 0 without cards."""
    return sum(each.percent for each in scores) // len(scores) if scores else 0
