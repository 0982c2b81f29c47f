"""Tasks: what a model does (`pipeline_tag`), what a dataset is for (`task_categories`), and more closely (`task_ids`).

`task_ids` is a closed list on datasets; for `pipeline_tag` it is only known that the website's editor offers no other.
"""

from __future__ import annotations

from cardgen.vocabulary.published import tasks as published
from cardgen.vocabulary.words import Words

SOURCE = published.SOURCE


def _without(hidden: tuple[str, ...]) -> Words:
    return Words({tag: name for tag, name in published.PIPELINES.items() if tag not in hidden}, also=_ALSO)


_ALSO = {
    "ASR": "automatic-speech-recognition",
    "speech-to-text": "automatic-speech-recognition",
    "TTS": "text-to-speech",
    "VQA": "visual-question-answering",
    "NER": "token-classification",
    "causal-lm": "text-generation",
    "conversational": "text-generation",
    "text2text-generation": "text-generation",
    "embeddings": "feature-extraction",
    "reranking": "text-ranking",
}

PIPELINES = Words(published.PIPELINES, also=_ALSO)
"""Every task, with its name."""

MODEL_PIPELINES = _without(published.HIDDEN_IN_MODELS)
"""The tasks that the Hub offers for models."""

CATEGORIES = _without(published.HIDDEN_IN_DATASETS)
"""The tasks that a dataset can be for: `task_categories`."""

IDS = Words(published.IDS)
"""What `task_ids` may say, with its name."""


def categories_of(task_id: str) -> tuple[str, ...]:
    """The task categories that a task id belongs to: most have one. Nothing for an unknown id."""
    return published.CATEGORIES_OF.get(task_id, ())
