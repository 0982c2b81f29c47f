"""What is rarer on cards, and what no manifest can hold: it is said."""

from __future__ import annotations

from typing import Any

import yaml

from cardgen import importing
from importing import build, load, of_text, said

HUB = "https://huggingface.co"


def make(*texts: str, repos: tuple[str, ...] = ("lab/a",)) -> tuple[dict[str, Any], list[str]]:
    found = importing.make(of_text(*texts, repos=repos))
    assert build(load(found.text))
    return yaml.safe_load(found.manifest), said(found)


def table(*rows: str, head: str = "Model | Link") -> str:
    """A Markdown table; a repo in braces is a link to it."""
    lines = [head, " | ".join("---" for _ in head.split(" | ")), *rows]
    text = "\n".join(f"| {line} |" for line in lines)
    return f"\n{text}\n\n".replace("{", f"[🤗]({HUB}/").replace("}", ")")


def test_targets_that_are_a_revision_a_file_or_another_kind_of_repo() -> None:
    row = "a | [ckpt]({0}/lab/a/tree/step-1) [cfg]({0}/lab/a/blob/main/c/x.json) [data]({0}/datasets/lab/d) [site](https://x.org)"
    found, notes = make(f"# T\n{table(row.replace('{0}', HUB) + ' | {lab/a}', head='Model | More | Link')}")
    assert found["models"]["rows"][0]["values"]["more"]["targets"] == [
        {"repo": "a", "revision": "step-1", "label": "ckpt"},
        {"repo": "a", "file": "c/x.json", "label": "cfg"},
        {"repo": "d", "type": "dataset", "label": "data"},
        {"url": "https://x.org", "label": "site"},
    ]
    assert notes == []


def test_a_column_of_another_host() -> None:
    rows = [f"{name} | {{lab/{name}}} | [MS](https://modelscope.cn/models/Lab/{name})" for name in ("a", "b")]
    found, notes = make(f"# T\n{table(*rows, head='Model | Hub | Mirror')}")
    assert found["hosts"] == {
        "modelscope": {"label": "MS", "url": "https://modelscope.cn/models/{namespace}/{name}", "namespace": "Lab"}
    }
    assert found["models"]["columns"] == [{"name": "Hub", "link": True}, {"name": "Mirror", "link": "modelscope"}]
    assert notes == []


def test_two_hosts_with_one_name_get_two_keys() -> None:
    rows = [f"{n} | {{lab/{n}}} | [1](https://x.org/one/{n}) | [2](https://x.org/two/{n})" for n in ("a", "b")]
    found, _ = make(f"# T\n{table(*rows, head='Model | Hub | One | Two')}")
    assert [column.get("link") for column in found["models"]["columns"]] == [True, "x", "x-2"]


def test_links_that_no_manifest_may_hold_become_words() -> None:
    found, notes = make(f"# T\n{table('a | [soon](TODO) | {lab/a}', head='Model | Paper | Link')}")
    assert found["models"]["rows"][0]["values"] == {"paper": "soon"}
    assert notes == ["table '': row 1, column 2 was '[soon](TODO)', and is 'soon' now"]


def test_a_cell_that_says_otherwise_whose_model_it_shares() -> None:
    rows = ("a | {lab/a-x} | {lab/a-y}", f"b | {{lab/b-x}} | [as a]({HUB}/lab/a-y)")
    found, notes = make(f"# T\n{table(*rows, head='M | X | Y')}", repos=("lab/a-x",))
    assert found["models"]["cells"] == {"b": {"y": {"text": "as a", "same_as": {"row": "a"}}}}
    assert notes == []


def test_a_second_table_of_datasets_is_left_out() -> None:
    one, two = table("a | {datasets/lab/a}"), table("b | {datasets/lab/b}", head="Data | Link")
    found, notes = make(f"# T\n\n**One**\n{one}\n**Two**\n{two}", repos=("datasets/lab/a",))
    assert found["datasets"]["rows"] == [{"repo": "a"}]
    assert "a second table of datasets is left out: 'Two'" in notes


def test_a_table_on_cards_of_datasets_only() -> None:
    models, data = table("a | {lab/a}"), table("d | {datasets/lab/d}", head="Dataset | Link")
    found, notes = make(f"# T\n{models}", f"# T\n{models}{data}", repos=("lab/a", "datasets/lab/d"))
    assert found["datasets"]["shown_on"] == ["datasets"]
    assert notes == ["no model's card states its datasets, so the manifest says `datasets: null`"]


def test_a_card_without_the_table_of_the_others_is_said() -> None:
    text = f"# T\n{table('a | {lab/a}', 'b | {lab/b}')}"
    _, notes = make(text, "# T\n", repos=("lab/a", "lab/b"))
    assert notes == ["1.md: it has not all tables that other cards have"]


def test_two_cards_of_one_repo() -> None:
    _, notes = make("# T\n", "# U\n", repos=("lab/a", "lab/a"))
    assert notes == ["1.md: a second card of lab/a is left out"]


def test_texts_around_a_table_that_cannot_be_read() -> None:
    found, notes = make("# T\n\nAbove.\n\n## Old\n\n<table><tr><td>x</td></tr></table>\n\nBelow.\n")
    assert found["intro"] == "Above.\n\nBelow."
    assert notes == ["0.md:7: the table is left out: it has no rows, or one column only"]


def test_a_citation_that_is_none() -> None:
    found, notes = make("# T\n\n## Citation\n\nSee the paper.\n\n## License\n\nMIT\n")
    assert "citation" not in found
    assert notes == [
        "0.md:5: a text of the citation that is neither BibTeX nor the line before it",
        "0.md:3: a citation without BibTeX in a fence",
    ]
    assert found["sections"] == [{"title": "License", "text": "MIT"}]


def test_a_text_after_the_citation_stands_before_it_then() -> None:
    found, _ = make("# T\n\n## Citation\n\n```\n@a{b}\n```\n\n# Thanks\n\nTo all.\n")
    assert found["sections"] == [{"text": "# Thanks\n\nTo all.\n"}]


def test_the_same_text_again_is_said() -> None:
    found, notes = make("# T\n\n## S\n\nx\n\n## S\n\nx\n")
    assert len(found["sections"]) == 1
    assert notes == ["0.md:7-9: the same text again is left out"]


def test_sections_in_a_circle_of_orders_all_come() -> None:
    one, other = "## A\n\na\n\n", "## B\n\nb\n\n"
    found, _ = make(f"# T\n\n{one}{other}", f"# T\n\n{other}{one}", repos=("lab/a", "lab/b"))
    assert [section["title"] for section in found["sections"]] == ["A", "B"]


def test_more_sections_than_a_manifest_should_have() -> None:
    text = "# T\n\n" + "".join(f"## S{number}\n\nx\n\n" for number in range(230))
    found, notes = make(text)
    assert len(found["sections"]) == 200
    assert any(note.startswith("0.md:803-805: more than 200 sections") for note in notes)


def test_front_matter_with_merge_keys() -> None:
    found, _ = make("---\nbase: &b {license: mit, x: 1}\n<<: *b\nx: 2\n---\n# T\n")
    assert found["card_data"]["models"] == {"license": "mit", "x": 2, "base": {"license": "mit", "x": 1}}


def test_headings_that_a_manifest_makes_otherwise_are_said() -> None:
    text = f"""# T

<table>
<tr><th>M</th><th rowspan="2" colspan="2">Both</th></tr>
<tr><th>again</th></tr>
<tr><td>a</td><td>x</td><td><a href="{HUB}/lab/a">🤗</a></td></tr>
</table>
"""
    _, notes = make(text)
    assert notes == ["table '': its headings will not be as they were: M, Both, again"]


def test_cards_of_clones_are_known_by_their_folder() -> None:
    text = f"# T\n{table('a | {lab/a}', 'b | {lab/b}')}"
    for folders in (("clones", "b"), ("lab", "b")):
        found = importing.make([importing.Published("x", text.encode(), folders=folders)])
        assert said(found) == []
    found = importing.make(
        [importing.Published("x", b"---\ntask_ids: [x]\n---\n# T\n", folders=("x", "d"))], namespace="lab"
    )
    assert yaml.safe_load(found.manifest)["datasets"] == [{"repo": "d"}]
