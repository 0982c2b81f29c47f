"""Tables as people publish them, in every shape that families have."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from importing import build, load, of_text, said
from rendered import dom, links, tables

from cardgen import importing
from cardgen.errors import CardgenError, InputError

HUB = "https://huggingface.co"


def values(*texts: str, repos: tuple[str, ...] = ()) -> dict[str, Any]:
    """The manifest that import makes of some cards."""
    found: dict[str, Any] = yaml.safe_load(importing.make(of_text(*texts, repos=repos)).manifest)
    return found


def a(repo: str, label: str = "🤗") -> str:
    return f'<a href="{HUB}/{repo}">{label}</a>'


LIST = f"""# Family

**Models**

| Model | Params | Base | Download |
|:------|:------:|------|----------|
| Big   | 70B    | [Llama](https://huggingface.co/meta-llama/Llama-3.1-70B) | [link]({HUB}/lab/Big-70B) |
| Small | 8B     | [Llama](https://huggingface.co/meta-llama/Llama-3.1-8B)  | [link]({HUB}/lab/Small-8B) |
"""


def test_a_markdown_list_has_values_targets_and_links() -> None:
    assert values(LIST, repos=("lab/Big-70B",))["models"] == {
        "format": "markdown",
        "corner": "Model",
        "label": "link",
        "columns": [
            {"name": "Params", "value": "params"},
            {"name": "Base", "value": "base"},
            {"name": "Download", "link": True},
        ],
        "rows": [
            {
                "repo": "Big-70B",
                "name": "Big",
                "values": {"params": "70B", "base": {"targets": [{"repo": "meta-llama/Llama-3.1-70B", "label": "Llama"}]}},
            },
            {
                "repo": "Small-8B",
                "name": "Small",
                "values": {"params": "8B", "base": {"targets": [{"repo": "meta-llama/Llama-3.1-8B", "label": "Llama"}]}},
            },
        ],
    }


def test_a_base_of_the_same_namespace_stays_a_value_when_it_has_no_card() -> None:
    text = LIST.replace("meta-llama/", "lab/")
    found = values(text, text, repos=("lab/Big-70B", "lab/Small-8B"))
    assert [row["repo"] for row in found["models"]["rows"]] == ["Big-70B", "Small-8B"]
    assert found["models"]["rows"][0]["values"]["base"] == {"targets": [{"repo": "Llama-3.1-70B", "label": "Llama"}]}


def test_names_that_are_links_get_a_column_of_their_own() -> None:
    text = f"# T\n\n| Model | Size |\n|---|---|\n| [A]({HUB}/lab/a-1) | 1B |\n| [B]({HUB}/lab/b-2) | 2B |\n"
    found = values(text)["models"]
    assert found["columns"] == [{"name": "Size", "value": "size"}, {"name": "Link", "link": True}]
    assert [(row["repo"], row["name"]) for row in found["rows"]] == [("a-1", "A"), ("b-2", "B")]


@pytest.mark.parametrize(
    "mark", ["📍 [link]", "[link (this repository)]", "**(you are here)** [link]", "[link] (this model)"]
)
def test_marks_in_words_tell_whose_card_it_is_and_do_not_stay(mark: str) -> None:
    target = f"({HUB}/lab/Small-8B)"
    marked = mark.replace("]", f"]{target}", 1) if mark.endswith("]") else mark.replace("[link]", f"[link]{target}")
    found = importing.make(of_text(LIST.replace(f"[link]{target}", marked)))
    assert importing.make(of_text(LIST, repos=("lab/Small-8B",))).manifest == found.manifest
    assert said(found) == []


def test_a_colour_on_one_row_is_the_own_place_and_colours_on_all_are_not() -> None:
    def row(name: str, color: str) -> str:
        return f'<tr style="x"><td style="background: {color}">{name}</td><td>{a("lab/" + name)}</td></tr>'

    head = "# T\n\n<table><tr><th>Model</th><th>Link</th></tr>"
    one = head + row("a", "#fff") + row("b", "#eef") + row("c", "#fff") + "</table>\n"
    assert "which repo" not in "\n".join(said(importing.make(of_text("---\nlicense: mit\n---\n" + one))))
    plain = head + row("a", "#fff") + row("b", "#fff") + "</table>\n"
    assert "0.md: which repo this card is of is not known" in said(importing.make(of_text(plain)))


def test_groups_of_rows_missing_cells_and_a_joiner() -> None:
    text = f"""# T

<table>
<thead><tr><th>Name</th><th>Weights</th><th>GGUF</th></tr></thead>
<tbody>
<tr><td colspan="3"><b>Chat</b></td></tr>
<tr><td>A</td><td>{a("lab/m-A-w")} | <a href="https://x.org/A">x</a></td><td>{a("lab/m-A-g")}</td></tr>
<tr><td>B</td><td>{a("lab/m-B-w")}</td><td>coming soon</td></tr>
<tr><td>C</td><td>{a("lab/m-C-w")}</td><td></td></tr>
</tbody>
</table>
"""
    found = values(text, repos=("lab/m-A-w",))["models"]
    assert found["rows"][0] == {"group": "Chat"}
    assert found["repo"] == "m-{row}-{column}"
    assert found["joiner"] == " | "
    assert found["cells"] == {
        "A": {"w": {"repo": "m-A-w", "targets": [{"url": "https://x.org/A", "label": "x"}]}},
        "B": {"g": {"text": "coming soon"}},
        "C": {"g": None},
    }


def test_formats_of_one_model_share_its_cell() -> None:
    def cell(repo: str) -> str:
        return f"<td>{a(repo)} • {a(repo + '-GGUF', 'gguf')}</td>"

    body = "".join(f"<tr><td>{row}</td>{cell(f'lab/{row}-x')}{cell(f'lab/{row}-y')}</tr>" for row in ("a", "b"))
    text = f"# T\n\n<table><tr><th>M</th><th>X</th><th>Y</th></tr>{body}</table>\n"
    found = values(text, repos=("lab/a-x",))["models"]
    assert found["formats"] == [{"repo": "{repo}-GGUF", "label": "gguf"}]
    assert len(build(load(importing.make(of_text(text, repos=("lab/a-x",))).manifest))) == 8


def test_models_as_columns_become_rows_that_are_printed_across() -> None:
    text = f"""# T

<table>
<tr><th></th><th>Small</th><th>Big</th></tr>
<tr><th>License</th><td colspan="2">mit</td></tr>
<tr><th>Weights</th><td>{a("lab/small")}</td><td>{a("lab/big")}</td></tr>
</table>
"""
    made = importing.make(of_text(text, repos=("lab/small",)))
    found = yaml.safe_load(made.manifest)["models"]
    assert found["transpose"] is True
    assert [row["repo"] for row in found["rows"]] == ["small", "big"]
    assert found["columns"] == [{"name": "License", "value": "license"}, {"name": "Weights", "link": True}]
    card = build(load(made.manifest))[0]
    assert [[cell.colspan for cell in row] for row in tables(card.text)[0]] == [[1, 1, 1], [1, 2], [1, 1, 1]]


def test_a_row_name_that_spans_rows_is_written_out_and_said() -> None:
    text = f"""# T

<table>
<tr><th>Base</th><th>Stage</th><th>Link</th></tr>
<tr><td rowspan="2">Llama</td><td>1</td><td>{a("lab/llama-1")}</td></tr>
<tr><td>2</td><td>{a("lab/llama-2")}</td></tr>
</table>
"""
    made = importing.make(of_text(text, repos=("lab/llama-1",)))
    assert [row["name"] for row in yaml.safe_load(made.manifest)["models"]["rows"]] == ["Llama", "Llama"]
    assert any("spans" in each for each in said(made))


def test_blank_lines_and_indentation_inside_a_table_do_not_end_it() -> None:
    text = f"""# T

<div align="center">

<table>
  <tr><th>M</th><th>Link</th></tr>

    <tr><td>A</td><td>{a("lab/a")}</td></tr>

        <tr><td>B</td><td>{a("lab/b")}</td></tr>
</table>

</div>

After it.
"""
    found = values(text, repos=("lab/a",))
    assert [row["repo"] for row in found["models"]["rows"]] == ["a", "b"]
    assert found["models"]["footnote"] == "After it."


def test_most_cards_decide_and_a_stale_table_is_said() -> None:
    stale = "\n".join(line for line in LIST.splitlines() if "Small" not in line) + "\n"
    typo = LIST.replace("70B    |", "07B    |")
    repos = ("lab/Big-70B", "lab/Small-8B", "lab/Third", "lab/Fourth")
    made = importing.make(of_text(LIST, LIST, stale, typo, repos=repos))
    assert len(yaml.safe_load(made.manifest)["models"]["rows"]) == 2
    assert "2.md:5-7: the table is not as on other cards: 1 rows instead of 2" in said(made)
    assert "3.md:5-8: the table is not as on other cards: 1 cells differ" in said(made)
    assert "lab/Third is in no table" in said(made)


def test_a_table_of_datasets_with_columns_of_its_own() -> None:
    text = f"""# T

## Data

| Dataset | Size | Link |
|---|---|---|
| SFT | 1M | [🤗]({HUB}/datasets/lab/sft) |
| RL | 2K | [🤗]({HUB}/datasets/lab/rl) |
"""
    found = values(text, repos=("datasets/lab/sft",))
    assert found["datasets"]["title"] == "Data"
    assert [row["repo"] for row in found["datasets"]["rows"]] == ["sft", "rl"]
    assert "models" not in found


def test_cards_without_a_table_make_a_list() -> None:
    made = importing.make(of_text("# T\n\nHi.\n", "# T\n\nHi.\n", repos=("lab/a", "lab/b")))
    found = yaml.safe_load(made.manifest)
    assert found["models"]["rows"] == [{"repo": "a"}, {"repo": "b"}]
    body = dom(build(load(made.manifest))[0].text).body
    assert body is not None
    assert links(body) == [
        ("🤗", f"{HUB}/lab/a"),
        ("🤗", f"{HUB}/lab/b"),
    ]


def test_nothing_usable_is_a_clear_refusal() -> None:
    with pytest.raises(CardgenError, match="nothing in it can be used") as refused:
        importing.make(of_text("\0"))
    assert "NUL" in refused.value.hint
    with pytest.raises(InputError, match="whose cards"):
        importing.make(of_text("# T\n\nHi.\n"))
    with pytest.raises(CardgenError, match="no repo"):
        importing.make(of_text("# T\n\nHi.\n"), namespace="lab")
