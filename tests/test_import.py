"""Cards that cardgen built, and the one that was published by hand, become manifests that make them again."""

from __future__ import annotations

from pathlib import Path

import pytest
from importing import again, build, collection, load, of_text, published, said
from rendered import SeenCell, tables

from cardgen import importing

SEED = Path(__file__).parent / "data" / "codeio_published.md"
FAMILIES = ("codeio", "tulu3", "qwen2.5-coder", "deepseek-r1")


@pytest.mark.parametrize("name", FAMILIES)
def test_built_cards_make_a_manifest_whose_build_is_the_same(name: str) -> None:
    cards = build(collection(name))
    found, made = again(cards, f"collections/{name}.yaml")
    assert said(found) == []
    assert {card.repo.path: card.text for card in cards} == {path: card.text for path, card in made.items()}


def test_the_manifest_of_codeio_is_as_a_person_would_write_it() -> None:
    found = importing.make(published(build(collection("codeio")))).manifest
    models = found[found.index("models:\n  corner") : found.index("\ncitation")]
    assert models == (
        "models:\n"
        "  corner: Base Model / Training\n"
        '  repo: "{row}_{column}"\n'
        "  columns:\n"
        "    - name: CodeI/O\n"
        "      columns: [{key: codeio_stage1, name: Stage 1}, {key: codeio, name: Stage 2}]\n"
        "    - name: CodeI/O++\n"
        "      columns: [{key: codeio_pp_stage1, name: Stage 1}, {key: codeio_pp, name: Stage 2}]\n"
        "  rows:\n"
        "    - {key: qwen2.5-7b-coder, name: Qwen 2.5 7B Coder, card_data: {base_model: Qwen/Qwen2.5-Coder-7B}}\n"
        "    - {key: llama3.1-8b, name: LLaMA 3.1 8B, card_data: {base_model: meta-llama/Llama-3.1-8B}}\n"
        "    - key: dsv2-lite-coder\n"
        "      name: DeepSeek v2 Lite Coder\n"
        "      card_data: {base_model: deepseek-ai/DeepSeek-Coder-V2-Lite-Base}\n"
    )
    assert "  models: {library_name: transformers, pipeline_tag: text-generation}\n  datasets: {license: odc-by}\n" in found
    assert "  - {icon: 💾, label: Released Resources, collection: true}\n" in found
    assert "slug: hkust-nlp/codei-o-67a978e28fd926b56a4f55a2\n" in found


def test_exceptions_references_and_sections_of_tulu_are_found() -> None:
    found = importing.make(published(build(collection("tulu3")))).manifest
    assert 'repo: "Llama-3.1-Tulu-3-{column}-{row}"' in found
    assert "- {key: DPO, card_data: {base_model: {cell: {row: SFT}}}}" in found
    assert "RM: {70B: {same_as: {column: 8B}}}" in found
    assert "final-model-rlvr: {8B: {repo: Llama-3.1-Tulu-3-8B}, 70B: {repo: Llama-3.1-Tulu-3-70B}}" in found
    assert "    rows: [SFT, DPO, final-model-rlvr]\n" in found
    assert 'from_pretrained("{{ repo.repo_id }}")' in found


def test_a_second_host_and_what_a_group_of_columns_states_are_found() -> None:
    found = importing.make(published(build(collection("qwen2.5-coder")))).manifest
    host = 'modelscope: {label: 🤖, url: "https://modelscope.cn/models/{namespace}/{name}", namespace: qwen}'
    assert host in found
    assert "  hosts: [modelscope]\n" in found
    assert '- {key: base, name: Base, repo: "Qwen2.5-Coder-{row}"}\n' in found
    assert "card_data: {base_model: {cell: {column: Instruct}}, base_model_relation: quantized}\n" in found
    assert "name: Weights, card_data: {base_model: {cell: {column: base}}, base_model_relation: finetune}}" in found
    assert found.count("license: other") == 1


def unstyled(table: list[list[SeenCell]]) -> list[list[tuple[object, ...]]]:
    return [[(cell.tag, cell.text, cell.links, cell.rowspan, cell.colspan) for cell in row] for row in table]


def test_the_published_card_alone_makes_its_tables_again() -> None:
    text = SEED.read_text()
    found = importing.make(of_text(text))
    cards = build(load(found.manifest))
    assert len(cards) == 13
    for card in cards:
        assert [unstyled(each) for each in tables(card.text)] == [unstyled(each) for each in tables(text)]
    own = next(card for card in cards if card.repo.repo_id == "hkust-nlp/llama3.1-8b_codeio_stage1")
    marked = [cell.links for table in tables(own.text) for row in table for cell in row if cell.is_marked]
    assert marked == [(("🤗", "https://huggingface.co/hkust-nlp/llama3.1-8b_codeio_stage1"),)]
    assert own.repo.card_data == {"library_name": "transformers", "pipeline_tag": "text-generation"}


def test_the_dump_on_the_published_card_is_foreign_text_with_its_lines() -> None:
    lines = SEED.read_text().splitlines()
    first = lines.index("# File information") + 1
    found = importing.make(of_text(SEED.read_text()))
    assert f"0.md:{first}-{len(lines)}: foreign text, 207 lines, is left out" in said(found)
    assert "tokenizer_config" not in found.manifest
    assert "0.md:2: a comment in the front matter: # For reference on dataset card metadata" in "\n".join(said(found))


def test_notes_stand_at_the_end_of_the_text_as_a_comment() -> None:
    found = importing.make(of_text(SEED.read_text()))
    comment = found.text.removeprefix(found.manifest)
    assert comment.count("\n# - ") == len(found.notes)
    assert load(found.text) == load(found.manifest)
