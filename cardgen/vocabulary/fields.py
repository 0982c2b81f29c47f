"""The keys of a card's front matter that the Hub knows, what each may hold, and its closed list of words.

Sources: huggingface/hub-docs 242f4a1e (2026-08): modelcard.md, datasetcard.md and docs/hub; huggingface.js fe42e680
(2026-08): the types of ApiModelMetadata and ApiDatasetMetadata; huggingface_hub 2.4.0: repocard_data.py. No package has
them as a list. The Hub keeps keys that it does not know: one is a mistake only if it is near a known key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from cardgen.vocabulary import datasets, libraries, licenses, tasks
from cardgen.vocabulary.words import Words

SOURCE = "huggingface/hub-docs 242f4a1e, huggingface.js fe42e680 (2026-08), huggingface_hub 2.4.0"

Kind = Literal["text", "texts", "mapping", "mappings", "flag", "number", "null"]
"""What a value may be: `texts` is a list of texts, `mappings` a list of mappings, `flag` is true or false."""

RepoType = Literal["model", "dataset"]


@dataclass(frozen=True, slots=True)
class Field:
    """A key: the kinds that its value may be, the words that it may say (any, if None), and whether its time is over.

    The words of `language` are `languages`, which is no list.
    """

    kinds: tuple[Kind, ...]
    words: Words | None = None
    legacy: bool = False


RELATIONS = Words(
    {"adapter": "Adapter", "finetune": "Fine-tune", "merge": "Merge", "quantized": "Quantized"},
    also={"fine-tuned": "finetune", "finetuning": "finetune", "lora": "adapter", "peft": "adapter"}
    | {"gguf": "quantized", "quantization": "quantized", "quant": "quantized"},
)
"""`base_model_relation`: how a model came from its base model."""

GATED_FIELD_TYPES = Words(
    {
        "checkbox": "Checkbox",
        "country": "Country",
        "date_picker": "Date",
        "ip_location": "Place of the reader's address",
        "select": "One of `options`",
        "text": "Text",
    }
)
"""What a field of `extra_gated_fields` asks for, as the field's value or its `type`."""

_SHARED = {
    "language": Field(("text", "texts")),
    "language_bcp47": Field(("texts",), legacy=True),
    "language_details": Field(("text", "texts")),
    "license": Field(("text", "texts"), licenses.NAMES),
    "license_name": Field(("text",)),
    "license_link": Field(("text",)),
    "license_details": Field(("text",), legacy=True),
    "tags": Field(("texts",)),
    "thumbnail": Field(("text", "null")),
    "description": Field(("text",)),
    "extra_gated_prompt": Field(("text",)),
    "extra_gated_fields": Field(("mapping", "mappings")),
    "extra_gated_heading": Field(("text",)),
    "extra_gated_description": Field(("text",)),
    "extra_gated_button_content": Field(("text",)),
    "extra_gated_eu_disallowed": Field(("flag",)),
}

MODEL: Mapping[str, Field] = _SHARED | {
    "library_name": Field(("text",), libraries.MODELS),
    "pipeline_tag": Field(("text",), tasks.PIPELINES),
    "datasets": Field(("text", "texts")),
    "buckets": Field(("texts",)),
    "metrics": Field(("texts",)),
    "base_model": Field(("text", "texts")),
    "base_model_relation": Field(("text",), RELATIONS),
    "new_version": Field(("text",)),
    "model-index": Field(("mappings",), legacy=True),
    "model_name": Field(("text",)),
    "widget": Field(("mappings",)),
    "inference": Field(("flag", "mapping")),
    "mask_token": Field(("text",)),
    "instance_prompt": Field(("text", "null")),
    "finetuned_from": Field(("text",), legacy=True),
    "co2_eq_emissions": Field(("number", "mapping")),
}
"""The keys of a model's card."""

DATASET: Mapping[str, Field] = _SHARED | {
    "pretty_name": Field(("text",)),
    "task_categories": Field(("text", "texts"), tasks.CATEGORIES),
    "task_ids": Field(("text", "texts"), tasks.IDS),
    "size_categories": Field(("text", "texts"), datasets.SIZES),
    "annotations_creators": Field(("text", "texts"), datasets.ANNOTATIONS_CREATORS),
    "language_creators": Field(("text", "texts"), datasets.LANGUAGE_CREATORS),
    "multilinguality": Field(("text", "texts"), datasets.MULTILINGUALITY),
    "source_datasets": Field(("texts",)),
    "paperswithcode_id": Field(("text", "null"), legacy=True),
    "configs": Field(("mappings",)),
    "config_names": Field(("text", "texts"), legacy=True),
    "dataset_info": Field(("mapping", "mappings")),
    "viewer": Field(("flag",)),
    "viewer_display_urls": Field(("flag",)),
    "benchmark": Field(("text",)),
    "train-eval-index": Field(("mapping", "mappings"), legacy=True),
}
"""The keys of a dataset's card."""

_ALSO: Mapping[RepoType, Mapping[str, str]] = {
    "model": {"task": "pipeline_tag", "finetuned_from_model": "base_model", "license_url": "license_link"},
    "dataset": {
        "task": "task_categories",
        "size": "size_categories",
        "name": "pretty_name",
        "license_url": "license_link",
    },
}


def known(repo_type: RepoType) -> Mapping[str, Field]:
    """The keys that the Hub knows on a card of this type."""
    return MODEL if repo_type == "model" else DATASET


def nearest(key: str, repo_type: RepoType) -> str:
    """The key that was probably meant (`license` for `licence`), or an empty string; a known key means itself."""
    return _keys(repo_type).nearest(key)


@cache
def _keys(repo_type: RepoType) -> Words:
    return Words({key: key for key in known(repo_type)}, also=_ALSO[repo_type])
