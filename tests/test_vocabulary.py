"""The Hub's vocabulary: what its data say, what else says the same, and which word somebody meant."""

from __future__ import annotations

import inspect
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from huggingface_hub import DatasetCardData, ModelCardData
from hypothesis import given
from hypothesis import strategies as st

from cardgen.localhub.licenses import LICENSES
from cardgen.vocabulary import datasets, fields, languages, libraries, licenses, tasks
from cardgen.vocabulary.words import LONGEST, Words

ROOT = Path(__file__).parent.parent
SCRIPT = runpy.run_path(str(ROOT / "docs/vocabulary.py"))
PUBLISHED = [path.stem for path in sorted(SCRIPT["PUBLISHED"].glob("[!_]*.py"))]
LISTS = {
    "pipelines": tasks.PIPELINES,
    "pipelines of models": tasks.MODEL_PIPELINES,
    "task categories": tasks.CATEGORIES,
    "task ids": tasks.IDS,
    "libraries": libraries.MODELS,
    "libraries of datasets": libraries.DATASETS,
    "evaluation frameworks": libraries.EVALUATION,
    "licenses": licenses.NAMES,
    "sizes": datasets.SIZES,
    "annotations creators": datasets.ANNOTATIONS_CREATORS,
    "language creators": datasets.LANGUAGE_CREATORS,
    "multilinguality": datasets.MULTILINGUALITY,
    "modalities": datasets.MODALITIES,
    "relations": fields.RELATIONS,
    "types of gated fields": fields.GATED_FIELD_TYPES,
}
COUNTS = [57, 52, 52, 74, 257, 16, 30, 83, 12, 6, 5, 4, 8, 4, 6]


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_module_is_what_the_script_writes_of_its_values(name: str) -> None:
    text = SCRIPT["path"](name).read_text(encoding="utf-8")
    assert SCRIPT["write"](SCRIPT["read_back"](name)) == text, "python docs/vocabulary.py writes it anew"


def test_all_that_the_script_publishes_is_there() -> None:
    assert PUBLISHED == ["datasets", "languages", "libraries", "tasks"]


def test_what_is_written_depends_on_the_values_alone() -> None:
    one = SCRIPT["write"](
        {"SOURCE": "a 1", "NAMES": {"b": "B", "a": 'A "quoted"'}, "OF": {"a": ("x",), "b": ("y", "z")}}
    )
    assert one == SCRIPT["write"](
        {"SOURCE": "a 1", "NAMES": {"a": 'A "quoted"', "b": "B"}, "OF": {"b": ("y", "z"), "a": ("x",)}}
    )
    assert 'OF = {\n    "a": ("x",),\n    "b": ("y", "z"),\n}\n' in one


def test_a_line_of_a_language_has_its_own_name_once() -> None:
    lines = SCRIPT["_languages"](
        [{"code": "de", "name": "German", "nativeName": "Deutsch"}, {"code": "ia", "name": "Ia", "nativeName": "Ia"}],
        {"gem": "Germanic languages", "de": "german", "code": "Programming"},
    )
    assert lines == "de\tGerman\tDeutsch\ngem\tGermanic languages\nia\tIa"


@pytest.mark.parametrize(("name", "count"), list(zip(LISTS, COUNTS, strict=True)))
def test_a_list_has_as_many_words_as_the_hub(name: str, count: int) -> None:
    assert len(LISTS[name]) == count
    assert all(LISTS[name].values())


def test_every_source_is_named_with_its_version() -> None:
    sources = [*(module.SOURCE for module in (tasks, libraries, datasets, licenses, fields)), languages.source()]
    assert all(any(letter.isdigit() for letter in source) for source in sources), sources


def test_categories() -> None:
    assert tasks.categories_of("closed-domain-qa") == ("question-answering", "text-generation")
    assert tasks.categories_of("no-such-task") == ()
    assert {category for each in tasks.IDS for category in tasks.categories_of(each)} <= set(tasks.PIPELINES)
    assert "table-to-text" in tasks.CATEGORIES
    assert "table-to-text" not in tasks.MODEL_PIPELINES
    assert "video-to-video" not in tasks.CATEGORIES


def test_the_licenses_are_those_of_the_local_hub_which_has_a_list_of_its_own() -> None:
    assert set(licenses.NAMES) == set(LICENSES)


@pytest.mark.parametrize(
    ("client", "known", "others"),
    [
        (ModelCardData, fields.MODEL, {"eval_results"}),  # which the client writes as model-index
        (DatasetCardData, fields.DATASET, {"train_eval_index"}),  # written with dashes
    ],
)
def test_the_keys_that_the_hubs_client_writes_are_known(
    client: type, known: dict[str, fields.Field], others: set[str]
) -> None:
    parameters = inspect.signature(client).parameters.values()
    named = {each.name for each in parameters if each.kind is not each.VAR_KEYWORD} - {"ignore_metadata_errors"}
    assert named - set(known) == others


def test_languages() -> None:
    assert len(languages.codes()) > 8_200
    known = ["en", "eng", "no", "yue", "dna", "ber", "nah", "code", "multilingual", "sh"]
    assert [code for code in known if not languages.is_known(code)] == []
    unknown = ["", "EN", "en-US", "jp", "english", "protein", "ger", "xx", "e", "en\n"]
    assert [code for code in unknown if languages.is_known(code)] == []
    assert languages.codes()["de"] == "German"


def test_languages_are_imported_when_one_is_looked_up() -> None:
    program = (
        "import sys; from cardgen.vocabulary import datasets, fields, languages, libraries, licenses, tasks\n"
        "name = 'cardgen.vocabulary.published.languages'\n"
        "before = name in sys.modules; languages.is_known('en'); print(before, name in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False True\n"


@pytest.mark.parametrize("name", LISTS)
def test_a_known_word_means_itself_however_its_letters_are_cased(name: str) -> None:
    words = LISTS[name]
    assert [word for word in words if words.nearest(word) != word] == []
    assert [word for word in words if words.nearest(word.upper()) != word] == []
    assert [word for word in words if words.nearest(f" {word} ") != word] == []


def test_a_known_language_means_itself() -> None:
    assert [code for code in languages.codes() if languages.nearest(code) != code] == []
    assert [code for code in languages.codes() if languages.nearest(f"{code.upper()}_XX") != code] == []
    assert not languages.INSTEAD.keys() & languages.codes().keys()
    assert set(languages.INSTEAD.values()) <= set(languages.codes())


def test_a_languages_name_means_a_language_of_that_name() -> None:
    names = languages.codes()
    asked = [name for name in names.values() if name.lower() not in names]
    others = {name: languages.nearest(name) for name in asked if names[languages.nearest(name)] != name}
    # Two are other names of the same language; Ir is spoken by some thousands in Laos, and Iran's code is mostly meant.
    assert others == {"Dhivehi": "dv", "Kuanyama": "kj", "Ir": "fa"}


@pytest.mark.parametrize(("client", "known"), [(ModelCardData, fields.MODEL), (DatasetCardData, fields.DATASET)])
def test_a_key_may_hold_what_the_hubs_client_writes(client: type, known: dict[str, fields.Field]) -> None:
    parameters = inspect.signature(client).parameters
    written = {name: set(get_args(each.annotation)) for name, each in parameters.items() if name in known}
    kinds: dict[object, fields.Kind] = {str: "text", list[str]: "texts", dict: "mapping"}
    refused = {
        name for name, types in written.items() if {kinds[each] for each in types & kinds.keys()} - {*known[name].kinds}
    }
    assert len(written) > 10
    assert refused == set()


@pytest.mark.parametrize("name", LISTS)
def test_a_word_is_the_same_however_it_is_spelled(name: str) -> None:
    words = LISTS[name]
    assert [word for word in words if words.same(word.upper().replace("-", "_")) != word] == []
    assert words.same("") == words.same("none of these") == ""


def test_a_word_that_is_only_near_is_not_the_same() -> None:
    written = ["apache2", "apache", "cc-by-nc", "GPLv3", "mlt", "proprietary", "openrail+", "MIT License"]
    assert [each for each in written if licenses.NAMES.same(each)] == []


@pytest.mark.parametrize("repo_type", ["model", "dataset"])
def test_a_known_key_means_itself(repo_type: fields.RepoType) -> None:
    keys = fields.known(repo_type)
    assert [key for key in keys if fields.nearest(key, repo_type) != key] == []


MEANT: list[tuple[Callable[[str], str], dict[str, str]]] = [
    (
        licenses.NAMES.nearest,
        {
            **{"apache2": "apache-2.0", "Apache-2.0": "apache-2.0", "Apache License, Version 2.0": "apache-2.0"},
            **{"cc-by-nc": "cc-by-nc-4.0", "CC BY 4.0": "cc-by-4.0", "cc0": "cc0-1.0", "llama-3.1": "llama3.1"},
            **{"GPLv3": "gpl-3.0", "GPL-3.0-only": "gpl-3.0", "AGPL-3.0-or-later": "agpl-3.0", "mlt": "mit"},
            **{"The MIT License": "mit", "bsd3": "bsd-3-clause", "openrail++": "openrail++", "custom": "other"},
            **{"cc-by-5.0": "cc-by-4.0", "llama5": "llama4", "license_apache_2.0": "apache-2.0", "gemma-3": "gemma"},
            **{"license": "", "qwen": "", "": "", "--": "", "see the LICENSE file": "", "x" * 1_000_000: ""},
        },
    ),
    (
        tasks.PIPELINES.nearest,
        {
            **{
                "text_generation": "text-generation",
                "Text Generation": "text-generation",
                "text-gen": "text-generation",
            },
            **{"image-clasification": "image-classification", "ASR": "automatic-speech-recognition", "nonsense": ""},
        },
    ),
    (
        libraries.MODELS.nearest,
        {
            **{"Transformers": "transformers", "transformer": "transformers", "scikit-learn": "sklearn"},
            **{"sentence_transformers": "sentence-transformers", "paddleocr": "PaddleOCR", "open-clip": "open_clip"},
            **{"pytorch": "", "tensorflow": "", "llama.cpp": "", "onnx": "", "gguf": "", "jax": "", "vllm": ""},
        },
    ),
    (datasets.SIZES.nearest, {"1k-10k": "1K<n<10K", "1K<n<10k": "1K<n<10K", "small": ""}),
    (fields.RELATIONS.nearest, {"fine-tune": "finetune", "fine-tuned": "finetune", "lora": "adapter", "parent": ""}),
    (
        languages.nearest,
        {
            **{
                "english": "en",
                "English": "en",
                "en-US": "en",
                "pt_BR": "pt",
                "zh-Hans": "zh",
                "EN": "en",
                " en ": "en",
            },
            **{
                "Englsh": "en",
                "Portugese": "pt",
                "Germn": "de",
                "Cebuno": "ceb",
                "Deutsch": "de",
                "francais": "fr",
                "日本語": "ja",
                "jp": "ja",
            },
            **{"ger": "de", "Mandarin": "zh", "eng_Latn": "eng", "python": "code", "multi": "multilingual"},
            **{
                "protein": "",
                "xx": "",
                "qqq": "",
                "False": "no",
                "Falsy": "",
                "": "",
                "-": "",
                "x" * 1_000_000: "",
                "\ud800" * 5: "",
            },
        },
    ),
    (
        lambda key: fields.nearest(key, "model"),
        {
            **{"licence": "license", "languages": "language", "base_models": "base_model", "base-model": "base_model"},
            **{"pipeline": "pipeline_tag", "library": "library_name", "dataset": "datasets", "tag": "tags"},
            **{"quantized_by": "", "model_creator": "", "eval_results": "", "title": "", "foo": ""},
        },
    ),
    (
        lambda key: fields.nearest(key, "dataset"),
        {"task_category": "task_categories", "config": "configs", "name": "pretty_name", "version": ""},
    ),
]


@pytest.mark.parametrize(
    ("nearest", "written", "meant"), [(nearest, *each) for nearest, pairs in MEANT for each in pairs.items()]
)
def test_which_word_somebody_meant(nearest: Callable[[str], str], written: str, meant: str) -> None:
    assert nearest(written) == meant


@given(st.text(max_size=LONGEST + 10))
def test_whatever_is_written_means_a_known_word_or_none(written: str) -> None:
    for words in (licenses.NAMES, libraries.MODELS, datasets.SIZES):
        assert words.nearest(written) in {*words, ""}
    assert languages.nearest(written) in {*languages.codes(), ""}


@given(st.sampled_from([word for word in libraries.MODELS if len(word) > 9]), st.data())
def test_a_word_is_found_when_a_letter_is_lost(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    assert Words({word: word, "another-one": ""}).nearest(word[:at] + word[at + 1 :]) == word
