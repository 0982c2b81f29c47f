"""Edited keys of front matter: where in a manifest they go, and that they change nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen import front_matter, pulling
from cardgen.model import RepoKey
from cardgen.plan import LiveCard
from cardgen.pulling import Edits, Refused, Source
from cards import make_block_card
from pulls import card, changed_lines, collection, edited, live, pull, source

LIST = source("""\
version: 1
namespace: lab
title: T
card_data:
  models: {license: mit, tags: [a, b]}
models:
  columns: [{value: size}, {link: true}]
  formats: [{repo: "{repo}-GGUF", label: GGUF, card_data: {library_name: gguf}}]
  rows:
    - {repo: one, values: {size: 1B}}
    - {repo: three, values: {size: 3B}}
    - repo: two
      values: {size: 2B}  # about
      card_data:
        # why
        license: other    # because
        language:
          - en  # first
          - fr
""")


def data(of: Source) -> dict[RepoKey, Any]:
    return {repo.key: repo.card_data for repo in of.collection.repos}


def test_a_key_goes_to_the_mapping_that_states_it() -> None:
    changes = [("license: other\n", "license: apache-2.0\n"), ("- fr\n", "- fr\n- de\n")]
    result = pull(LIST, {"two": changes, "two-GGUF": changes})
    assert changed_lines(result) == [
        "-        license: other    # because",
        "+        license: apache-2.0    # because",
        "+          - de",
    ]
    assert not result.left
    assert not result.also


def test_what_others_share_is_left_to_them() -> None:
    result = pull(LIST, {"one": [("license: mit\n", "license: bsd\n")]})
    assert changed_lines(result) == [], "its GGUF repo shares every mapping with it"
    assert [(left.unit, left.reason) for left in result.left] == [("license", pulling.keys.NO_PLACE)]
    both = {name: [("license: mit\n", "license: bsd\n")] for name in ("one", "one-GGUF")}
    assert changed_lines(pull(LIST, both)) == [
        "-    - {repo: one, values: {size: 1B}}",
        "+    - {repo: one, values: {size: 1B}, card_data: {license: bsd}}",
    ]
    formats = ("one-GGUF", "two-GGUF", "three-GGUF")
    result = pull(LIST, {name: [("library_name: gguf\n", "library_name: llama.cpp\n")] for name in formats})
    assert "label: GGUF, card_data: {library_name: llama.cpp}}" in changed_lines(result)[1]


CELL = "codeio: {card_data: {pipeline_tag: other}}"
ROW = "{key: llama3.1-8b, name: LLaMA 3.1 8B, card_data: {base_model: meta-llama/Llama-3.1-8B, pipeline_tag: other}}"


@pytest.mark.parametrize(
    ("repos", "written"),
    [
        (("llama3.1-8b_codeio",), CELL),
        (("llama3.1-8b_codeio", "qwen2.5-7b-coder_codeio"), CELL),
        (tuple(f"llama3.1-8b_codeio{column}" for column in ("", "_stage1", "_pp", "_pp_stage1")), ROW),
        (
            ("llama3.1-8b_codeio", "qwen2.5-7b-coder_codeio", "dsv2-lite-coder_codeio"),
            "{key: codeio, name: Stage 2, card_data: {pipeline_tag: other}}",
        ),
        (
            tuple(f"{row}_codeio{column}" for row in ("llama3.1-8b", "qwen2.5-7b-coder", "dsv2-lite-coder")
                  for column in ("", "_stage1")),
            "      card_data: {pipeline_tag: other}",
        ),
        (None, "  models: {library_name: transformers, pipeline_tag: other}"),
    ],
    ids=["cell", "two cells", "row", "column", "group", "all"],
)  # fmt: skip
def test_an_edit_goes_where_all_that_carry_it_share(repos: tuple[str, ...] | None, written: str) -> None:
    codeio = collection("codeio")
    names = repos or tuple(name for kind, name in codeio.cards if kind == "model")
    result = pull(codeio, {name: [("pipeline_tag: text-generation", "pipeline_tag: other")] for name in names})
    assert not result.left
    assert any(written in line for line in changed_lines(result) if line.startswith("+"))
    pulled = {card(codeio, name).repo.key for name in names}
    before, after = data(codeio), data(result.after)
    assert {repo: each["pipeline_tag"] for repo, each in after.items() if repo[0] == "model"} == {
        repo: "other" if repo in pulled else "text-generation" for repo in after if repo[0] == "model"
    }
    assert all(after[repo] == before[repo] for repo in after.keys() - pulled)


def test_a_deleted_key_is_null_where_the_repo_is_alone() -> None:
    codeio = collection("codeio")
    result = pull(codeio, {"llama3.1-8b_codeio": [("base_model: meta-llama/Llama-3.1-8B\n", "")]})
    assert "+      codeio: {card_data: {base_model: null}}" in changed_lines(result)
    again = result.after
    assert "base_model" not in card(again, "llama3.1-8b_codeio").repo.card_data
    assert "base_model" in card(again, "llama3.1-8b_codeio_pp").repo.card_data
    found = pulling.find(live(card(codeio, "llama3.1-8b_codeio").text), card(again, "llama3.1-8b_codeio"))
    assert isinstance(found, Edits)


def test_a_reference_is_replaced_by_what_the_hub_says() -> None:
    tulu = collection("tulu3")
    old = "base_model: allenai/Llama-3.1-Tulu-3-8B-SFT\n"
    result = pull(tulu, {"Llama-3.1-Tulu-3-8B-DPO": [(old, "base_model: [a/b, c/d]\n")]})
    assert changed_lines(result) == ["+    -DPO:", "+      8B: {card_data: {base_model: [a/b, c/d]}}"]
    assert not result.also


def test_foreign_keys_stay_unless_they_are_named() -> None:
    codeio = collection("codeio")
    change = [("base_model: ", "configs:\n- {config_name: a, data_files: [x.json]}\nbase_model: ")]
    assert pull(codeio, {"llama3.1-8b_codeio": change}).after.text == codeio.text
    result = pull(codeio, {"llama3.1-8b_codeio": change}, "configs")
    assert card(result.after, "llama3.1-8b_codeio").repo.card_data["configs"] == [
        {"config_name": "a", "data_files": ["x.json"]}
    ]
    change = [("base_model: ", "license: mit\nbase_model: "), ("text-generation", "other")]
    result = pull(codeio, {"llama3.1-8b_codeio": change}, "license")
    assert "pipeline_tag: other" not in result.after.text, "only what is named"


def test_a_foreign_key_that_the_manifest_states_now_is_taken() -> None:
    """Somebody set the license on the Hub, then somebody stated another one in the manifest."""
    before = collection("codeio")
    text = before.text.replace("pipeline_tag: text-generation}", "pipeline_tag: text-generation, license: mit}")
    now = source(text)
    live_text = card(before, "llama3.1-8b_codeio").text.replace("base_model: ", "license: llama3.1\nbase_model: ")
    found = pulling.find(live(live_text), card(now, "llama3.1-8b_codeio"))
    assert isinstance(found, Edits)
    result = pulling.pull(now, {card(now, "llama3.1-8b_codeio").repo.key: found})
    assert "+      codeio: {card_data: {license: llama3.1}}" in changed_lines(result)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("1.10", "would read otherwise"),
        ("no", "would read otherwise"),
        ("2024-01-01", "would read otherwise"),
        ("", "is empty"),
        ("!custom x", "has a tag"),
        ("[&a {x: y}, *a]", "is shared by an anchor"),
        ('"a\\u202eb"', "controls how text is shown"),
        ('"a\\e[2Jb"', "controls how text is shown"),
        ("{a: 1, a: 2}", "states a key twice"),
    ],
)
def test_a_value_that_no_manifest_can_state_is_left(value: str, reason: str) -> None:
    codeio = collection("codeio")
    result = pull(codeio, {"llama3.1-8b_codeio": [("text-generation\n", f"{value}\n")]})
    assert result.after.text == codeio.text
    assert [reason in left.reason for left in result.left] == [True]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "no such repo"),
        (b"", "has no card"),
        (b"# Mine\n", "was not written by cardgen"),
        (b"\xff\xfe", "not UTF-8"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        ("<!-- cardgen:begin card -->\nx\n", "has no end"),
        ("<!-- cardgen:begin other -->\nx\n<!-- cardgen:end other -->\n", "deleted or renamed"),
        ("<!-- cardgen:data license=12345678 -->\n", "deleted or renamed"),
        ("---\nlicense: [\n---\n<!-- cardgen:begin card -->\nx\n<!-- cardgen:end card -->\n", "is not valid YAML"),
    ],
)
def test_cards_that_nothing_can_be_taken_from(text: str | bytes | None, reason: str) -> None:
    found = pulling.find(live(text) if text is not None else LiveCard(exists=False), card(LIST, "one"))
    assert isinstance(found, Refused)
    assert reason in found.reason


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30)
TRAPS = st.sampled_from(["no", "1.10", "2024-01-01", "null", "~", "", "a: b", "# c", "- d", "a\nb\n"])
VALUES = st.recursive(
    TEXT | TRAPS | st.booleans() | st.integers(-(10**12), 10**12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["one", "two", "two-GGUF"]), VALUES)
def test_whatever_is_taken_reads_back_as_it_was(repo_id: str, value: Any) -> None:
    """The manifest says what the Hub says and nothing else changes, or nothing changes at all."""
    before = card(LIST, repo_id)
    line = front_matter.dump_yaml({"library_name" if repo_id == "two-GGUF" else "thing": value})
    old = ("library_name: gguf\n", line) if repo_id == "two-GGUF" else ("license: ", line + "license: ")
    found = edited(before, old)
    result = pulling.pull(LIST, {before.repo.key: found}, frozenset({"thing", "library_name"}))
    now = data(result.after)
    if result.left:
        assert now == data(LIST)
    else:
        key = "library_name" if repo_id == "two-GGUF" else "thing"
        assert now[before.repo.key][key] == value
        again = pulling.find(live(before.text.replace(*old, 1)), card(result.after, repo_id))
        assert isinstance(again, Edits)
        assert not again.keys
        others = {repo: each for repo, each in now.items() if repo != before.repo.key}
        assert others == {repo: each for repo, each in data(LIST).items() if repo != before.repo.key}


def test_a_card_of_which_only_blocks_are_cardgens_is_not_pulled() -> None:
    of = make_block_card({"license": "mit"})
    found = pulling.find(live(of.text.replace("mit", "apache-2.0")), of)
    assert isinstance(found, Refused)
    assert found.reason == "only blocks of this card are cardgen's"
