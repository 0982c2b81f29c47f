"""Whatever a manifest makes, import reads it back: the same cells, links, spans and marks on every card.

Where import notes nothing, every other byte of the cards' bodies is the same, too.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen.errors import ManifestError
from importing import again, build, from_values
from rendered import tables

PART = st.text("abXY019.", min_size=1, max_size=4).map(lambda text: "r" + text.strip(".") + "1")
KEY = st.lists(PART, min_size=1, max_size=2).map("-".join)
LABEL = (
    st.text("aZ é7<>|&*_`[]()\\#~-–🤗✓אב", min_size=1, max_size=8)
    .map(str.strip)
    .filter(lambda text: text.strip("-–") != "")
)
URL = st.sampled_from(["https://example.com/a", "https://huggingface.co/papers/2502.07316", "https://x.org/?q=1&r=2"])
OUTSIDE = st.sampled_from(["other/base-1", "meta/Base-2"])
PATTERNS = ["{row}_{column}", "{column}-{row}", "m-{row}-{column}-v1", "{row}{column}", "M_{column}_{row}"]


def keys(least: int, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(KEY, min_size=least, max_size=most, unique_by=str.lower)


VALUE = st.sampled_from(["mit", "no", "1.10", "a: b", "- x", "12:30", True, 7, 0.5, ["en", "no"], {"a": [1]}, "a\nb\n"])
DATA = st.dictionaries(st.sampled_from(["license", "language", "tags", "base_model", "x y"]), VALUE, max_size=2)


@st.composite
def with_data(draw: st.DrawFn, written: dict[str, Any]) -> dict[str, Any]:
    """What a manifest says of something, sometimes with front matter."""
    return {**written, "card_data": draw(DATA)} if draw(st.integers(0, 2)) == 0 else written


@st.composite
def columns(draw: st.DrawFn, names: list[str]) -> list[dict[str, Any]]:
    """Columns with keys, some of them in groups."""
    made: list[dict[str, Any]] = []
    left = [draw(with_data({"key": name, **({"name": draw(LABEL)} if draw(st.booleans()) else {})})) for name in names]
    while left:
        size = draw(st.integers(1, len(left)))
        taken, left = left[:size], left[size:]
        made += [draw(with_data({"name": draw(LABEL), "columns": taken}))] if draw(st.booleans()) else taken
    return made


CELL = st.one_of(
    st.none(),
    LABEL.map(lambda text: {"text": text}),
    URL.map(lambda url: {"targets": [{"url": url, "label": "site"}]}),
    OUTSIDE.map(lambda repo: {"targets": [{"repo": repo}]}),
    KEY.map(lambda key: {"repo": f"odd-{key}"}),
    KEY.map(lambda key: {"repo": f"noted-{key}", "text": "note"}),
    KEY.map(lambda key: {"repo": f"more-{key}", "targets": [{"url": "https://example.com/more", "label": "more"}]}),
)


@st.composite
def matrices(draw: st.DrawFn) -> dict[str, Any]:
    rows, names = draw(keys(1, 4)), draw(keys(1, 4))
    places = draw(st.lists(st.tuples(st.sampled_from(rows), st.sampled_from(names), CELL), max_size=3))
    table: dict[str, Any] = {
        "corner": draw(LABEL),
        "rows": [
            draw(with_data({"key": row, "name": draw(LABEL)} if draw(st.booleans()) else {"key": row})) for row in rows
        ],
        "columns": draw(columns(names)),
        "repo": draw(st.sampled_from(PATTERNS)),
        "format": draw(st.sampled_from(["html", "markdown"])),
        "cells": {row: {} for row, _, _ in places},
    }
    for row, column, cell in places:
        table["cells"][row][column] = cell
    for name, values in (("title", LABEL), ("missing", st.just("–")), ("label", LABEL), ("joiner", st.just(" • "))):
        if draw(st.booleans()):
            table[name] = draw(values)
    return table


@st.composite
def lists(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(KEY, min_size=1, max_size=5, unique_by=str.lower))
    values = draw(st.lists(st.sampled_from(["one", "two", "three"]), unique=True, max_size=3))
    rows: list[dict[str, Any]] = []
    for name in names:
        if draw(st.integers(0, 4)) == 0:
            rows.append({"group": draw(LABEL)})
        row: dict[str, Any] = draw(with_data({"repo": name}))
        if draw(st.booleans()):
            row["name"] = draw(LABEL)
        row["values"] = {value: draw(st.one_of(LABEL, CELL_VALUE)) for value in values if draw(st.booleans())}
        rows.append(row)
    made: list[dict[str, Any]] = [{"value": value, "name": draw(LABEL)} for value in values]
    made.insert(draw(st.integers(0, len(made))), {"link": True, "name": "Get"})
    table = {"corner": "Model", "rows": rows, "columns": made, "format": draw(st.sampled_from(["html", "markdown"]))}
    return {**table, "transpose": True} if draw(st.booleans()) and all("repo" in row for row in rows) else table


CELL_VALUE = st.one_of(
    OUTSIDE.map(lambda repo: {"targets": [{"repo": repo, "label": "base"}]}),
    URL.map(lambda url: {"text": "see", "targets": [{"url": url, "label": "site"}]}),
)


def _of_models(table: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    return {"models": table, "card_data": {"models": data}}


def _is_valid(values: dict[str, Any]) -> bool:
    """Whether the manifest is one: keys at random may make the same repo twice."""
    try:
        from_values(values)
    except ManifestError:
        return False
    return True


def check(values: dict[str, Any]) -> None:
    cards = build(from_values(values))
    if cards:
        found, made = again(cards)
        for card in cards:
            assert tables(card.text) == tables(made[card.repo.path].text), (found.manifest, found.notes)
            assert card.repo.card_data == made[card.repo.path].repo.card_data
            assert found.notes or card.body == made[card.repo.path].body


@settings(max_examples=40)
@given(st.builds(_of_models, matrices(), DATA).filter(_is_valid))
def test_a_matrix_comes_back(values: dict[str, Any]) -> None:
    check(values)


@settings(max_examples=40)
@given(st.builds(_of_models, lists(), DATA).filter(_is_valid))
def test_a_list_comes_back(values: dict[str, Any]) -> None:
    check(values)


TEXT = st.sampled_from(
    [
        "Some words.",
        "Two.\n\nParagraphs.",
        "- a list\n- of things",
        "`code` and {{ braces }}",
        "A [link](https://x.org).",
    ]
)


@st.composite
def families(draw: st.DrawFn) -> dict[str, Any]:
    """A collection with everything: datasets, a matrix with hosts and formats, texts, sections, a citation."""
    matrix = draw(matrices())
    names = draw(st.lists(KEY, min_size=1, max_size=3, unique_by=str.lower))
    rows = [row["key"] for row in matrix["rows"]]
    values: dict[str, Any] = {
        "intro": draw(TEXT),
        "hosts": {"mirror": {"label": "M", "url": "https://mirror.org/{namespace}/{name}/files", "namespace": "other"}},
        "datasets": [draw(with_data({"repo": f"data-{name}"})) for name in names],
        "models": matrix,
        "card_data": {"models": draw(DATA), "datasets": draw(DATA)},
        "sections": draw(st.lists(SECTION, max_size=2)),
        "citation": {"bibtex": "@misc{a,\n}\n", "note": "Please cite"},
        "links": [
            {"label": "Paper", "icon": "📑", "url": "https://x.org/p"},
            {"label": "Code", "url": "https://x.org/c"},
        ],
    }
    if draw(st.booleans()):
        values["datasets"][0]["text"] = draw(TEXT)
    for section in values["sections"]:
        if draw(st.booleans()):
            section["rows"] = [draw(st.sampled_from(rows))]
    if draw(st.booleans()):
        matrix["hosts"] = ["mirror"]
    if draw(st.booleans()):
        matrix["formats"] = [{"repo": "{repo}-GGUF", "label": "gguf", "card_data": draw(DATA)}]
    if draw(st.booleans()):
        matrix["rows"][0]["text"] = draw(TEXT)
    return values


SECTION = st.fixed_dictionaries(
    {"text": TEXT.map(lambda text: text.replace("{{ braces }}", "{{ repo.repo_id }}"))},
    optional={"title": st.sampled_from(["Usage", "Limits"]), "before": st.sampled_from(["tables", "citation"])},
)


@settings(max_examples=40)
@given(families().filter(_is_valid))
def test_a_whole_collection_comes_back(values: dict[str, Any]) -> None:
    check(values)
