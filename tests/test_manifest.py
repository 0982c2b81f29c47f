"""Every rule of a manifest: what breaks it is said with its line and column, and all of it at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen import manifest
from cardgen.errors import ManifestError
from cardgen.model import HUB_URL, Mark
from manifests import BASE, load, mistakes, repos

ROOT = Path(__file__).parent.parent

NO_PART = "cannot be part of a repo's name, which has only letters, digits, '-', '_' and '.'"
NO_URL = "must be a URL that starts with https:// (or http://, mailto:), without spaces, quotes or angle brackets"
NO_NAME = "must be one line, not empty, with no spaces around it"
LETTERS = "may hold only letters, digits, '-', '_' and '.', and must not start or end with '-' or '.'"
MERGE = "a merge key (<<) takes a mapping, or a list of mappings"


def quote(word: str) -> str:
    return f'{word} is a boolean to YAML 1.1, which the Hub\'s tools read; quote it: "{word}"'


def matrix(inside: str) -> str:
    """A manifest with one matrix, whose first line is line 5."""
    return f"{BASE}models:\n{inside}"


def grid(rows: str = "{key: a}", columns: str = "{key: b}", repo: str = "{row}_{column}", more: str = "") -> str:
    """A manifest with one matrix: its pattern stands in line 5, its rows in 6, its columns in 7, the rest from 8."""
    return matrix(f'  repo: "{repo}"\n  rows: [{rows}]\n  columns: [{columns}]\n{more}')


def check(text: str, expected: list[str]) -> None:
    assert mistakes(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("version: 2\nnamespace: lab\ntitle: T\n", ["1:10: expected 1, got 2"]),
        ('version: "1"\nnamespace: lab\ntitle: T\n', ["1:10: expected 1, got '1'"]),
        ("version: 1.0\nnamespace: lab\ntitle: T\n", ["1:10: expected 1, got 1.0"]),
        ("version: 1\n", ["1:1: the keys 'namespace' and 'title' must be given"]),
        ("version: 1\ntitle: T\n", ["1:1: the key 'namespace' must be given"]),
        (
            "version: 1\nnamespace: lab\ntitel: T\n",
            ["3:1: unknown key 'titel'; did you mean 'title'?"],
        ),
        ("version: 1\nnamespace: a b\ntitle: T\n", [f"2:12: the namespace {LETTERS}"]),
        ("version: 1\nnamespace: ..\ntitle: T\n", ["2:12: the namespace must not contain '--' or '..'"]),
        ("version: 1\nnamespace: a/b\ntitle: T\n", [f"2:12: the namespace {LETTERS}"]),
        (BASE + "titel: x\n", ["4:1: unknown key 'titel'; did you mean 'title'?"]),
        (BASE + "language: en\n", ["4:1: unknown key 'language'; front matter goes into card_data"]),
        (BASE + "datasets: [{repo: a, license: mit}]\n", ["4:22: unknown key 'license'; front matter goes into card_data"]),
        (BASE + "citation: {bibtex: x, xyz: 1}\n", ["4:23: unknown key 'xyz'; the keys here are bibtex, note"]),
        (BASE + "title: x\n", ["4:1: the key 'title' is given twice, first in line 3"]),
        (BASE + "card_data:\n  models:\n    a: 1\n    a: 2\n", ["7:5: the key 'a' is given twice, first in line 6"]),
        (BASE + "no: x\n", [f"4:1: {quote('no')}"]),
        (BASE + "? [a]\n: b\n", ["4:3: a key must be text"]),
        (BASE + "? {a: b}\n: c\n", ["4:3: a key must be text"]),
        (BASE + "mark: {color: 'red; x'}\n", ["4:15: 'red; x' must be a CSS colour such as #e6f3ff or rgba(59, 130, 246, 0.25)"]),
    ],
)  # fmt: skip
def test_keys(text: str, expected: list[str]) -> None:
    check(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("intro: no\n", [f"4:8: {quote('no')}"]),
        ("intro: On\n", [f"4:8: {quote('On')}"]),
        ("card_data: {models: {language: no}}\n", [f"4:32: {quote('no')}"]),
        ("card_data: {models: {on: 1}}\n", [f"4:22: {quote('on')}"]),
        ("card_data: {models: {a: [x, off]}}\n", [f"4:29: {quote('off')}"]),
        ("intro: true\n", ["4:8: expected text, got true; quote it if it is meant as text"]),
        ("intro: [a]\n", ["4:8: expected text, got a list"]),
        ("intro: {a: b}\n", ["4:8: expected text, got a mapping"]),
        ('intro: " "\n', ["4:8: ' ' must not be empty"]),
        ("links: x\n", ["4:8: expected a list, got 'x'"]),
        ("links:\n", ["4:7: expected a list, got nothing; fill it in or leave it out"]),
        ("links: {a: b}\n", ["4:8: expected a list, got a mapping"]),
        ("links: [5]\n", ["4:9: expected a mapping (label, icon, url, collection), got 5"]),
        ("card_data: {models: [a]}\n", ["4:21: expected a mapping, got a list"]),
        ("collection: a/b-1\n", ["4:13: expected a mapping (slug, title, description), got 'a/b-1'"]),
        ("collection: {}\n", ["4:13: the key 'slug' must be given"]),
        (
            "collection: {slug: x}\n",
            ["4:20: 'x' must be a collection's slug: NAMESPACE/TITLE-ID, the end of its address on the Hub"],
        ),
        (
            f"collection: {{slug: a/b-1, description: {'x' * 151}}}\n",
            ["4:40: the description has 151 characters, and the Hub allows 150"],
        ),
        ("links: [{label: a}]\n", ["4:9: a link needs either a url or `collection: true`"]),
        ("links: [{url: https://a.org}]\n", ["4:9: the key 'label' must be given"]),
        ("links: [{label: a, url: a.org}]\n", [f"4:25: 'a.org' {NO_URL}"]),
        ("links: [{label: a, url: 'javascript:x'}]\n", [f"4:25: 'javascript:x' {NO_URL}"]),
        ("links: [{label: a, url: 'https://a.org/\"onclick='}]\n", [f"4:25: 'https://a.org/\"onclick=' {NO_URL}"]),
        (
            "links: [{label: a, collection: true}]\n",
            ["4:32: the manifest has no `collection` with a slug to link to"],
        ),
        ("links: [{label: a, collection: false}]\n", ["4:32: expected true, got false"]),
        ('links: [{label: "a\\nb", url: https://a.org}]\n', [f"4:17: 'a\\nb' {NO_NAME}"]),
        ("intro: !x y\n", ["4:8: the tag '!x' is not read here; leave it out"]),
        (
            "intro: !!python/object/apply:os.system [id]\n",
            ["4:8: the tag 'tag:yaml.org,2002:python/object/apply:os.system' is not read here; leave it out"],
        ),
        ("!x intro: y\n", ["4:1: the tag '!x' is not read here; leave it out"]),
        ("datasets: !!set {a, b}\n", ["4:11: the tag 'tag:yaml.org,2002:set' is not read here; leave it out"]),
        ("card_data: {models: {<<: 5}}\n", [f"4:22: {MERGE}"]),
        ("card_data: {models: {<<: [{a: 1}, x]}}\n", [f"4:22: {MERGE}"]),
        ("card_data: {models: &m {a: *m}}\n", ["4:21: an alias that contains itself"]),
        ("datasets: &d [*d]\n", ["4:11: an alias that contains itself"]),
    ],
)  # fmt: skip
def test_values(text: str, expected: list[str]) -> None:
    check(BASE + text, expected)


@pytest.mark.parametrize(
    ("repo", "expected"),
    [
        ("a b", LETTERS),
        ("ö", LETTERS),
        ("-x", LETTERS),
        ("a..b", "must not contain '--' or '..'"),
        ("../etc", "must not contain '--' or '..'"),
        ("../../etc/passwd", "must be NAMESPACE/NAME"),
        ("a/b/c", "must be NAMESPACE/NAME"),
        ("/a", LETTERS),
        ("x.git", "must not end in '.git'"),
        ("x" * 97, "has 97 characters, and the Hub allows 96"),
    ],
)
def test_repo_ids(repo: str, expected: str) -> None:
    (found,) = mistakes(BASE + f"datasets: [{{repo: {repo}}}]\n")
    assert found == f"4:19: the dataset repo {repo!r} {expected}"
    (found,) = mistakes(grid(more=f"  cells: {{a: {{b: {{repo: {repo}}}}}}}\n"))
    assert found == f"8:18: the model repo {repo!r} {expected}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BASE + "datasets:\n- repo: a\n- repo: lab/a\n", ["6:9: the dataset 'lab/a' is named twice, first in line 5"]),
        (
            BASE + "datasets:\n- repo: a\n- repo: A\n",
            ["6:9: the dataset 'lab/A' is named twice (as 'lab/a'), first in line 5"],
        ),
        (
            grid("{key: a}, {key: ab}", "{key: bc}, {key: c}", "{row}{column}"),
            ["6:20: the model 'lab/abc' is named twice, first in line 6"],
        ),
        (
            grid(columns="{key: b}, {key: c}", more="  cells: {a: {c: {repo: a_b}}}\n"),
            ["8:18: the model 'lab/a_b' is named twice, first in line 6"],
        ),
        (BASE + "datasets: [{repo: a_b}]\n" + grid().removeprefix(BASE), []),
    ],
)
def test_a_repo_is_named_once(text: str, expected: list[str]) -> None:
    check(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (matrix("  {}\n"), ["5:3: the keys 'repo', 'rows' and 'columns' must be given"]),
        (grid(rows="", columns=""), ["6:9: the list must not be empty", "7:12: the list must not be empty"]),
        (grid(repo="{row}_{colum}"), ["5:9: the pattern knows {row} and {column}, not {colum}"]),
        (
            grid(columns="{key: b}, {key: c}", repo="{row}"),
            ["5:9: the pattern has no {column}, so that 2 columns would share a repo"],
        ),
        (
            grid(rows="{key: a}, {key: b}", repo="{column}"),
            ["5:9: the pattern has no {row}, so that 2 rows would share a repo"],
        ),
        (grid(repo="my {row}"), [f"5:9: the pattern {NO_PART}"]),
        (grid(repo="{row"), [f"5:9: the pattern {NO_PART}"]),
        (grid(repo="a/b/{row}"), [f"5:9: the pattern {NO_PART}"]),
        (
            grid(rows="{key: a b}, {key: c}", columns="{key: d/e}, {key: f}"),
            [f"6:16: the key 'a b' {NO_PART}", f"7:19: the key 'd/e' {NO_PART}"],
        ),
        (grid(rows="{key: a-}", repo="{row}-{column}"), ["6:10: the model repo 'a--b' must not contain '--' or '..'"]),
        (
            grid(rows="{key: a}, {key: a}", columns="{key: b}, {key: b}"),
            ["6:26: two rows have the key 'a'", "7:29: two columns have the key 'b'"],
        ),
        (grid(columns="{name: g}"), ["7:13: a column needs a key, a group of columns needs columns"]),
        (
            grid(columns="{name: g, columns: [{name: h, columns: [{name: x}]}]}"),
            ["7:53: a column needs a key, a group of columns needs columns"],
        ),
        (
            grid(columns="{name: g, key: k, columns: [{key: b}]}"),
            ["7:28: a group of columns has no key: its columns have"],
        ),
        (grid(columns="{columns: [{key: b}]}"), ["7:13: a group of columns needs a name"]),
        (
            grid(rows="{key: [x]}", columns="{key: {}}"),
            ["6:16: expected text, got a list", "7:19: expected text, got a mapping"],
        ),
        (
            grid(more="  cells:\n    aa: {b: null}\n    a: {bb: null}\n"),
            [
                "9:5: there is no row 'aa'; did you mean 'a'?",
                "10:9: there is no column 'bb'; did you mean 'b'?",
            ],
        ),
        (grid(more="  cells: {a: {b: 5}}\n"), ["8:18: expected a mapping (repo, name, card_data), got 5"]),
        (grid(more="  cells: {a: {b: {rpo: x}}}\n"), ["8:19: unknown key 'rpo'; did you mean 'repo'?"]),
    ],
)
def test_matrices(text: str, expected: list[str]) -> None:
    check(text, expected)


def test_all_mistakes_of_a_file_come_at_once_and_in_its_order() -> None:
    text = """\
version: 2
namespace: my lab
titel: x
links:
  - {label: Paper, url: example.org}
  - 7
card_data:
  models: {language: no}
datasets:
  - repo: a..b
  - repo: dup
  - repo: Dup
models:
  repo: "{row}_{colum}"
  rows: [{key: a}, {key: a}]
  columns: [{key: c}, {name: g}]
  cells: {b: {c: null}}
"""
    found = mistakes(text)
    places = [tuple(map(int, each.split(":")[:2])) for each in found]
    assert places == [
        (1, 10), (2, 12), (3, 1), (5, 25), (6, 5), (8, 22), (10, 11), (12, 11), (14, 9), (15, 26), (16, 23), (17, 11)
    ]  # fmt: skip
    with pytest.raises(ManifestError) as caught:
        load(text)
    assert caught.value.exit_code == 2
    assert caught.value.message.splitlines()[0] == "collections/m.yaml:1:10: expected 1, got 2"


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
    assert collection.citation is not None
    assert (collection.citation.bibtex, collection.citation.note) == ("@a{b}", "Cite")
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
