"""The example collections: their golden cards, and what a reader sees on them."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from cardgen import front_matter
from cardgen.cli import main, reading
from cardgen.model import Card
from rendered import SeenCell, dom, tables, text

HERE = Path(__file__).parent
ROOT = HERE.parent
MANIFESTS = sorted((ROOT / "collections").glob("*.yaml"))
HUB = "https://huggingface.co"


@cache
def cards(name: str) -> dict[str, Card]:
    """The cards of a collection, by repo."""
    project = reading.read([str(ROOT / "collections" / f"{name}.yaml")])
    return {card.repo.repo_id: card for card in project.cards}


def data(card: Card) -> dict[str, Any]:
    """A card's front matter, as the Hub reads it."""
    front, _ = front_matter.split(card.text)
    assert front is not None
    read: dict[str, Any] = yaml.safe_load(front.lines)
    return read


def urls(cell: SeenCell) -> list[str]:
    return [url for _, url in cell.links]


def owned(card: Card) -> list[SeenCell]:
    """The cells that a card marks as its own."""
    return [cell for table in tables(card.text) for row in table for cell in row if cell.is_marked or cell.color]


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_the_golden_cards_are_what_the_tool_builds(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    golden, manifest = f"tests/golden/{path.stem}", f"collections/{path.name}"
    code = main(["build", "--check", "--output", golden, manifest])
    shown = capsys.readouterr().out
    refresh = f"cardgen build --output {golden} {manifest}"
    assert code == 0, f"{shown}\nthe cards have changed; if they should, refresh them: {refresh}"


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_there_is_a_golden_card_for_every_repo_and_no_other(path: Path) -> None:
    golden = HERE / "golden" / path.stem
    index = json.loads((golden / "index.json").read_text())
    paths = {each.relative_to(golden).as_posix() for each in golden.rglob("README.md")}
    assert paths == {entry["path"] for entry in index["repos"]}
    assert paths == {card.repo.path for card in cards(path.stem).values()}


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_every_card_has_one_own_place(path: Path) -> None:
    """In a list the place is a row: one text marks it, whatever else of it is coloured."""
    for card in cards(path.stem).values():
        marked = [cell for cell in owned(card) if cell.is_marked]
        assert len(marked) == 1, card.repo.repo_id
        rows = [row for table in tables(card.text) for row in table if any(each.is_marked for each in row)]
        assert f"{card.repo.url}" in [url for cell in rows[0] for url in urls(cell)]


# Tülu 3: stages as rows, a row of models that are not ours, a cell that shares its neighbour's model.

TULU = {
    f"allenai/Llama-3.1-Tulu-3-{size}{stage}"
    for size in ("8B", "70B")
    for stage in ("-SFT", "-DPO", "", "-RM")
    if (size, stage) != ("70B", "-RM")
}
REWARD = "allenai/Llama-3.1-Tulu-3-8B-RM"


def test_tulu_has_a_card_for_each_stage_and_size_of_its_own() -> None:
    assert set(cards("tulu3")) == TULU


@pytest.mark.parametrize("repo_id", sorted(TULU))
def test_tulu_has_stages_as_rows_and_sizes_as_columns(repo_id: str) -> None:
    ((head, *rows),) = tables(cards("tulu3")[repo_id].text)
    assert [cell.text for cell in head] == ["Stage", "Llama 3.1 8B", "Llama 3.1 70B"]
    assert [row[0].text for row in rows] == ["Base model", "SFT", "DPO", "Final model (RLVR)", "Reward model"]
    base, sft, dpo, final, reward = ([urls(cell) for cell in row[1:]] for row in rows)
    own = f"{HUB}/allenai/Llama-3.1-Tulu-3"
    assert base == [[f"{HUB}/meta-llama/Llama-3.1-8B"], [f"{HUB}/meta-llama/Llama-3.1-70B"]]
    assert sft == [[f"{own}-8B-SFT"], [f"{own}-70B-SFT"]]
    assert dpo == [[f"{own}-8B-DPO"], [f"{own}-70B-DPO"]]
    assert final == [[f"{own}-8B"], [f"{own}-70B"]]
    assert reward == [[f"{own}-8B-RM"], [f"{own}-8B-RM"]]
    assert [urls(cell) for cell in owned(cards("tulu3")[repo_id])] == [[f"{HUB}/{repo_id}"]]


def test_a_cell_that_is_the_same_as_another_says_so_and_is_nobodys_place() -> None:
    ((*_, reward),) = tables(cards("tulu3")[REWARD].text)
    assert [label for label, _ in reward[2].links] == ["(same as Llama 3.1 8B)"]
    assert [bool(cell.color) for cell in reward] == [False, True, False]
    assert [cell.is_marked for cell in reward] == [False, True, False]


@pytest.mark.parametrize("size", ["8B", "70B"])
def test_each_stage_of_tulu_is_based_on_the_one_before(size: str) -> None:
    own = cards("tulu3")
    model = f"allenai/Llama-3.1-Tulu-3-{size}"
    assert data(own[model])["base_model"] == f"{model}-DPO"
    assert data(own[f"{model}-DPO"])["base_model"] == f"{model}-SFT"
    assert data(own[f"{model}-SFT"])["base_model"] == f"meta-llama/Llama-3.1-{size}"
    assert data(own[REWARD])["base_model"] == "allenai/Llama-3.1-Tulu-3-8B-SFT"


@pytest.mark.parametrize("repo_id", sorted(TULU))
def test_the_usage_code_of_tulu_loads_the_cards_own_model(repo_id: str) -> None:
    code = [each.text() for each in dom(cards("tulu3")[repo_id].text).css("pre > code.language-python")]
    loaded = [name for each in code for name in re.findall(r'from_pretrained\("([^"]+)"\)', each)]
    assert loaded == ([] if repo_id == REWARD else [repo_id])


def test_what_changes_with_the_stage() -> None:
    own = cards("tulu3")
    assert data(own[REWARD])["pipeline_tag"] == "text-classification"
    assert {data(own[each])["pipeline_tag"] for each in TULU - {REWARD}} == {"text-generation"}
    assert data(own["allenai/Llama-3.1-Tulu-3-8B-SFT"])["datasets"] == ["allenai/tulu-3-sft-mixture"]
    assert "datasets" not in data(own["allenai/Llama-3.1-Tulu-3-8B-DPO"])


# Qwen2.5-Coder: size, training and quantization in one table, and a second host in every cell.

SIZES = ("0.5B", "1.5B", "3B", "7B", "14B", "32B")
QUANTIZED = ("GPTQ-Int8", "GPTQ-Int4", "AWQ", "GGUF")
QWEN = [
    [f"Qwen2.5-Coder-{size}{end}" for end in ("", "-Instruct", *(f"-Instruct-{each}" for each in QUANTIZED))]
    for size in SIZES
]


def test_qwen_has_36_repos_and_quantizes_only_what_is_instructed() -> None:
    own = cards("qwen2.5-coder")
    assert set(own) == {f"Qwen/{name}" for row in QWEN for name in row}
    assert len(own) == 36
    quantized = [repo_id for repo_id in own if repo_id.endswith(QUANTIZED)]
    assert len(quantized) == 24
    assert all("-Instruct-" in repo_id for repo_id in quantized)


@pytest.mark.parametrize("repo_id", [f"Qwen/{name}" for row in QWEN for name in row])
def test_every_cell_of_qwen_leads_to_two_hosts(repo_id: str) -> None:
    ((first, second, *rows),) = tables(cards("qwen2.5-coder")[repo_id].text)
    assert [(cell.text, cell.rowspan, cell.colspan) for cell in first] == [
        ("Size", 2, 1), ("Base", 2, 1), ("Instruct", 1, 5)
    ]  # fmt: skip
    assert [cell.text for cell in second] == ["Weights", *QUANTIZED]
    assert [row[0].text for row in rows] == list(SIZES)
    assert [[cell.links for cell in row[1:]] for row in rows] == [
        [(("🤗", f"{HUB}/Qwen/{name}"), ("🤖", f"https://modelscope.cn/models/qwen/{name}")) for name in row]
        for row in QWEN
    ]
    assert all(cell.text == "•" for row in rows for cell in row[1:])
    assert [urls(cell)[0] for cell in owned(cards("qwen2.5-coder")[repo_id])] == [f"{HUB}/{repo_id}"]


@pytest.mark.parametrize("row", QWEN, ids=SIZES)
def test_card_data_of_qwen_by_row_and_column(row: list[str]) -> None:
    base, instruct, *quantized = (data(cards("qwen2.5-coder")[f"Qwen/{name}"]) for name in row)
    assert "base_model" not in base
    assert (instruct["base_model"], instruct["base_model_relation"]) == (f"Qwen/{row[0]}", "finetune")
    assert {(each["base_model"], each["base_model_relation"]) for each in quantized} == {
        (f"Qwen/{row[1]}", "quantized")
    }
    licenses = {each["license"] for each in (base, instruct, *quantized)}
    assert licenses == {"other" if "-3B" in row[0] else "apache-2.0"}
    assert [each["library_name"] for each in quantized] == ["transformers"] * 3 + ["gguf"]


def test_qwen_has_two_citations() -> None:
    card = cards("qwen2.5-coder")["Qwen/Qwen2.5-Coder-7B"]
    found = [each.text() for each in dom(card.text).css("pre > code.language-bibtex")]
    assert [re.findall(r"@\w+\{(\w+),", each) for each in found] == [["hui2024qwen25coder"], ["qwen2"]]


# DeepSeek-R1: two lists in Markdown with different columns; one of them links to other organizations.

R1 = ["DeepSeek-R1-Zero", "DeepSeek-R1"]
DISTILLED = {
    "DeepSeek-R1-Distill-Qwen-1.5B": "Qwen/Qwen2.5-Math-1.5B",
    "DeepSeek-R1-Distill-Qwen-7B": "Qwen/Qwen2.5-Math-7B",
    "DeepSeek-R1-Distill-Llama-8B": "meta-llama/Llama-3.1-8B",
    "DeepSeek-R1-Distill-Qwen-14B": "Qwen/Qwen2.5-14B",
    "DeepSeek-R1-Distill-Qwen-32B": "Qwen/Qwen2.5-32B",
    "DeepSeek-R1-Distill-Llama-70B": "meta-llama/Llama-3.3-70B-Instruct",
}


@pytest.mark.parametrize("name", [*R1, *DISTILLED])
def test_deepseek_has_two_lists_with_columns_of_their_own(name: str) -> None:
    card = cards("deepseek-r1")[f"deepseek-ai/{name}"]
    assert "<table" not in card.text
    (head, *rows), (other_head, *others) = tables(card.text)
    assert [cell.text for cell in head] == [
        "Model", "Total parameters", "Activated parameters", "Context length", "Download"
    ]  # fmt: skip
    assert [cell.text for cell in other_head] == ["Model", "Base model", "Download"]
    assert [[cell.text for cell in row[:4]] for row in rows] == [[each, "671B", "37B", "128K"] for each in R1]
    assert [urls(row[4]) for row in rows] == [[f"{HUB}/deepseek-ai/{each}"] for each in R1]
    assert [(row[0].text, row[1].links, urls(row[2])) for row in others] == [
        (each, ((base.partition("/")[2], f"{HUB}/{base}"),), [f"{HUB}/deepseek-ai/{each}"])
        for each, base in DISTILLED.items()
    ]
    assert [cell.text for cell in owned(card)] == [name]
    assert data(card)["base_model"] == DISTILLED.get(name, "deepseek-ai/DeepSeek-V3-Base")


def test_deepseek_has_a_footnote_between_its_lists() -> None:
    card = cards("deepseek-r1")["deepseek-ai/DeepSeek-R1"]
    order = [each.tag for each in dom(card.text).css("table, p:has(a[href$=V3-Base])")]
    assert order == ["table", "p", "table"]
    assert set(cards("deepseek-r1")) == {f"deepseek-ai/{name}" for name in (*R1, *DISTILLED)}
    assert [text(each) for each in dom(card.text).css("p > strong")] == ["DeepSeek-R1 models", "Distilled models"]
