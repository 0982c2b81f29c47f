"""Every rule of a manifest: what breaks it is said with its line and column, and all of it at once."""

from __future__ import annotations

import pytest

from cardgen.errors import ManifestError
from manifests import BASE, grid, load, matrix, mistakes

NO_PART = "cannot be part of a repo's name, which has only letters, digits, '-', '_' and '.'"
NO_URL = "must be a URL that starts with https:// (or http://, mailto:), without spaces, quotes or angle brackets"
NO_NAME = "must be one line, not empty, with no spaces around it"
LETTERS = "may hold only letters, digits, '-', '_' and '.', and must not start or end with '-' or '.'"
MERGE = "a merge key (<<) takes a mapping, or a list of mappings"


def quote(word: str) -> str:
    return f'{word} is a boolean to YAML 1.1, which the Hub\'s tools read; quote it: "{word}"'


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
        (
            BASE + "datasets: [{repo: a, license: mit}]\n",
            ["4:22: unknown key 'license'; front matter goes into card_data"],
        ),
        (BASE + "citation: {bibtex: x, xyz: 1}\n", ["4:23: unknown key 'xyz'; the keys here are bibtex, note"]),
        (BASE + "title: x\n", ["4:1: the key 'title' is given twice, first in line 3"]),
        (BASE + "card_data:\n  models:\n    a: 1\n    a: 2\n", ["7:5: the key 'a' is given twice, first in line 6"]),
        (BASE + "no: x\n", [f"4:1: {quote('no')}"]),
        (BASE + "? [a]\n: b\n", ["4:3: a key must be text"]),
        (BASE + "? {a: b}\n: c\n", ["4:3: a key must be text"]),
        (
            BASE + "mark: {color: 'red; x'}\n",
            ["4:15: 'red; x' must be a CSS colour such as #e6f3ff or rgba(59, 130, 246, 0.25)"],
        ),
    ],
)
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
        (
            "collection: a/b-1\n",
            ["4:13: expected a mapping (slug, title, description, private, items, notes, prune), got 'a/b-1'"],
        ),
        ("collection: {}\n", ["4:13: a collection needs its slug, or a title by which it is found or made"]),
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
        ("hosts: {m: {label: M, url: 'javascript:{name}'}}\n", [f"4:28: 'javascript:{{name}}' {NO_URL}"]),
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
)
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
        (matrix("  {}\n"), ["5:3: the keys 'rows' and 'columns' must be given"]),
        (grid(rows="", columns=""), ["6:9: the list must not be empty", "7:12: the list must not be empty"]),
        (
            grid(repo="{row}_{colum}"),
            ["5:9: the pattern knows {row} and {column}, not {colum}; did you mean 'column'?"],
        ),
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
        (
            grid(columns="{name: g}"),
            ["7:13: a column is a key, a value, a fact, a link or a group of columns; this one has none of them"],
        ),
        (
            grid(columns="{name: g, columns: [{name: h, columns: [{name: x}]}]}"),
            ["7:53: a column is a key, a value, a fact, a link or a group of columns; this one has none of them"],
        ),
        (
            grid(columns="{name: g, key: k, columns: [{key: b}]}"),
            ["7:13: a column is a key, a value, a fact, a link or a group of columns; this one has key and columns"],
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
        (
            grid(more="  cells: {a: {b: 5}}\n"),
            ["8:18: expected a mapping (repo, name, card_data, text, targets, same_as, ownership), got 5"],
        ),
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
