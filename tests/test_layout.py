from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cardgen import layout
from cardgen.layout import Layout, Unreadable


def entries(text: str) -> list[tuple[str, str]]:
    found = layout.read(text)
    assert isinstance(found, Layout)
    return [(entry.key, found.raw(entry)) for entry in found.entries]


def test_a_key_takes_its_lines_and_the_rest_belongs_to_nobody() -> None:
    text = "# top\n\na: 1\n# between\n\nb:\n- 1\n# inside\n- 2\n  # still b\n\n# end\n"
    assert entries(text) == [("a", "a: 1\n"), ("b", "b:\n- 1\n# inside\n- 2\n  # still b\n")]


@pytest.mark.parametrize(
    "value",
    ['"x\n# y"\n', "'x\n\n# y\n'\n", "[a,\n# b\n c]\n", "{a: 1,\n# b\n}\n", "|\n  t\n  # u\n", "&a\n  b: *a\n", "\n"],
)
def test_a_line_that_looks_like_a_comment_may_be_text(value: str) -> None:
    assert entries(f"a: {value}b: 1\n") == [("a", f"a: {value}"), ("b", "b: 1\n")]


def test_lines_end_where_yaml_ends_them() -> None:
    text = "a: 'x\u2028  y'\r\n# c\x85b: 1\rc: 2"
    assert entries(text) == [("a", "a: 'x\u2028  y'\r\n"), ("b", "b: 1\r"), ("c", "c: 2")]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a: mit", "a:   'mit' # yes", True),
        ("a: [x, y]", 'a:\n- x\n- "y"', True),
        ("a: {b: 1}", "a:\n  b: 1", True),
        ("a: 'no'", "a: no", False),
        ("a: 1.10", "a: 1.1", False),
        ("a: [x, [y]]", "a: [[x], y]", False),
        ("a: [x, y]", "a: [y, x]", False),
        ("a: ''", "a:", False),
        ("a: !!str 1", "a: '1'", True),
        ("a: &b 1", "a: 1", False),
    ],
)
def test_two_values_are_the_same_if_yaml_reads_the_same(one: str, other: str, same: bool) -> None:
    first, second = layout.read(one), layout.read(other)
    assert isinstance(first, Layout)
    assert isinstance(second, Layout)
    assert (first.entries[0].value == second.entries[0].value) is same


@pytest.mark.parametrize(
    ("text", "texts", "added", "result"),
    [
        ("a: 1\nb: 2\n", {"a": ""}, "", "b: 2\n"),
        ("# c\na: 1\n\nb: 2\n", {"a": "a: 3\n"}, "c: 4\n", "# c\na: 3\n\nb: 2\nc: 4\n"),
        ("# c\n{}\n# d\n", {}, "a: 1\n", "# c\n# d\na: 1\n"),
        ("{\n} # d\n", {}, "a: 1\n", " # d\na: 1\n"),
        ("{}\n# c\n", {}, "", "{}\n# c\n"),
        ("# c\na: 1\n", {"a": ""}, "", "# c\n{}\n"),
        ("a: 1\n", {"a": ""}, "", ""),
        ("\n", {}, "", "\n"),
    ],
)
def test_some_keys_are_replaced_and_the_rest_stays(text: str, texts: dict[str, str], added: str, result: str) -> None:
    found = layout.read(text)
    assert isinstance(found, Layout)
    assert layout.replace(found, texts, added) == result


def test_keys_that_are_no_text_are_told_apart_from_those_that_are() -> None:
    assert [key for key, _ in entries("no: 1\n'no': 2\n1: 3\n'1': 4\n")] == ["no (bool)", "no", "1 (int)", "1"]


def test_front_matter_may_be_long_but_not_too_long() -> None:
    text = "a: |\n" + "  x\n" * (layout.MAX_CHARACTERS // 4)
    assert isinstance(layout.read(text), Unreadable)


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "- - "])
def test_depth_ends_early(opening: str) -> None:
    found = layout.read("a: " + opening * 200_000)
    assert isinstance(found, Unreadable)


@given(
    st.lists(st.sampled_from(["a: 1", "b:", "- x", "  c: d", "# e", "", "'f\n g': [", "]", "|", "h: >-"]), max_size=8)
)
def test_the_parser_in_python_says_the_same_as_the_one_in_c(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = layout.read(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "_LOADER", yaml.SafeLoader)
        again = layout.read(text)
    assert again == found or (isinstance(again, Unreadable) and isinstance(found, Unreadable))


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("a: 1  # c\n", True),
        ("a: # c\n- 1\n", True),
        ("a:\n- 1\n# c\n- 2\n", True),
        ("a: {x: 1, # c\n  y: 2}\n", True),
        ("a: |  # c\n  text\n", True),
        ("# c\na: 1\n# c\n", False),
        ("a: 'x # c'\n", False),
        ("a: x#c\n", False),
        ("a: |\n  # c\n", False),
    ],
)
def test_comments_within_a_key(text: str, has: bool) -> None:
    found = layout.read(text)
    assert isinstance(found, layout.Layout)
    assert [entry.has_comment for entry in found.entries] == [has]
