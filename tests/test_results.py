"""Results in a manifest: the table on the cards, and the file that the Hub reads."""

from __future__ import annotations

from pathlib import Path

import huggingface_hub
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen import inputs, lint, render
from cardgen.file_marks import RESULTS
from cardgen.manifest import results
from cardgen.model import Card
from manifests import BASE, load, mistakes
from rendered import dom, tables

BUILT_IN = inputs.read_templates(Path("nowhere/m.yaml"))
FAMILY = f"""{BASE}\
card_data: {{models: {{license: mit, base_model: org/base}}}}
datasets: [{{repo: data}}]
models:
  repo: "{{row}}-{{column}}"
  rows: [{{key: small}}]
  columns: [{{key: one}}, {{key: two}}]
"""
FULL = f"""{FAMILY}\
results:
  date: 2025-02-12
  source: {{url: https://example.org/logs, name: Logs}}
  benchmarks:
    - name: Mathematics
      benchmarks:
        - {{key: gsm8k, name: GSM8K, dataset: openai/gsm8k, task: gsm8k}}
        - {{key: math, name: MATH, dataset: org/math, task: default}}
    - {{key: tox, name: Toxicity, best: lowest}}
  rows:
    - {{repo: small-one, scores: {{gsm8k: 61.20, math: 30, tox: 0.1}}, notes: "8 examples: yes"}}
    - {{repo: small-two, scores: {{gsm8k: 64.0, tox: 0.3}}}}
    - {{name: Another, scores: {{gsm8k: 63, math: 40, tox: 0.2}}}}
"""


def cards(manifest: str) -> dict[str, Card]:
    return {card.repo.repo_id: card for card in render.cards(load(manifest), BUILT_IN)}


def entries(card: Card) -> list[huggingface_hub.EvalResultEntry]:
    """The results in a card's repo, as the Hub's own client reads them."""
    return huggingface_hub.parse_eval_result_entries(yaml.safe_load(card.files[RESULTS]))


def test_the_client_of_the_hub_reads_the_file() -> None:
    built = cards(FULL)
    assert entries(built["lab/small-one"]) == [
        huggingface_hub.EvalResultEntry(
            dataset_id=dataset,
            task_id=task,
            value=value,
            date="2025-02-12",
            source_url="https://example.org/logs",
            source_name="Logs",
            notes="8 examples: yes",
        )
        for dataset, task, value in (("openai/gsm8k", "gsm8k", 61.2), ("org/math", "default", 30))
    ]
    assert [(each.value, each.notes) for each in entries(built["lab/small-two"])] == [(64.0, None)]
    assert built["lab/data"].files == {}


def test_what_the_hub_does_not_ask_for_may_be_left_out() -> None:
    text = FULL.replace("  date: 2025-02-12\n  source: {url: https://example.org/logs, name: Logs}\n", "")
    (entry,) = entries(cards(text)["lab/small-two"])
    assert entry == huggingface_hub.EvalResultEntry(dataset_id="openai/gsm8k", task_id="gsm8k", value=64.0)
    collection = load(text)
    found = lint.findings([collection], render.cards(collection, BUILT_IN))
    assert {each.rule for each in found if each.card != "datasets/lab/data/README.md"} == set()


def test_two_rows_of_one_repo_go_into_its_file() -> None:
    more = "    - {repo: lab/small-one, name: With tools, scores: {gsm8k: 70}, notes: tools}\n"
    found = entries(cards(FULL + more)["lab/small-one"])
    assert [(each.value, each.notes) for each in found] == [
        (61.2, "8 examples: yes"),
        (30, "8 examples: yes"),
        (70, "tools"),
    ]


def test_without_a_benchmark_of_the_hub_there_is_no_file() -> None:
    text = FULL.replace(", dataset: openai/gsm8k, task: gsm8k", "").replace(", dataset: org/math, task: default", "")
    assert not any(card.files for card in cards(text).values())


def test_the_table_shows_the_best_and_the_own_row() -> None:
    built = cards(FULL)
    for name in ("one", "two", None):
        card = built[f"lab/small-{name}" if name else "lab/data"]
        table = tables(card.text)[-1]
        assert [[cell.text for cell in row] for row in table[2:]] == [
            ["small-one", "61.20", "30", "0.1"],
            ["small-two", "64.0", "", "0.3"],
            ["Another", "63", "40", "0.2"],
        ]
        assert [[bool(cell.color) for cell in row] for row in table[2:4]] == [[name == "one"] * 4, [name == "two"] * 4]
        assert [row[0].is_marked for row in table[2:]] == [name == "one", name == "two", False]
        assert not any(cell.color for cell in table[4])
        assert [cell.text() for cell in dom(card.text).css("table")[-1].css("td b")] == ["0.1", "64.0", "40"]


def test_a_row_of_results_is_not_the_place_of_a_repo() -> None:
    collection = load(FULL)
    found = lint.findings([collection], render.cards(collection, BUILT_IN))
    assert not [each for each in found if each.rule.startswith("place")]


NUMBERS = st.one_of(st.integers(-(10**9), 10**9), st.floats(allow_nan=False, allow_infinity=False))


@settings(max_examples=50)
@given(NUMBERS)
def test_a_number_comes_through_as_it_is(value: float) -> None:
    assert results.number(repr(value)) == value


@pytest.mark.parametrize("score", [".nan", "nan", "NaN", ".inf", "inf", "-inf", "-Infinity", "1e999", "9" * 400 + ".0"])
def test_a_score_that_is_not_finite_is_a_mistake(score: str) -> None:
    text = FULL.replace("61.20", score)
    line = FULL[: FULL.index("61.20")].count("\n") + 1
    (found,) = mistakes(text)
    assert found.startswith(f"{line}:")
    assert found.endswith("is no number")


@pytest.mark.parametrize("score", ["61.2%", "1_000", "٣", "0x1f", "--1", "1e", ".", "5 000", "9" * 5000])
def test_a_score_that_is_no_number_is_a_mistake(score: str) -> None:
    assert [each.rpartition(" is ")[2] for each in mistakes(FULL.replace("61.20", f'"{score}"'))] == ["no number"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (", task: gsm8k", "", "a benchmark needs both a dataset and a task, or neither"),
        ("dataset: openai/gsm8k, ", "", "a benchmark needs both a dataset and a task, or neither"),
        ("openai/gsm8k", "gsm8k", "the dataset must be NAMESPACE/NAME"),
        ("repo: small-two", "repo: data", "no model here is called 'lab/data'"),
        (
            "repo: small-two",
            "repo: small-tow",
            "no model here is called 'lab/small-tow'; did you mean 'lab/small-two'?",
        ),
        ("tox: 0.3", "toxi: 0.3", "there is no benchmark 'toxi'; did you mean 'tox'?"),
    ],
)
def test_what_the_hub_would_refuse_is_a_mistake(old: str, new: str, said: str) -> None:
    text = FULL.replace(old, new, 1)
    (found,) = mistakes(text)
    assert found.partition(": ")[2] == said
    assert int(found.partition(":")[0]) == FULL[: FULL.index(old)].count("\n") + 1
