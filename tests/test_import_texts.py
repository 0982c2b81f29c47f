"""Everything on a card that is no table: links, texts, sections, citations, front matter."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from cardgen import importing
from importing import again, build, from_values, load, of_text, said

BOTH = ("lab/a", "lab/b")
FRONT = "---\nlicense: mit\n---\n"


def make(*texts: str, repos: tuple[str, ...] = BOTH) -> tuple[dict[str, Any], list[str]]:
    found = importing.make(of_text(*texts, repos=repos))
    return yaml.safe_load(found.manifest), said(found)


@pytest.mark.parametrize(
    "line",
    [
        "📑 [Paper](https://x.org/p) | 🌐 [Site](https://x.org/s)",
        "📑[Paper](https://x.org/p)&nbsp | &nbsp🌐 [Site](https://x.org/s)",
        '<p align="center">📑 <a href="https://x.org/p">Paper</a> • 🌐 <b><a href="https://x.org/s">Site</a></b></p>',
        "- 📑 [Paper](https://x.org/p)\n- 🌐 [Site](https://x.org/s)",
        "[📑](https://y.org)",
    ],
)
def test_links_of_the_header(line: str) -> None:
    found, _ = make(f"# T\n\n{line}\n\nHello.\n", repos=("lab/a",))
    if "y.org" in line:
        assert found["links"] == [{"label": "📑", "url": "https://y.org"}]
    else:
        assert found["links"] == [
            {"icon": "📑", "label": "Paper", "url": "https://x.org/p"},
            {"icon": "🌐", "label": "Site", "url": "https://x.org/s"},
        ]
    assert found["intro"] == "Hello."


def test_badges_are_links_with_the_words_of_their_image() -> None:
    found, _ = make(
        '# T\n\n[![Paper](https://img/x.svg)](https://x.org/p) <a href="https://x.org/s"><img src="y"></a>\n',
        repos=("lab/a",),
    )
    assert found["links"] == [
        {"label": "Paper", "url": "https://x.org/p"},
        {"label": "x.org", "url": "https://x.org/s"},
    ]


def test_a_sentence_with_a_link_is_no_line_of_links() -> None:
    found, _ = make("# T\n\nSee [the paper](https://x.org/p).\n", repos=("lab/a",))
    assert found["intro"] == "See [the paper](https://x.org/p)."
    assert "links" not in found


def test_links_without_a_web_address_are_said() -> None:
    found, notes = make("# T\n\n[Paper](TODO) | [Site](https://x.org)\n", repos=("lab/a",))
    assert [link["label"] for link in found["links"]] == ["Site"]
    assert "0.md:3: the link 'Paper' leads to no web address: 'TODO'" in notes


def test_titles_that_all_differ_are_not_the_familys() -> None:
    found, notes = make("# A 7B\n", "# B 7B\n")
    assert found["title"] == "lab"
    assert "0.md: the title is not as on other cards: 'A 7B'" in notes


def test_texts_of_some_cards_become_sections_of_these() -> None:
    found, notes = make(
        "# T\n\nAll.\n\n## Use\n\nLoad `lab/a`, not lab/a-GGUF.\n\n## Only here\n\n{{ braces }}\n",
        "# T\n\nAll.\n\nMore.\n\n## Use\n\nLoad `lab/b`, not lab/a-GGUF.\n",
    )
    assert found["intro"] == "All."
    assert found["sections"] == [
        {"repos": ["b"], "before": "tables", "text": "More."},
        {"title": "Use", "text": "Load `{{ repo.repo_id }}`, not lab/a-GGUF."},
        {"title": "Only here", "repos": ["a"], "text": '{{ "{{" }} braces }}'},
    ]
    assert notes == []


def test_a_section_with_the_same_id_everywhere_is_taken_as_it_is() -> None:
    found, _ = make("# T\n\n## Use\n\nLoad lab/a.\n", "# T\n\n## Use\n\nLoad lab/a.\n")
    assert found["sections"] == [{"title": "Use", "text": "Load lab/a."}]


def test_headings_that_are_not_of_level_two_stay_in_the_text() -> None:
    found, _ = make("# T\n\n### Deep\n\nText.\n\n#### Deeper\n\nMore.\n", repos=("lab/a",))
    assert found["sections"] == [{"text": "### Deep\n\nText.\n\n#### Deeper\n\nMore.\n"}]


def test_what_is_long_is_foreign_but_not_in_what_cardgen_wrote() -> None:
    long = "\n".join(f"line {number}" for number in range(150))
    _, notes = make(f"# T\n\n## Dump\n\n{long}\n", repos=("lab/a",))
    assert "0.md:3-154: foreign text, 152 lines, is left out" in notes
    values = {
        "models": {"rows": [{"repo": "a"}], "columns": [{"link": True}]},
        "sections": [{"title": "S", "text": long}],
    }
    cards = build(from_values(values))
    found, made = again(cards)
    assert said(found) == []
    assert [card.text for card in cards] == [card.text for card in made.values()]


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", '<img src=x onerror="alert(1)">', "<style>p {}</style>", "[x](javascript:alert(1))"],
)
def test_what_does_something_is_left_out(text: str) -> None:
    found, notes = make(f"# T\n\nHello.\n\n{text}\n\n## S\n\n```html\n{text}\n```\n", repos=("lab/a",))
    assert found["intro"] == "Hello."
    assert found["sections"] == [{"title": "S", "text": f"```html\n{text}\n```\n"}]
    assert "0.md:5: HTML that does something is left out" in notes


def test_several_citations_with_their_notes() -> None:
    found, notes = make(
        "# T\n\n## BibTeX\n\nPlease *cite*:\n\n```\n@article{a,\n}\n```\n\n```bibtex\n@misc{b,\n}\n```\n\nThanks!\n",
        repos=("lab/a",),
    )
    assert found["citation"] == [
        {"note": "Please cite", "bibtex": "@article{a,\n}\n"},
        {"bibtex": "@misc{b,\n}\n"},
    ]
    assert "0.md:17: a text of the citation that is neither BibTeX nor the line before it" in notes


def test_front_matter_is_shared_where_most_cards_agree() -> None:
    texts = [
        f"---\nlicense: {license}\nlanguage: no\nversion: 1.10\nbase_model: x/{n}\n---\n# T\n"
        for n, license in enumerate(("mit", "mit", "other"))
    ]
    found, _ = make(*texts, repos=("lab/a", "lab/b", "lab/c"))
    assert found["card_data"] == {"models": {"license": "mit", "language": "no", "version": "1.10"}}
    assert [row["card_data"] for row in found["models"]["rows"]] == [
        {"base_model": "x/0"},
        {"base_model": "x/1"},
        {"license": "other", "base_model": "x/2"},
    ]


def test_keys_of_other_tools_stay_theirs() -> None:
    found, notes = make("---\nlicense: mit\ndataset_info: {a: 1}\nconfigs: []\n---\n# T\n", repos=("datasets/lab/a",))
    assert found["card_data"] == {"datasets": {"license": "mit"}}
    assert "0.md:2: left to those who write it: dataset_info, configs in the front matter" in notes


def test_keys_that_others_added_to_a_card_of_cardgen_are_left_to_them() -> None:
    values = {
        "models": {"rows": [{"repo": "a"}], "columns": [{"link": True}]},
        "card_data": {"models": {"license": "mit"}},
    }
    card = build(from_values(values))[0].text
    edited = card.replace("license: mit\n", "license: mit\ntags: [x]\n") + "\n# Added\n\nText.\n"
    found, notes = make(edited, repos=("lab/a",))
    assert found["card_data"] == {"models": {"license": "mit"}}
    assert "0.md:2: left to those who write it: tags in the front matter" in notes
    assert any(each.endswith("foreign text outside of cardgen's blocks is left out") for each in notes)


def test_one_card_does_not_speak_for_the_others() -> None:
    text = FRONT.replace("mit", "mit\nbase_model: x/y\ntags: [t]") + (
        "# T\n\n| M | X | Y |\n|---|---|---|\n"
        "| a | [🤗](https://huggingface.co/lab/a-x) | [🤗](https://huggingface.co/lab/a-y) |\n"
        "| b | [🤗](https://huggingface.co/lab/b-x) | [🤗](https://huggingface.co/lab/b-y) |\n"
    )
    found, _ = make(text, repos=("lab/a-x",))
    assert found["card_data"] == {"models": {"tags": ["t"]}}
    assert found["models"]["cells"] == {"a": {"x": {"card_data": {"license": "mit", "base_model": "x/y"}}}}


def test_a_text_below_the_table_of_one_row_is_the_rows() -> None:
    table = (
        "\n| M | Get |\n|---|---|\n"
        "| a | [🤗](https://huggingface.co/lab/a) |\n| b | [🤗](https://huggingface.co/lab/b) |\n\nFor all.\n\n"
    )
    found, notes = make(f"# T\n{table}", f"# T\n{table}Only b.\n")
    assert found["models"]["footnote"] == "For all."
    assert found["models"]["rows"] == [{"repo": "a"}, {"repo": "b", "text": "Only b."}]
    assert notes == []


def test_the_mark_of_the_own_place_is_read_off_cards_of_cardgen() -> None:
    rows = [{"repo": f"m{number}"} for number in range(3)]
    values = {"models": {"rows": rows, "columns": [{"link": True}]}, "mark": {"text": "←", "color": "#abc"}}
    cards = build(from_values(values))
    found, made = again(cards)
    assert yaml.safe_load(found.manifest)["mark"] == {"text": "←", "color": "#abc"}
    assert [card.text for card in cards] == [card.text for card in made.values()]


def test_what_reads_as_a_reference_is_none() -> None:
    _, notes = make("---\nbase_model: {cell: {row: x}}\n---\n# T\n", repos=("lab/a",))
    assert "0.md: base_model of lab/a would be read as a reference" in notes


def test_every_manifest_has_what_its_cards_say_as_text() -> None:
    """What YAML would misread stands in quotes."""
    found = importing.make(
        of_text("---\nlicense: 'no'\ntags: ['1.10', 'yes', '~', '2024-01-01']\n---\n# on\n", repos=("lab/a",))
    )
    collection = load(found.manifest)
    assert collection.title == "on"
    assert collection.repos[0].card_data == {"license": "no", "tags": ["1.10", "yes", "~", "2024-01-01"]}


SCORES = {
    "benchmarks": [
        {"key": "a", "name": "A", "best": "lowest"},
        {"name": "Group", "benchmarks": [{"key": "b"}, {"key": "c", "best": "none"}]},
    ],
    "rows": [
        {"repo": "m0", "scores": {"a": "1.5", "b": "20", "c": "3"}},
        {"repo": "m1", "name": "Ours", "scores": {"a": "2.50", "b": "40"}},
        {"name": "Theirs", "scores": {"b": "30.1", "c": "-4"}},
    ],
}


@pytest.mark.parametrize("format", ["html", "markdown"])
def test_a_table_of_results_comes_back_as_results(format: str) -> None:
    rows = [{"repo": f"m{number}"} for number in range(3)]
    values = {
        "models": {"rows": rows, "columns": [{"link": True, "name": "Get"}], "corner": "M"},
        "results": {**SCORES, "format": format, "title": "Scores", "corner": "Model", "footnote": "Ours."},
    }
    cards = build(from_values(values))
    found, made = again(cards)
    assert said(found) == []
    assert [card.text for card in cards] == [card.text for card in made.values()]
    written = yaml.safe_load(found.manifest)["results"]
    assert [row.get("repo") for row in written["rows"]] == ["m0", "m1", None]
    assert [each.get("best") for each in written["benchmarks"]] == ["lowest", None]
