"""Cards out of collections: what the manifest says is what a reader sees, whatever characters it is made of."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cardgen import inputs, render
from cardgen.errors import InputError
from cardgen.model import HUB_URL, Card
from manifests import BASE, load
from rendered import dom, html, links, tables, text, unbalanced
from texts import names, seen

ROOT = Path(__file__).parent.parent
BUILT_IN = inputs.read_templates(Path("nowhere/m.yaml"))


def cards(data: dict[str, Any] | str) -> dict[str, Card]:
    """The cards of a manifest, by repo; it is given without the keys that every manifest has."""
    whole = {"version": 1, "namespace": "lab", "title": "T"}
    source = data if isinstance(data, str) else yaml.safe_dump({**whole, **data}, sort_keys=False)
    return {card.repo.repo_id: card for card in render.cards(load(source), BUILT_IN)}


FEWER = settings(max_examples=50)  # every example compiles all templates


@FEWER
@given(names)
@example("C #")
@example("__init__")
def test_the_title_is_shown_as_it_is(title: str) -> None:
    card = cards({"title": title, "datasets": [{"repo": "d"}]})["lab/d"]
    assert [text(each) for each in dom(card.text).css("h1")] == [seen(title)]
    assert not dom(card.text).css("h1 *")


@FEWER
@given(names, names)
def test_the_links_of_the_header_are_shown_as_they_are(label: str, icon: str) -> None:
    url = "https://a.org/?x=1&y=%20'<b>".replace("<b>", "")
    shown = {"links": [{"label": label, "icon": icon, "url": url}, {"label": "Last", "url": "https://b.org"}]}
    card = cards({**shown, "datasets": [{"repo": "d"}]})["lab/d"]
    header = dom(card.text).css_first("p[align=left]")
    assert header is not None
    assert links(header) == [(seen(label), url), ("Last", "https://b.org")]
    assert text(header).startswith(seen(f"{icon} {label}"))
    assert unbalanced(html(card.text)) == []


@FEWER
@given(names)
@example("# a")
@example("1. a")
@example("- a")
def test_the_note_of_the_citation_is_shown_as_it_is(note: str) -> None:
    card = cards({"citation": {"note": note, "bibtex": "@a{b}"}, "datasets": [{"repo": "d"}]})["lab/d"]
    last = [each for each in dom(card.text).css("body > *") if each.tag != "pre"][-1]
    assert (last.tag, text(last)) == ("p", seen(f"{note}:"))
    assert not last.css("*")[1:]


bibtex = st.one_of(
    st.text(st.sampled_from("@a{b}`~ \n<&>\"'\\"), min_size=1, max_size=40).filter(lambda value: bool(value.strip())),
    st.sampled_from(["```", "````\n```", "~~~", "@a{b,\n  c={d}\n}", "</code></pre>", "\n\n    @a"]),
)


@FEWER
@given(bibtex)
def test_the_bibtex_is_shown_as_it_is(entry: str) -> None:
    card = cards({"citation": {"bibtex": entry}, "datasets": [{"repo": "d"}]})["lab/d"]
    (code,) = dom(card.text).css("pre > code")
    assert code.text().rstrip() == entry.rstrip()
    assert code.attributes["class"] == "language-bibtex"


@st.composite
def matrices(draw: st.DrawFn) -> dict[str, Any]:
    """A matrix with a group, names of any characters, and cells without a repo or with one of their own."""
    rows = [{"key": f"r{number}", "name": draw(names)} for number in range(draw(st.integers(1, 4)))]
    columns: list[dict[str, Any]] = [
        {"key": f"c{number}", "name": draw(names)} for number in range(draw(st.integers(1, 3)))
    ]
    if draw(st.booleans()):
        columns.append({"name": draw(names), "columns": [{"key": "g0", "name": draw(names)}, {"key": "g1"}]})
    keys = [each["key"] for each in columns if "key" in each] + (["g0", "g1"] if "columns" in columns[-1] else [])
    other = st.sampled_from([None, {}, {"repo": "own"}, {"repo": "other/own"}])
    cells = {row["key"]: {key: value for key in keys if (value := draw(other)) != {}} for row in rows}
    for row in list(cells)[1:]:
        cells[row] = {key: value for key, value in cells[row].items() if value is None}
    first = next(iter(cells.values()))
    for key in list(first)[1:]:
        first[key] = None
    labels = {"title": draw(names), "corner": draw(names)}
    return {"repo": "{row}_{column}", **labels, "rows": rows, "columns": columns, "cells": cells}


def expected_body(shape: dict[str, Any]) -> list[list[str]]:
    """The repos of the cells, row by row; an empty text where there is none."""
    keys = [inner["key"] for column in shape["columns"] for inner in column.get("columns", [column])]

    def repo(row: str, column: str) -> str:
        cell = shape["cells"].get(row, {}).get(column, {})
        if cell is None:
            return ""
        name = cell.get("repo", f"{row}_{column}")
        return name if "/" in name else f"lab/{name}"

    return [[repo(row["key"], key) for key in keys] for row in shape["rows"]]


@FEWER
@given(matrices(), names.map("⟦{}⟧".format))
def test_a_matrix_reads_back_from_every_card(shape: dict[str, Any], mark: str) -> None:
    made = cards({"models": shape, "mark": {"text": mark}})
    body = expected_body(shape)
    heads = [shape["corner"], *(column.get("name", "") for column in shape["columns"])]
    assert set(made) == {repo for row in body for repo in row} - {""}
    for repo_id, card in made.items():
        (table,) = tables(card.text, seen(mark))
        assert [text(each) for each in dom(card.text).css("p > strong:only-child")] == [seen(shape["title"])]
        head = [row for row in table if row[0].tag == "th"]
        rows = table[len(head) :]
        assert [cell.text for cell in head[0]] == [seen(each) for each in heads]
        assert [row[0].text for row in rows] == [seen(each["name"]) for each in shape["rows"]]
        found = [["".join(url for _, url in cell.links) for cell in row[1:]] for row in rows]
        assert found == [[f"{HUB_URL}/{each}" if each else "" for each in row] for row in body]
        own = [cell for row in table for cell in row if cell.color]
        assert [cell.links for cell in own] == [(("🤗", f"{HUB_URL}/{repo_id}"),)]
        assert own[0].is_marked
        assert unbalanced(html(card.text)) == []


@FEWER
@given(matrices(), names.map("⟦{}⟧".format))
def test_a_matrix_in_markdown_reads_back_from_every_card(shape: dict[str, Any], mark: str) -> None:
    made = cards({"models": {**shape, "format": "markdown"}, "mark": {"text": mark}})
    heads = [shape["corner"]]
    for column in shape["columns"]:
        inner = [f"{column['name']} · {each.get('name', each['key'])}" for each in column.get("columns", ())]
        heads += inner or [column["name"]]
    for repo_id, card in made.items():
        ((head, *rows),) = tables(card.text, seen(mark))
        assert [cell.text for cell in head] == [seen(each) for each in heads]
        assert [row[0].text for row in rows] == [seen(each["name"]) for each in shape["rows"]]
        found = [["".join(url for _, url in cell.links) for cell in row[1:]] for row in rows]
        assert found == [[f"{HUB_URL}/{each}" if each else "" for each in row] for row in expected_body(shape)]
        own = [cell for row in rows for cell in row if cell.is_marked]
        assert [cell.links for cell in own] == [(("🤗", f"{HUB_URL}/{repo_id}"),)]


def test_the_mark_is_the_manifests() -> None:
    card = cards({"datasets": [{"repo": "d"}], "mark": {"color": "#ffeeaa", "text": "(this repo)"}})["lab/d"]
    ((_, row),) = tables(card.text, "(this repo)")
    assert [(cell.color, cell.is_marked) for cell in row] == [("#ffeeaa", True), ("#ffeeaa", False)]
    card = cards({"datasets": [{"repo": "d"}]})["lab/d"]
    ((_, row),) = tables(card.text)
    assert [(cell.color, cell.is_marked) for cell in row] == [
        ("rgba(59, 130, 246, 0.16)", True),
        ("rgba(59, 130, 246, 0.16)", False),
    ]


def test_a_repos_own_text_stands_on_its_card_alone() -> None:
    made = cards({"datasets": [{"repo": "one", "text": "Only **here**."}, {"repo": "two"}]})
    assert "Only **here**." in made["lab/one"].text
    assert "here" not in made["lab/two"].text


def test_what_is_left_out_leaves_nothing_behind() -> None:
    card = cards({"datasets": [{"repo": "d"}]})["lab/d"]
    assert not card.text.startswith("---"), "no empty front matter"
    assert [each.tag for each in dom(card.text).css("body > *")] == ["h1", "p", "table"]
    assert "\n\n\n" not in card.text


def test_the_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    built = []
    for seed in ("0", "1", "4242"):
        folder = tmp_path / seed
        subprocess.run(
            [sys.executable, "-m", "cardgen", "build", "-q", "--output", str(folder), "collections/codeio.yaml"],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
        )
        built.append({path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()})
    assert built[0] == built[1] == built[2]
    assert len(built[0]) == 14


def test_a_mark_in_the_manifest_is_refused_with_the_card() -> None:
    with pytest.raises(InputError) as caught:
        cards(BASE + "intro: '<!-- cardgen:end card -->'\ndatasets: [{repo: d}]\n")
    assert caught.value.message.startswith("datasets/lab/d/README.md: line 3 of the card's body holds")
