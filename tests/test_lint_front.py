"""The rules of the front matter: what they say of many values, where, and that what they mend is mended."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen import front_matter, hub_rules, lint
from cardgen.lint import card, catalog
from cardgen.localhub import card_check
from cardgen.model import Finding, RepoType

RULES = {rule.id for rule in catalog.OF_CARDS if rule.group == "front matter"} - {"license-missing"}
TYPES: tuple[RepoType, ...] = ("model", "dataset")


def text(lines: str) -> str:
    return f"---\n{lines}\n---\n\n# A card\n"


def findings(lines: str, kind: RepoType | None = "model", repo: str = "") -> list[Finding]:
    read = card.ReadCard("README.md", front_matter.readable(text(lines)), kind, repo)
    return [each for each in lint.of_texts([read]) if each.rule in RULES and each.rule != "base-model-missing"]


def said(lines: str, kind: RepoType | None = "model", repo: str = "") -> list[str]:
    return [f"{each.line}:{each.column}-{each.end_column} {each.rule}" for each in findings(lines, kind, repo)]


def mended(lines: str, fixes: list[Finding]) -> str:
    whole = text(lines)
    for fix in sorted((each.fix for each in fixes if each.fix), key=lambda each: -each.start):
        whole = whole[: fix.start] + fix.text + whole[fix.end :]
    front, _ = front_matter.split(whole)
    assert front
    return front.lines.rstrip("\n")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("license: [mit", ["3:1-2 yaml-unreadable"]),
        ("a: 1\n b: 2", ["3:3-4 yaml-unreadable"]),
        ("just words", ["2:1-11 yaml-no-mapping"]),
        ("a: x\na: x", ["3:1-2 key-twice"]),
        ("a: x\na: y\na: z", ["3:1-2 key-twice", "4:1-2 key-twice"]),
        ("language: [en, no]", ["2:16-18 yaml-trap"]),
        ("yes: x", ["2:1-4 yaml-trap"]),
        ("tags: [1, 2.5, 2024-05-01, '3']", ["2:8-9 yaml-trap", "2:11-14 yaml-trap", "2:16-26 yaml-trap"]),
        ("model_version: 2.0", ["2:16-19 yaml-trap"]),
        ("accuracy: 0.50", []),
        ("base-model: Qwen/Qwen2.5-7B", ["2:1-11 key-misspelled"]),
        ("pipeline: text-generation", ["2:1-9 key-misspelled"]),
        ("model: a\nconfig: b\nname: c\ndata: d\narxiv: e\nfeatures: f", []),
        ("model_type: llama\ninference_api: x\ntrain: y\npaper: z\nprompt_template: x", []),
        ("co2_eq_emissions: lots", ["2:19-23 kind-wrong"]),
        ("inference: false\nco2_eq_emissions: 5.5", []),
        ("inference: {parameters: {top_k: 5}}", []),
        ("license: [{id: mit}]", ["2:11-20 kind-refused"]),
        ("license: [mit, {id: mit}]", ["2:16-25 kind-refused"]),
        ("base_model: [lab/a, {id: b}]", ["2:21-28 kind-wrong"]),
        ("widget:\ntags:", ["2:1-7 key-empty", "3:1-5 key-empty"]),
        ("tags: []", []),
        ("tags: true", ["2:7-11 kind-refused"]),
        ("license: GPLv3", ["2:10-15 license-unknown"]),
        ("license: other\nlicense_name: a\nlicense_link: LICENSE", []),
        ("license: [mit, other]", ["2:16-21 license-other"]),
        ("license: llama3.1\nlicense_name: llama-3.1", ["3:1-13 license-name"]),
        ("license: other\nlicense_name: A B\nlicense_link: a b", ["3:15-18 license-name", "4:15-18 license-link"]),
        ("language:\n- en\n- ZH\n- klingonese", ["4:3-5 language-unknown", "5:3-13 language-unknown"]),
        ("base_model: [gpt2, lab/a, 'lab/a b']", ["2:27-36 repo-id-refused"]),
        ("base_model: datasets/lab/a", ["2:13-27 repo-id-refused"]),
        ("base_model: lab/a/b", ["2:13-20 repo-id-refused"]),
        ("datasets: [The Pile]", ["2:12-20 repo-id-refused"]),
        ("tags: ['dataset:a', 'a:b', 'license:', arxiv:1]", ["2:8-19 tag-computed"]),
        ("base: &a lab/a\nbase_model: [*a, lab/b]", []),
        ("<<: {license: mit}", []),
        ("model-index: x", ["2:14-15 model-index-broken"]),
        ("model-index: [{name: a, results: []}]", []),
        ("model-index: [{name: 5}]", ["2:15-24 model-index-broken", "2:22-23 model-index-broken"]),
        ("model-index: [a, {name: a, results: [b]}]", ["2:15-16 model-index-broken", "2:38-39 model-index-broken"]),
        ("extra_gated_fields: {a: Text}", ["2:25-29 gated-field"]),
        (
            "extra_gated_fields: {a: {options: [b]}, c: {type: select, options: []}}",
            ["2:22-23 gated-field", "2:51-57 gated-field"],
        ),
        ("extra_gated_fields: yes", ["2:21-24 gated-field"]),
    ],
)
def test_what_is_said_of_a_model(lines: str, expected: list[str]) -> None:
    assert said(lines) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("task_categories: text-classification\ntask_ids: sentiment-analysis", []),
        ("size: n<1K", ["2:1-5 key-misspelled"]),
        ("dataset_size: 5\npaper: x\nname: y", []),
        ("viewer: 'no'", ["2:9-13 kind-wrong"]),
        ("size_categories: n<1k", ["2:18-22 size-unknown"]),
        (
            "language_creators: [expert]\nmultilinguality: mono",
            ["2:21-27 creators-unknown", "3:18-22 multilinguality-unknown"],
        ),
    ],
)
def test_what_is_said_of_a_dataset(lines: str, expected: list[str]) -> None:
    assert said(lines, "dataset") == expected


@pytest.mark.parametrize(
    ("lines", "meant"),
    [
        ("licence: mit", "license: mit"),
        ("base-model: lab/a", "base_model: lab/a"),
        ("license: Apache 2.0", "license: apache-2.0"),
        ("language: [EN, 'NO']", 'language: [en, "no"]'),
        ("language: no", 'language: "no"'),
        ("extra_gated_fields: {a: Date Picker}", "extra_gated_fields: {a: date_picker}"),
        ("on: x", '"on": x'),
        ("tags:\n- a\n- b\n- a", "tags:\n- a\n- b"),
        ("tags:\n  - a\n  - a\n  - b", "tags:\n  - a\n  - b"),
        ("pipeline_tag: Text Generation", "pipeline_tag: text-generation"),
        ("base_model: https://huggingface.co/lab/a", "base_model: lab/a"),
        ("licence: mit\nlicense: mit", "licence: mit\nlicense: mit"),
        ("tags:\n  - a\n  - a\nx: y", "tags:\n  - a\n  - a\nx: y"),
        ("tags: [a, a]", "tags: [a, a]"),
        ("license: apache2", "license: apache2"),
    ],
)
def test_what_is_mended(lines: str, meant: str) -> None:
    """What is safe, and no more."""
    found = findings(lines)
    assert found
    assert mended(lines, found) == meant
    if meant != lines:
        assert findings(meant) == []


@pytest.mark.parametrize(
    ("lines", "hint"),
    [
        ("language: English", "write `en`"),
        ("language: pt-BR", "write `pt`; a region is no part of it"),
        ("language: jp", "write `ja`"),
        ("license: my-own", "for one that is not in the Hub's list"),
        ("license: gpl3", "write `gpl-3.0`"),
        ("datasets: https://huggingface.co/datasets/lab/a", "write `lab/a`"),
        ("base_model: https://huggingface.co/datasets/lab/a", "write NAMESPACE/NAME of a model"),
        ("license: other\nlicense_name: My Own (v2)\nlicense_link: LICENSE", "write `my-own-v2`"),
        ("eval_results: x", "the Hub reads results from `.eval_results/*.yaml`"),
    ],
)
def test_what_is_advised(lines: str, hint: str) -> None:
    assert hint in " ".join(each.hint for each in findings(lines))


def test_where_nobody_says_what_the_card_is_of() -> None:
    assert said("pretty_nam: x", None) == ["2:1-11 key-misspelled"]
    assert said("pretty_name: x\npipeline_tag: text-generation", None) == []


def test_the_repo_itself_is_no_other() -> None:
    assert said("base_model: [lab/b, LAB/a]", repo="lab/a") == ["2:21-26 names-itself"]
    assert said("base_model: lab/a") == []


VALUES = st.recursive(
    st.sampled_from(["x", "en", "EN", "no", "1.10", "5", "", "~", "'a.b'", "mit", "lab/a", "*a", "text-generation"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda each: f"[{', '.join(each)}]"),
        st.lists(inner, max_size=2).map(lambda each: "{" + ", ".join(f"k{n}: {v}" for n, v in enumerate(each)) + "}"),
    ),
    max_leaves=4,
)
NAMES = """\
license licence language tags tag widget base_model a.b $x datasets model-index configs dataset_info on task_ids viewer
extra_gated_fields pretty_name license_name license_link co2_eq_emissions thumbnail new_version pipeline_tag
"""
KEYS = st.sampled_from([*NAMES.split(), "a: &a"])
FRONTS = st.lists(st.tuples(KEYS, VALUES), max_size=5).map(lambda each: "\n".join(f"{k}: {v}" for k, v in each))


@settings(max_examples=100, deadline=None)
@given(lines=FRONTS | st.text(max_size=60), kind=st.sampled_from([*TYPES, None]))
def test_places_lie_in_the_text_and_what_is_mended_is_gone(lines: str, kind: RepoType | None) -> None:
    read = card.ReadCard("README.md", front_matter.readable(text(lines)), kind, "lab/a")
    for rule in catalog.OF_CARDS:
        for problem in rule.check(read) if rule.id in RULES else ():
            assert -1 <= problem.start <= problem.end <= len(read.text)
            if problem.mended is not None:
                whole = read.text[: problem.start] + problem.mended + read.text[problem.end :]
                again = card.ReadCard("README.md", whole, kind, "lab/a")
                assert len(list(rule.check(again))) < len(list(rule.check(read)))


@settings(max_examples=100, deadline=None)
@given(lines=FRONTS)
def test_what_stops_a_push_is_an_error_of_lint(lines: str) -> None:
    """A push and lint tell the same of what the Hub refuses."""
    errors = [each for each in findings(lines) if each.severity == "error"]
    for refusal in hub_rules.refusals(lines):
        start = refusal.node.start_mark
        assert start
        assert any(each.line == start.line + 2 and each.column == start.column + 1 for each in errors), refusal


@settings(max_examples=100, deadline=None)
@given(lines=FRONTS)
def test_what_the_local_hub_refuses_is_an_error_of_lint(lines: str) -> None:
    """It shares no rule with lint; it takes `no` for no text, and a list that is missing for none."""
    if card_check.check(text(lines)).errors and "language" not in lines and "widget" not in lines:
        found = lint.of_texts([card.ReadCard("README.md", text(lines), "model")])
        assert any(each.severity == "error" for each in found)


@pytest.mark.parametrize(
    "lines",
    [
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\ntags: [*c, *c]\nbase_model: *c",
        "tags: &a [*a]",
        "[" * 100_000,
        "license: \x00",
        "license: \ud800",
        "? [a, b]\n: c",
        "license: !!python/object:os.system mit",
        "x: y\n" * 5_000,
        "a: &a [" + "x, " * 3_000 + "]\nconfigs: [" + "{config_name: x, data_files: *a}, " * 3_000 + "]",
        "m: &m {" + "x: y, " * 3_000 + "}\nmodel-index: [{name: a, results: [" + "{metrics: [*m]}, " * 3_000 + "]}]",
        "tags: [" + "a, " * 10_000 + "a]",
    ],
    ids=range(11),
)
def test_hostile_front_matter(lines: str) -> None:
    findings(lines)
    for kind in TYPES:
        findings(lines, kind)


def test_the_keys_are_those_that_yaml_reads() -> None:
    lines = "license: mit\ntags: [a]\nlanguage: en"
    assert set(yaml.safe_load(lines)) == set(card.ReadCard("a", text(lines)).keys)
