"""What a manifest means: text as it was written, card data in its order, repos and tables out of a matrix."""

from __future__ import annotations

import pytest

from cardgen import manifest
from cardgen.model import HUB_URL, Mark
from manifests import BASE, grid, load, mistakes, repos


def test_text_stays_as_it_was_written() -> None:
    collection = load(
        BASE + "datasets:\n- repo: a\n  name: 1.10\n  card_data:\n"
        "    {v: 1.10, w: 1.1, d: 2025-01-01, h: 0x1f, u: 1_000, t: 12:30, n: 7, o: 007, e: 1e3, z: -0,\n"
        "     yes_: 'yes', b: true, l: [no_, 'no'], s: !!str no, big: 123456789012345678901, x: .5, i: .inf}\n"
    )
    (repo,) = collection.repos
    assert repo.name == "1.10"
    assert repo.card_data == {
        "v": "1.10",
        "w": 1.1,
        "d": "2025-01-01",
        "h": "0x1f",
        "u": "1_000",
        "t": "12:30",
        "n": 7,
        "o": "007",
        "e": "1e3",
        "z": 0,
        "yes_": "yes",
        "b": True,
        "l": ["no_", "no"],
        "s": "no",
        "big": "123456789012345678901",
        "x": ".5",
        "i": ".inf",
    }


def test_anchors_and_merge_keys() -> None:
    collection = load(
        BASE + "card_data:\n"
        "  datasets: &shared {license: mit, tags: [a], size: 1}\n"
        "datasets:\n"
        "- &one {repo: one, card_data: {<<: *shared, license: cc0}}\n"
        "- {<<: *one, repo: two, name: Two}\n"
        "- {repo: three, card_data: {<<: [{size: 2, extra: x}, *shared]}}\n"
    )
    one, two, three = collection.repos
    assert one.card_data == {"license": "cc0", "tags": ["a"], "size": 1}
    assert (two.repo_id, two.name, two.card_data) == ("lab/two", "Two", one.card_data)
    assert three.card_data == {"size": 2, "extra": "x", "license": "mit", "tags": ["a"]}


def test_a_mistake_in_merged_text_is_said_where_it_is_written() -> None:
    text = BASE + "datasets:\n- &one {repo: one, name: [x]}\n- {<<: *one, repo: a..b}\n"
    assert mistakes(text) == [
        "5:26: expected text, got a list",
        "6:20: the dataset repo 'a..b' must not contain '--' or '..'",
    ]


def test_card_data_goes_from_general_to_special_and_null_takes_away() -> None:
    collection = load(
        BASE + "card_data: {models: {a: shared, b: shared, tags: [x]}, datasets: {a: kind}}\n"
        "datasets: [{repo: d, card_data: {a: own}}, {repo: e}]\n"
        "models:\n"
        '  repo: "{row}_{column}"\n'
        "  rows: [{key: r, card_data: {a: row, c: row, f: row}}, {key: s, card_data: {datasets: null, b: null}}]\n"
        "  columns:\n"
        "  - {name: G, card_data: {a: group, c: group, d: group},\n"
        "     columns: [{key: k, card_data: {a: column, d: column}}, {key: l}]}\n"
        "  cells: {r: {k: {card_data: {a: cell, f: null}}}}\n"
    )
    found = {repo.repo_id: dict(repo.card_data) for repo in collection.repos}
    trained = {"datasets": ["lab/d", "lab/e"]}
    shared = {"b": "shared", "tags": ["x"]}
    assert found == {
        "lab/d": {"a": "own"},
        "lab/e": {"a": "kind"},
        "lab/r_k": {**trained, **shared, "a": "cell", "c": "group", "d": "column"},
        "lab/r_l": {**trained, **shared, "a": "group", "c": "group", "d": "group", "f": "row"},
        "lab/s_k": {"tags": ["x"], "a": "column", "c": "group", "d": "column"},
        "lab/s_l": {"tags": ["x"], "a": "group", "c": "group", "d": "group"},
    }
    assert list(found["lab/r_k"]) == ["a", "b", "tags", "datasets", "c", "d"], "shared keys first"


def test_cells_that_differ_from_the_pattern() -> None:
    collection = load(
        grid(
            "{key: a, name: A}, {key: b}",
            "{key: x}, {key: y, name: Y}",
            more="  cells:\n    a: {x: null, y: {repo: other/zed, name: Zed}}\n    b: {x: {repo: plain}}\n",
        )
    )
    assert {repo.repo_id: repo.name for repo in collection.repos} == {
        "other/zed": "Zed",
        "lab/plain": "b, x",
        "lab/b_y": "b, Y",
    }
    (table,) = collection.tables
    urls = [[[target.url for target in cell.targets] for cell in row.cells] for row in table.rows]
    assert urls == [
        [[], [], [f"{HUB_URL}/other/zed"]],
        [[], [f"{HUB_URL}/lab/plain"], [f"{HUB_URL}/lab/b_y"]],
    ]


def test_keys_need_not_be_names_where_cells_name_the_repos() -> None:
    text = grid("{key: Qwen 2.5}", more="  cells: {Qwen 2.5: {b: {repo: qwen}}}\n")
    assert list(repos(load(text))) == ["lab/qwen"]


def test_two_matrices_have_blocks_of_their_own() -> None:
    one = '{repo: "{row}_{column}", title: %s, rows: [{key: %s}], columns: [{key: c}]}'
    collection = load(BASE + f"models:\n- {one % ('One', 'a')}\n- {one % ('Two', 'b')}\n")
    assert [(table.name, table.title) for table in collection.tables] == [("models", "One"), ("models-2", "Two")]


def test_what_else_a_manifest_says() -> None:
    collection = load(
        BASE + "collection: {slug: lab/t-1, title: T, description: D}\n"
        "links: [{icon: 📑, label: Paper, url: https://a.org}, {label: All, collection: true}]\n"
        "citation: {bibtex: '@a{b}', note: Cite}\n"
        "mark: {text: here}\n"
    )
    assert collection.hub_collection is not None
    assert collection.hub_collection.description == "D"
    assert [(link.icon, link.url) for link in collection.links] == [
        ("📑", "https://a.org"),
        ("", f"{HUB_URL}/collections/lab/t-1"),
    ]
    assert [(each.bibtex, each.note) for each in collection.citations] == [("@a{b}", "Cite")]
    assert collection.mark == Mark(Mark().color, "here")


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("collections/codeio.yaml", "collections/codeio.yaml"),
        ("/home/me/project/collections/codeio.yaml", "collections/codeio.yaml"),
        ("/tmp/codeio.yaml", "codeio.yaml"),
    ],
)
def test_cards_name_their_manifest_the_same_on_every_machine(file: str, source: str) -> None:
    assert manifest.load(BASE.encode(), file).source == source


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("{repo: a, revision: ckpt_360}", "lab/a/tree/ckpt_360"),
        ("{repo: a, revision: refs/pr/1}", "lab/a/tree/refs%2Fpr%2F1"),
        ("{repo: a, file: 'sub dir/x#1?.gguf'}", "lab/a/blob/main/sub%20dir/x%231%3F.gguf"),
        ("{repo: a, file: x.gguf, revision: '\"><b>'}", "lab/a/blob/%22%3E%3Cb%3E/x.gguf"),
        ("{repo: other/a, type: dataset}", "datasets/other/a"),
    ],
)
def test_addresses_of_targets_are_quoted(target: str, url: str) -> None:
    (table,) = load(grid(more=f"  cells: {{a: {{b: {{targets: [{target}]}}}}}}\n")).tables
    assert [each.url for each in table.rows[0].cells[1].targets] == [f"{HUB_URL}/{url}"]
