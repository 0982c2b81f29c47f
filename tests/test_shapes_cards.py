"""The shapes that published collections have (10 to 16: what stands around tables), and how a card marks its place."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from cardgen import lint, ownership
from cardgen.model import Card
from manifests import BASE, load
from rendered import dom, links, seen_cell
from shapes import build, outline


def seen(card: Card) -> str:
    return "\n".join(line.rstrip() for line in outline(card))


def lines(expected: str) -> str:
    return textwrap.dedent(expected).strip()


STAGES = """
card_data: {models: {license: apache-2.0, tags: [a]}}
models:
  rows:
    - {key: l8, name: L 8B, card_data: {license: llama3.1, base_model: meta/L-8B}, text: Eight layers., values: {n: 8}}
    - {key: q7, name: Q 7B, card_data: {base_model: Q/Q-7B}, values: {n: 7}}
  columns:
    - {key: sft, name: SFT, text: It follows instructions.}
    - name: Preference
      card_data: {base_model: {cell: {column: sft}}, tags: null}
      columns: [{key: dpo, name: DPO, text: It is polite.}, {key: rm, card_data: {pipeline_tag: text-classification}}]
  repo: "{row}-{column}"
  formats: [{repo: "{repo}-GGUF", label: GGUF, card_data: {base_model: {cell: {}}, library_name: gguf}}]
  cells: {q7: {rm: {card_data: {base_model: [Q/Q-7B, {cell: {row: l8, column: rm}}], tags: [b]}}}}
sections:
  - title: Usage
    types: [model]
    columns: [sft, dpo]
    text: |
      ```python
      load("{{ repo.repo_id }}")
      ```
  - {text: "It has {{ repo.values.n }} billion parameters.", rows: [q7], before: tables}
  - {text: Only here., repos: [l8-rm, lab/q7-rm]}
  - {text: Only scores., columns: [rm], rows: [q7], title: Scores}
citation: {bibtex: "@a{b}"}
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("l8-sft", {"license": "llama3.1", "tags": ["a"], "base_model": "meta/L-8B"}),
        ("l8-dpo", {"license": "llama3.1", "base_model": "lab/l8-sft"}),
        ("l8-rm", {"license": "llama3.1", "base_model": "lab/l8-sft", "pipeline_tag": "text-classification"}),
        ("q7-sft", {"license": "apache-2.0", "tags": ["a"], "base_model": "Q/Q-7B"}),
        (
            "q7-rm",
            {
                "license": "apache-2.0",
                "tags": ["b"],
                "base_model": ["Q/Q-7B", "lab/l8-rm"],
                "pipeline_tag": "text-classification",
            },
        ),
        ("q7-dpo-GGUF", {"license": "apache-2.0", "base_model": "lab/q7-dpo", "library_name": "gguf"}),
    ],
)
def test_10_card_data_by_row_column_cell_and_format(name: str, expected: dict[str, Any]) -> None:
    assert build(STAGES)[name].repo.card_data == expected


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("l8-sft", "", 'Eight layers.\nIt follows instructions.\nh2: Usage\ncode: load("lab/l8-sft")'),
        ("l8-dpo-GGUF", "", 'Eight layers.\nIt is polite.\nh2: Usage\ncode: load("lab/l8-dpo-GGUF")'),
        ("l8-rm", "", "Eight layers.\nOnly here."),
        ("q7-sft", "It has 7 billion parameters.\n", 'It follows instructions.\nh2: Usage\ncode: load("lab/q7-sft")'),
        ("q7-rm", "It has 7 billion parameters.\n", "Only here.\nh2: Scores\nOnly scores."),
    ],
)
def test_10_texts_by_row_column_and_repo(name: str, before: str, after: str) -> None:
    shown = seen(build(STAGES)[name])
    assert shown.startswith(f"{before}Models\n")
    assert shown.endswith(f"(lab/q7-rm) [GGUF](lab/q7-rm-GGUF)\n{after}\nh2: Citation\ncode: @a{{b}}")


def test_11_names_and_ids_that_no_pattern_gives() -> None:
    cards = build("""
        models:
          rows: [{key: s, name: "Small (1.5B)"}, {key: L, name: Large}]
          columns: [{key: sft, name: SFT}, {key: rl, name: RL, repo: "{row}.rl"}]
          repo: "{row}-{column}"
          cells:
            s: {sft: {repo: tiny_SFT_v2, name: Tiny}}
            L: {rl: {repo: other/large}}
    """)
    assert {card.repo.repo_id: card.repo.name for card in cards.values()} == {
        "lab/tiny_SFT_v2": "Tiny",
        "lab/s.rl": "Small (1.5B), RL",
        "lab/L-sft": "Large, SFT",
        "other/large": "Large, RL",
    }
    assert seen(cards["other/large"]) == lines("""
        Models
        # | #SFT | #RL
        Small (1.5B) | [🤗](lab/tiny_SFT_v2) | [🤗](lab/s.rl)
        Large | [🤗](lab/L-sft) | ~📍 [🤗](other/large)
    """)


def test_12_datasets_with_columns_of_their_own_on_their_own_cards() -> None:
    cards = build("""
        datasets:
          title: Data
          shown_on: [datasets]
          columns: [{name: Samples, value: n}, {name: Link, link: true}]
          rows:
            - group: Stage 1
            - {repo: data-org/sft, name: SFT mix, values: {n: 1M}, text: The raw data is elsewhere.}
            - group: Stage 2
            - {repo: rl, values: {n: 30K}}
        models:
          shown_on: [models]
          columns: [{link: true}]
          rows: [{repo: m}]
    """)
    assert seen(cards["data-org/sft"]) == lines("""
        Data
        # | #Samples | #Link
        #Stage 1»»
        ~📍 SFT mix | ~1M | ~[🤗](datasets/data-org/sft)
        #Stage 2»»
        rl | 30K | [🤗](datasets/lab/rl)
        The raw data is elsewhere.
    """)
    assert seen(cards["m"]) == "Models\n# | #\n~📍 m | ~[🤗](lab/m)"
    assert cards["m"].repo.card_data == {"datasets": ["data-org/sft", "lab/rl"]}
    assert cards["data-org/sft"].repo.card_data == {}


def test_13_front_matter_of_other_tools_survives_beside_the_manifests() -> None:
    configs = "configs:\n- config_name: default\n  data_files: x.parquet # kept\ndataset_info: {splits: 3}\n"
    cards = build("datasets: [{repo: d, card_data: {license: mit, widget: [{text: a, example_title: b}]}}]")
    live = cards["d"].text.replace("---\n", f"---\n{configs}", 1)
    grown = build("datasets: [{repo: d, card_data: {license: cc0-1.0, widget: [{text: a}]}}]")["d"]
    spliced = ownership.splice(live.encode(), grown)
    assert spliced.problems == ()
    assert configs in spliced.text
    assert "license: cc0-1.0\n" in spliced.text
    assert "example_title" not in spliced.text


def test_14_a_family_that_grows_is_pushed_to_every_old_card() -> None:
    family = "models: {columns: [{link: true}], rows: [{repo: a}, {repo: b}%s]}\n"
    old, grown = build(family % ""), build(family % ", {repo: c}")
    assert set(grown) == {"a", "b", "c"}
    for name, card in old.items():
        spliced = ownership.splice(card.text.encode(), grown[name])
        assert [(unit.name, unit.state) for unit in spliced.units] == [("card", "update")]
        assert spliced.text == grown[name].text
        assert seen(grown[name]).endswith("c | [🤗](lab/c)")


def test_15_several_citations_links_without_an_icon_badges() -> None:
    card = build("""
        links:
          - {label: Paper, url: "https://a.org/p"}
          - {label: Code, icon: 📦, url: "https://a.org/c"}
        intro: '[![License](https://a.org/badge.svg)](https://a.org/license) A model.'
        datasets: [{repo: d}]
        citation:
          - {note: If you use the model, bibtex: "@article{one,\\n}"}
          - {bibtex: "@article{two,\\n}\\n@misc{three,\\n}"}
    """)["d"]
    page = dom(card.text)
    header = page.css_first("p[align=left]")
    assert header is not None
    assert links(header) == [("Paper", "https://a.org/p"), ("Code", "https://a.org/c")]
    assert " ".join(header.text().split()) == "Paper | 📦 Code"
    (badge,) = page.css("a > img")
    assert badge.attributes == {"src": "https://a.org/badge.svg", "alt": "License"}
    assert [each.text() for each in page.css("pre > code.language-bibtex")] == [
        "@article{one,\n}\n", "@article{two,\n}\n@misc{three,\n}\n"
    ]  # fmt: skip
    assert seen(card).endswith("If you use the model:\ncode: @article{one,\ncode: @article{two,")


RESULTS = """
models:
  columns: [{name: Link, link: true}]
  rows: [{repo: a}, {repo: b}]
results:
  corner: Model
  text: Higher is better.
  footnote: Greedy decoding.
  benchmarks:
    - {name: Math, benchmarks: [{key: gsm, name: GSM8K}, {key: aime}]}
    - {key: toxic, name: Toxicity, best: lowest}
    - {key: n, name: Runs, best: none}
  rows:
    - {repo: a, scores: {gsm: 61.20, aime: 9, toxic: 0.3, n: 4}}
    - {repo: b, name: B, scores: {gsm: 61.2, toxic: 0.1, n: 8}}
    - {name: Another, scores: {gsm: 60, aime: 10}}
"""


def test_16_results_with_the_best_and_the_own_row_marked() -> None:
    card = build(RESULTS)["b"]
    assert seen(card) == lines("""
        Models
        # | #Link
        a | [🤗](lab/a)
        ~📍 b | ~[🤗](lab/b)
        Results
        Higher is better.
        #Model² | #Math» | #Toxicity² | #Runs²
        #GSM8K | #aime
        a | 61.20 | 9 | 0.3 | 4
        ~📍 B | ~61.2 | ~ | ~0.1 | ~8
        Another | 60 | 10 |  |
        Greedy decoding.
    """)
    assert [each.text() for each in dom(card.text).css("td > b")] == ["61.20", "61.2", "0.1", "10"]


def test_16_results_in_markdown() -> None:
    card = build(RESULTS + "  format: markdown\n")["a"]
    head, *rows = seen(card).split("Higher is better.\n")[1].splitlines()[:-1]
    assert head == "#Model | #Math · GSM8K | #Math · aime | #Toxicity | #Runs"
    assert rows == ["📍 a | 61.20 | 9 | 0.3 | 4", "B | 61.2 |  | 0.1 | 8", "Another | 60 | 10 |  |"]
    bold = [each.text() for each in dom(card.text).css("table:last-of-type td > strong")]
    assert bold == ["a", "61.20", "61.2", "0.1", "10"], "the own row's name, and the best"


# The own place


def own_places(manifest: str) -> dict[str, list[str]]:
    """What lint says of places, by repo."""
    collection = load(BASE + manifest)
    cards = tuple(build(manifest).values())
    found = [each for each in lint.findings([collection], cards) if each.rule.startswith("place-")]
    return {
        card.repo.repo_id.removeprefix("lab/"): [each.message for each in found if each.card == card.repo.path]
        for card in cards
    }


MISSING = "no table of the card shows the card's own repo"


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        pytest.param("datasets: [{repo: a}]\n", {"a": []}, id="a row"),
        pytest.param(RESULTS, {"a": [], "b": []}, id="a row of results is no second place"),
        pytest.param(
            "datasets: {shown_on: [models], columns: [{link: true}], rows: [{repo: d}]}\n"
            "models: {shown_on: [models], transpose: true, columns: [{link: true}], rows: [{repo: m}]}\n",
            {"d": [MISSING], "m": []},
            id="a table that is not on the card",
        ),
        pytest.param(
            'models: {repo: "{row}-{column}", rows: [{key: a}, {key: b}], columns: [{key: x}],\n'
            "  cells: {a: {x: {targets: [{repo: b-x}]}}}}\n",
            {"b-x": ["the tables of the card show its own repo 2 times"]},
            id="a cell that leads to a sibling",
        ),
        pytest.param(
            'models: {repo: "{row}-{column}", rows: [{key: a}, {key: b}], columns: [{key: x}, {value: v}],\n'
            "  cells: {a: {x: {same_as: {row: b}}}}}\n",
            {"b-x": []},
            id="a cell that is the same as a sibling",
        ),
        pytest.param(
            "models: {columns: [{value: v}], rows: [{repo: a, values: {v: {targets: [{repo: b}]}}}, {repo: b}]}\n",
            {"a": [], "b": []},
            id="a value that leads to a sibling",
        ),
        pytest.param(
            'models: {repo: "{row}-{column}", rows: [{repo: a}, {key: b}], columns: [{key: x}, {link: true}]}\n',
            {"a": [], "a-x": [], "b-x": []},
            id="rows with a repo of their own in a matrix",
        ),
    ],
)
def test_a_card_without_a_place_and_with_two_is_found(manifest: str, expected: dict[str, list[str]]) -> None:
    assert own_places(manifest) == expected


def test_formats_in_one_cell_are_one_place() -> None:
    places = own_places(STAGES)
    assert len(places) == 12
    assert not any(places.values())


def test_a_row_with_a_repo_in_a_matrix_marks_what_is_its_own() -> None:
    cards = build("""
        models:
          repo: "{row}-{column}"
          columns: [{key: x}, {name: Size, value: v}, {name: Link, link: true}]
          rows: [{repo: a, values: {v: 1B}}, {key: b}]
    """)
    table = "Models\n# | #x | #Size | #Link\n"
    assert seen(cards["a"]) == f"{table}~📍 a | [🤗](lab/a-x) | ~1B | ~[🤗](lab/a)\nb | [🤗](lab/b-x) |  |"
    assert seen(cards["a-x"]) == f"{table}a | ~📍 [🤗](lab/a-x) | 1B | [🤗](lab/a)\nb | [🤗](lab/b-x) |  |"


def test_only_the_link_to_the_own_repo_says_so() -> None:
    cards = build("""
        models:
          formats: [{repo: "{repo}-GGUF", label: GGUF}]
          columns: [{value: next}, {link: true}]
          rows: [{repo: a, values: {next: {targets: [{repo: b}]}}}, {repo: b}]
    """)
    for name, card in cards.items():
        titles = [each.attributes["title"] for each in dom(card.text).css("td > a[title$='(this repo)']")]
        assert titles == [f"lab/{name} (this repo)"]


@pytest.mark.parametrize("form", ["html", "markdown"])
@pytest.mark.parametrize("transpose", ["false", "true"])
@pytest.mark.parametrize("mark", ["(you are here)", "**|** <b>", "👉"])
def test_a_mark_of_ones_own(form: str, transpose: str, mark: str) -> None:
    cards = build(f"""
        mark: {{color: "#ffeeaa", text: "{mark}"}}
        models: {{format: {form}, transpose: {transpose}, columns: [{{value: v}}], rows: [{{repo: a}}, {{repo: b}}]}}
    """)
    cells = [seen_cell(each, mark) for each in dom(cards["b"].text).css("th, td")]
    assert [cell.text for cell in cells if cell.is_marked] == ["b"]
    coloured = {"false": ["b", ""], "true": ["b"]}[transpose] if form == "html" else []
    assert [cell.text for cell in cells if cell.color == "#ffeeaa"] == coloured
    assert not [cell for cell in cells if cell.color not in ("", "#ffeeaa")]
    assert not dom(cards["b"].text).css("td > b, th > b")


def test_tables_with_the_same_title_stay_apart() -> None:
    tables = ", ".join(f"{{columns: [{{link: true}}], rows: [{{repo: {name}, text: '{name}!'}}]}}" for name in "abc")
    cards = build(f"ownership: blocks\nmodels: [{tables}]\n")
    assert list(cards["b"].blocks) == ["header", "models", "models-2", "text", "models-3"]
    assert seen(cards["b"]).count("Models") == 3


def test_the_text_of_a_repo_is_shown_once_wherever_its_place_is() -> None:
    manifest = "models: {shown_on: [datasets], columns: [{link: true}], rows: [{repo: a, text: Here.}]}\n"
    assert seen(build(manifest)["a"]) == "Here."
    results = "results: {benchmarks: [{key: x}], rows: [{repo: a, scores: {x: 1}}]}\n"
    assert seen(build(manifest + results)["a"]) == "Results\n# | #x\n~📍 a | ~1\nHere."
    shown = seen(build(manifest.replace("datasets", "models") + results)["a"])
    assert shown == "Models\n# | #\n~📍 a | ~[🤗](lab/a)\nHere.\nResults\n# | #x\n~📍 a | ~1"
