"""One value of a YAML text written anew: every other byte stays, and nothing else changes its meaning."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen import yaml_nodes
from cardgen.pulling import splice
from cardgen.pulling.splice import Path
from pulls import COLLECTIONS, ROOT

TEXT = """\
# a comment 🤗
a:
    tags:
      - x  # why
      - y

      # more
      - {k: v}
    list: &l
    - 1
    - 2
b: *l
plain: &t some text  # about
alias: *t
flow: {<<: {q: 1},   z: 2, }
long: >-
  one two three
  four five

  six seven

single: 'it''s'
double: "tab\\t"
number: 1.10
literal: |
    first
      second

empty:
f: {x: *t}
g:
  x: *t   # why
h:
- y: [&u 1]
  x:
    - *u
    - *u
last: {a: {}, l: [p, 'q']}"""


def lines(before: str, after: str | None) -> list[str]:
    """The lines that go and come."""
    import difflib

    assert after is not None
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in list(found)[2:] if not line.startswith("@@")]


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("long",), "one two 2.5 three four\nsix seven eight", [
            "-  one two three", "-  four five", "+  one two 2.5 three", "+  four",
            "-  six seven", "+  six seven eight",
        ]),
        (("long",), "- now\n\n# it is\nanother", [
            "-long: >-", "-  one two three", "-  four five", "+long: |-", "+  - now",
            "-  six seven", "+  # it is", "+  another",
        ]),
        (("plain",), "some more text", ["-plain: &t some text  # about", "+plain: &t some more text  # about"]),
        (("plain",), "no", ["-plain: &t some text  # about", "+plain: &t 'no'  # about"]),
        (("plain",), "a: b # c", ["-plain: &t some text  # about", "+plain: &t 'a: b # c'  # about"]),
        (("plain",), "a\nb", ["-plain: &t some text  # about", '+plain: &t "a\\nb"  # about']),
        (("single",), "it's ok, 'yes'", ["-single: 'it''s'", "+single: 'it''s ok, ''yes'''"]),
        (("double",), 'say "x" 🤗', ['-double: "tab\\t"', '+double: "say \\"x\\" 🤗"']),
        (("number",), "1.20", ["-number: 1.10", "+number: 1.20"]),
        (("literal",), "first\n  third\n", ["-      second", "+      third"]),
        (("literal",), "first", ["-literal: |", "+literal: |-", "-      second"]),
        (("a", "tags", 1), "{y}", ["-      - y", "+      - '{y}'"]),
        (("last", "l", 1), "r, s", ["-last: {a: {}, l: [p, 'q']}", "+last: {a: {}, l: [p, 'r, s']}"]),
    ],
)  # fmt: skip
def test_a_text_keeps_its_style_as_far_as_it_can(path: Path, value: str, expected: list[str]) -> None:
    assert lines(TEXT, splice.set_text(TEXT, path, value)) == expected


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("a", "tags"), ["x", "new: 1", "y", {"k": "v"}], ["+      - 'new: 1'"]),
        (("a", "tags"), ["y", {"k": "v"}, "z"], ["-      - x  # why", "+      - z"]),
        (("b",), [1, 2, 3], ["+    - 3"]),
        (("flow", "q"), 5, ["-flow: {<<: {q: 1},   z: 2, }", "+flow: {<<: {q: 1},   z: 2, q: 5, }"]),
        (("flow", "z"), [True, None], ["-flow: {<<: {q: 1},   z: 2, }", "+flow: {<<: {q: 1},   z: [true, null], }"]),
        (("number",), "1.10", []),
        (("number",), "1.2", ["-number: 1.10", "+number: '1.2'"]),
        (("number",), 2, ["-number: 1.10", "+number: 2"]),
        (("empty",), "x", ["-empty:", "+empty: x"]),
        (("last", "a", "b", "k"), 1, ["-last: {a: {}, l: [p, 'q']}", "+last: {a: {b: {k: 1}}, l: [p, 'q']}"]),
        (("f", "new"), 1, ["-f: {x: *t}", "+f: {x: *t, new: 1}"]),
        (("g", "new"), 1, ["+  new: 1"]),
        (("h", 0, "new"), 1, ["+  new: 1"]),
        (("a", "card_data", "k"), "v", ["+    card_data: {k: v}"]),
        (("cells", "8B", "-SFT", "card_data", "k"), "v", ["+cells:", "+  8B:", "+    -SFT: {card_data: {k: v}}"]),
        (("new", "no"), "a\nb\n", ["+new:", "+  'no': |", "+    a", "+    b"]),
        (("new",), ["a long item"] * 12, ["+new:", *["+  - a long item"] * 12]),
    ],
)  # fmt: skip
def test_any_value_goes_where_it_is_to_go(path: Path, value: Any, expected: list[str]) -> None:
    assert lines(TEXT, splice.set_data(TEXT, path, value)) == expected


@pytest.mark.parametrize("path", [("a", "tags", 7), ("plain", "x"), ("a", "tags", "x"), ("number", 0)])
def test_a_path_that_leads_nowhere_is_no_place(path: Path) -> None:
    assert splice.set_data(TEXT, path, "x") is None
    assert splice.set_text(TEXT, path, "x") is None


def test_line_ends_stay_what_they_are() -> None:
    windows = TEXT.replace("\n", "\r\n")
    for value in ("one\ntwo\nthree", "one two\n\nthree # x"):
        written = splice.set_text(windows, ("long",), value)
        assert written is not None
        assert written.count("\n") == written.count("\r\n")
        assert yaml.safe_load(written)["long"] == value


def test_a_value_without_measure_is_refused() -> None:
    assert splice.set_text(TEXT, ("plain",), "x" * 300_000) is None
    assert splice.set_data(TEXT, ("plain",), ["x" * 300_000]) is None


WORDS = st.lists(
    st.sampled_from(["a", "b:", "#c", "- d", "{e}", "🤗", "&f", "*g", "!h", "'i'", '"j"', "|", ">-", "---", "k\\n"])
    | st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=6),
    min_size=1,
    max_size=8,
)  # fmt: skip
HOSTILE = st.builds(
    lambda words, blanks: "".join(word + blank for word, blank in zip(words, blanks, strict=False)).strip(),
    WORDS,
    st.lists(st.sampled_from([" ", "\n", "\n\n", "\n  ", "  "]), min_size=8, max_size=8),
)
MANIFESTS = [(ROOT / f"collections/{name}.yaml").read_text() for name in COLLECTIONS] + [TEXT]


def _scalars(node: Any, path: Path = ()) -> list[Path]:
    if isinstance(node, dict):
        return [found for key, value in node.items() for found in _scalars(value, (*path, key))]
    if isinstance(node, list):
        return [found for index, value in enumerate(node) for found in _scalars(value, (*path, index))]
    return [path] if isinstance(node, str) else []


def _at(node: Any, path: Path) -> Any:
    for step in path:
        node = node[step]
    return node


PLACES = [(text, path) for text in MANIFESTS for path in _scalars(yaml.safe_load(text))]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(PLACES), HOSTILE)
def test_whatever_a_card_says_becomes_this_one_value(place: tuple[str, Path], value: str) -> None:
    text, path = place
    written = splice.set_text(text, path, value)
    if written is None:
        assert not value
        return
    before, after = yaml_nodes.compose(text), yaml_nodes.compose(written)
    assert before is not None
    assert after is not None
    spot = splice.find_in(before, path)
    now = splice.find_in(after, path)
    assert spot is not None
    assert now is not None
    assert isinstance(now.node, yaml.ScalarNode)
    assert now.node.value == value
    start, end = spot.node.start_mark.index, spot.node.end_mark.index
    assert written.startswith(text[:start]), "what stands before it stays"
    assert written.endswith(text[end:]), "what stands after it stays"
    one, other = yaml.safe_load(text), yaml.safe_load(written)
    shared = [each for each in _scalars(one) if _at(one, each) is not None and splice.find_in(before, each)]
    for each in shared:
        same = splice.find_in(before, each)
        assert same is not None
        if same.node is not spot.node:
            assert _at(other, each) == _at(one, each)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(MANIFESTS), st.lists(HOSTILE, min_size=1, max_size=3), HOSTILE)
def test_a_new_key_changes_no_other(text: str, words: list[str], value: str) -> None:
    before = yaml.safe_load(text)
    keys = [" ".join(each.split()) for each in words]
    if keys[0] in before or not all(keys):
        return
    written = splice.set_data(text, tuple(keys), value)
    assert written is not None
    after = yaml.safe_load(written)
    added = after.pop(keys[0])
    assert after == before
    assert _at({keys[0]: added}, tuple(keys)) == value
