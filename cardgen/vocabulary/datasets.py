"""What a dataset's card says of its data: how much, of what kind, who made it."""

from __future__ import annotations

from collections.abc import Iterable

from cardgen.vocabulary.published import datasets as published
from cardgen.vocabulary.words import Words

SOURCE = published.SOURCE
MODALITIES_SOURCE = "huggingface/hub-docs, docs/hub/datasets-cards.md, 2026-08 (Apache-2.0)"


def _same(words: Iterable[str]) -> Words:
    return Words({word: word for word in words})


SIZES = _same(published.SIZES)
"""`size_categories`, from the smallest."""

ANNOTATIONS_CREATORS = _same(published.ANNOTATIONS_CREATORS)
LANGUAGE_CREATORS = _same(published.LANGUAGE_CREATORS)

MULTILINGUALITY = _same(published.MULTILINGUALITY)
"""`multilinguality`: how many languages, and how they go together."""

MODALITIES = Words(
    {
        "3d": "3D",
        "audio": "Audio",
        "geospatial": "Geospatial",
        "image": "Image",
        "tabular": "Tabular",
        "text": "Text",
        "timeseries": "Time-series",
        "video": "Video",
    }
)
"""Tags that set a dataset's modality, where the Hub does not see it in the files; no package has them."""
