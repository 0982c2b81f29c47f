"""The collection that cardgen began with: its cards against the one that was published by hand."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from cardgen import front_matter
from cardgen.cli import main, reading
from cardgen.model import Card
from rendered import SeenCell, dom, html, links, tables, text, unbalanced

HERE = Path(__file__).parent
ROOT = HERE.parent
GOLDEN = HERE / "golden" / "codeio"
PUBLISHED = (HERE / "data" / "codeio_published.md").read_text().split("# File information")[0]
OWN = "hkust-nlp/llama3.1-8b_codeio_stage1"
DATASET = "hkust-nlp/CodeIO-PyEdu-Reasoning"

BASE_MODELS = {
    "qwen2.5-7b-coder": "Qwen/Qwen2.5-Coder-7B",
    "llama3.1-8b": "meta-llama/Llama-3.1-8B",
    "dsv2-lite-coder": "deepseek-ai/DeepSeek-Coder-V2-Lite-Base",
}
MODELS = {
    f"hkust-nlp/{base}_codeio{method}{stage}": base
    for base in BASE_MODELS
    for method in ("", "_pp")
    for stage in ("_stage1", "")
}


@pytest.fixture(scope="module")
def cards() -> dict[str, Card]:
    project = reading.read([str(ROOT / "collections" / "codeio.yaml")])
    return {card.repo.repo_id: card for card in project.cards}


def plain(rows: list[list[SeenCell]]) -> list[list[tuple[object, ...]]]:
    """What a table says, without what marks the own place."""
    return [[(cell.tag, cell.text, cell.links, cell.rowspan, cell.colspan) for cell in row] for row in rows]


def test_there_is_a_card_for_every_repo(cards: dict[str, Card]) -> None:
    assert set(cards) == {DATASET, *MODELS}
    assert cards[DATASET].repo.repo_type == "dataset"
    assert {cards[repo_id].repo.repo_type for repo_id in MODELS} == {"model"}


def test_the_title_and_the_links_are_those_of_the_published_card(cards: dict[str, Card]) -> None:
    ours, theirs = dom(cards[OWN].text), dom(PUBLISHED)
    assert [text(each) for each in ours.css("h1")] == [text(each) for each in theirs.css("h1")]
    header, published = ours.css_first("p[align=left]"), theirs.css_first("p[align=left]")
    assert header is not None
    assert published is not None
    assert links(header) == links(published)
    assert [label for label, _ in links(header)] == ["Paper", "Project Page", "Released Resources", "Repo"]
    assert text(header) == text(published).replace("\xa0", " "), "icons and separators too"


def test_the_prose_is_that_of_the_published_card_with_its_typo_mended(cards: dict[str, Card]) -> None:
    def prose(readme: str) -> list[str]:
        return [text(each) for each in dom(readme).css("p, h2") if text(each) and not each.css("a")]

    assert "currect" in PUBLISHED
    assert prose(cards[OWN].text) == [each.replace("currect", "current") for each in prose(PUBLISHED)]
    assert any("your current position" in each for each in prose(cards[OWN].text))


def test_the_tables_are_those_of_the_published_card_cell_by_cell(cards: dict[str, Card]) -> None:
    ours, theirs = tables(cards[OWN].text), tables(PUBLISHED)
    assert len(ours) == len(theirs) == 2
    assert [plain(each) for each in ours] == [plain(each) for each in theirs]
    assert [len(row) for row in ours[1]] == [3, 4, 5, 5, 5], "the comparison looked at the whole matrix"
    assert {cell.links[0][1] for row in ours[1] for cell in row if cell.links} == {
        f"https://huggingface.co/{repo_id}" for repo_id in MODELS
    }


def test_the_citation_is_that_of_the_published_card(cards: dict[str, Card]) -> None:
    def code(readme: str) -> list[str]:
        return [each.text().strip() for each in dom(readme).css("pre > code")]

    assert code(cards[OWN].text) == code(PUBLISHED)
    assert "@article{li2025codeio" in code(PUBLISHED)[0]


@pytest.mark.parametrize("repo_id", MODELS)
def test_exactly_one_cell_is_marked_and_it_is_the_own(cards: dict[str, Card], repo_id: str) -> None:
    cells = [cell for table in tables(cards[repo_id].text) for row in table for cell in row]
    marked = [cell for cell in cells if cell.is_marked or cell.color]
    assert [cell.links[0][1] for cell in marked] == [f"https://huggingface.co/{repo_id}"]
    assert marked[0].is_marked
    assert marked[0].color


def test_the_dataset_card_marks_its_row_and_has_its_sentence_below(cards: dict[str, Card]) -> None:
    datasets, models = tables(cards[DATASET].text)
    assert [[bool(cell.color) for cell in row] for row in datasets] == [[False, False], [True, True]]
    assert [cell.is_marked for cell in datasets[1]] == [True, False]
    assert datasets[1][1].links[0][1] == f"https://huggingface.co/datasets/{DATASET}"
    assert not [cell for row in models for cell in row if cell.color or cell.is_marked]
    own = dom(cards[DATASET].text)
    elements = [each for each in own.css("table, p") if each.tag == "table" or each.css("a[href$=-Raw]")]
    assert [each.tag for each in elements] == ["table", "p", "table"]
    raw = f"{DATASET}-Raw"
    assert text(elements[1]) == f"Please also check the raw data after our processing if you are interested: {raw}."
    assert links(elements[1]) == [(raw, f"https://huggingface.co/datasets/{raw}")]


@pytest.mark.parametrize(("repo_id", "base"), MODELS.items())
def test_front_matter_of_the_models(cards: dict[str, Card], repo_id: str, base: str) -> None:
    front, _ = front_matter.split(cards[repo_id].text)
    assert front is not None
    assert yaml.safe_load(front.lines) == {
        "library_name": "transformers",
        "pipeline_tag": "text-generation",
        "datasets": [DATASET],
        "base_model": BASE_MODELS[base],
    }


def test_front_matter_of_the_dataset(cards: dict[str, Card]) -> None:
    front, _ = front_matter.split(cards[DATASET].text)
    assert front is not None
    assert yaml.safe_load(front.lines) == {"license": "odc-by"}


@pytest.mark.parametrize("repo_id", [DATASET, *MODELS])
def test_the_faults_of_the_published_card_are_mended(cards: dict[str, Card], repo_id: str) -> None:
    readme = cards[repo_id].text
    assert re.findall(r"^---$", readme, re.MULTILINE) == ["---", "---"]
    assert not dom(readme).css("hr")
    assert unbalanced(html(readme)) == []
    assert re.findall(r"&(?!\w+;|#\d+;)", readme) == []
    assert readme == readme.replace("\r", "").rstrip("\n") + "\n"


def test_the_faults_are_seen_in_the_published_card() -> None:
    assert unbalanced(html(PUBLISHED)) != []
    assert re.findall(r"&(?!\w+;|#\d+;)", PUBLISHED) != []
    assert dom(PUBLISHED).css("hr")


def unmarked(card: Card) -> str:
    """A model's card without what belongs to it alone."""
    base = yaml.safe_load(card.text.split("---\n")[1])["base_model"]
    own = re.escape(card.repo.repo_id)
    readme = re.sub(rf"^base_model: {re.escape(base)}$", "base_model", card.text, flags=re.MULTILINE)
    cell = re.compile(rf'<td style="background-color: [^;]+; ([^"]*)">📍 (<a [^>]*title="{own}) \(this repo\)"')
    readme, count = cell.subn(r'<td style="\1">\2"', readme)
    assert count == 1
    return re.sub(r"(sha256|base_model)=[0-9a-f]+", r"\1", readme)


def test_the_cards_of_the_models_differ_in_nothing_else(cards: dict[str, Card]) -> None:
    assert len({unmarked(cards[repo_id]) for repo_id in MODELS}) == 1
    assert len({cards[repo_id].text for repo_id in MODELS}) == len(MODELS)


def test_the_golden_cards_are_what_the_tool_builds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    code = main(["build", "--check", "--output", str(GOLDEN), "collections/codeio.yaml"])
    shown = capsys.readouterr().out
    refresh = "cardgen build --output tests/golden/codeio collections/codeio.yaml"
    assert code == 0, f"{shown}\nthe cards have changed; if they should, refresh them: {refresh}"


def test_the_golden_cards_are_all_there() -> None:
    index = json.loads((GOLDEN / "index.json").read_text())
    paths = {path.relative_to(GOLDEN).as_posix() for path in GOLDEN.rglob("README.md")}
    assert len(paths) == len(MODELS) + 1
    assert {entry["path"] for entry in index["repos"]} == paths
