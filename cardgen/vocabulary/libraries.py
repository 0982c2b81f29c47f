"""Libraries: `library_name` of a model, the tools that read a dataset, the frameworks that evaluate.

`library_name` is free: an unknown one loses the snippet of "Use this model" and the right count of downloads.
"""

from __future__ import annotations

from cardgen.vocabulary.published import libraries as published
from cardgen.vocabulary.words import Words

SOURCE = published.SOURCE

MODELS = Words(published.MODELS, also={"pytorch": "", "tensorflow": "", "llama.cpp": ""})
"""The keys that `library_name` may have, each with the library's name. Some well-known libraries have none."""

DATASETS = Words(published.DATASETS)
"""The libraries that the Hub shows on datasets."""

EVALUATION = Words(published.EVALUATION)
"""What `evaluation_framework` of a benchmark's `eval.yaml` may say."""
