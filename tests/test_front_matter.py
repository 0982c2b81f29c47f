from __future__ import annotations

from typing import Any

import huggingface_hub
import pytest
import yaml
from huggingface_hub.repocard import REGEX_YAML_BLOCK
from hypothesis import example, given
from hypothesis import strategies as st

from cardgen import front_matter

AWKWARD = [
    "no",
    "yes",
    "on",
    "~",
    "null",
    "1.10",
    "1e3",
    "0x1",
    "12:30:45",
    "2025-02-11",
    "=",
    "<<",
    "-",
    "- a",
    "# b",
    "a: b",
    "a #b",
    "---",
    "...",
    "a\n---\nb",
    "\n",
    "a\n\n\nb\n",
    " a",
    "a ",
    "\ta",
    "'",
    '"',
    "{}",
    "[a",
    "*a",
    "&a",
    "!a",
    "%a",
    "@a",
    "🤗",
    "👩‍🔬",
    "a\x85b",
    "a\u2028b",
    "a\u2029b",
    "\ufeffa 🤗",
    "a\x07b",
    "a\r\nb",
    "a\rb",
    "\x7f",
    "\ufffe",
    "\U0010ffff",
    "x" * 200 + " " + "y" * 200,
]
texts = st.one_of(st.sampled_from(AWKWARD), st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
leaves = st.one_of(
    texts,
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False),
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
card_data = st.dictionaries(texts, values, max_size=5)


@given(card_data)
@example({"licence": "no", "v": "1.10", "date": "2025-02-11", "e": "🤗: a", "t": "a\x85b", "l": "a\u2028 b"})
def test_what_is_dumped_reads_back_through_yaml(data: dict[str, Any]) -> None:
    front, body = front_matter.split(front_matter.dump(data) + "# body\n")
    assert body == "# body\n"
    loaded = yaml.safe_load(front.lines) if front else {}
    assert loaded == data
    assert list(loaded) == list(data)


odd = st.one_of(values, st.none(), st.dates(), st.text("noyesNO1.:#- ", max_size=6), st.text(min_size=95, max_size=130))


@given(st.dictionaries(texts | st.integers() | st.text(min_size=95, max_size=130), odd | st.lists(odd, max_size=3)))
@example({"a": {"b": [[1, {"c": "no"}], [], {}], "\x85": "1e3"}, "": "d\n", "yes": True, "f": 1.0, "g": 1})
def test_what_is_dumped_is_what_pyyaml_dumps(data: dict[Any, Any]) -> None:
    written = yaml.dump(data, Dumper=front_matter._Dumper, sort_keys=False, allow_unicode=True, width=float("inf"))
    assert front_matter.dump_yaml(data) == written
    if data:
        assert "".join(front_matter.dump_yaml({key: value}) for key, value in data.items()) == written


# What RepoCard itself treats in a special way: its own parameters, and the keys that it cleans or checks.
NOT_KEPT = {"self", "ignore_metadata_errors", "tags", "model-index", "eval_results"}


@given(st.dictionaries(texts.filter(lambda key: key not in NOT_KEPT), values, max_size=5))
def test_what_is_dumped_reads_back_through_the_hubs_client(data: dict[str, Any]) -> None:
    card = huggingface_hub.RepoCard(front_matter.dump(data) + "# body\n")
    assert card.data.to_dict() == data  # type: ignore[no-untyped-call]
    assert card.text == "# body\n"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({}, ""),
        ({"license": "mit", "tags": ["a", "b"]}, "---\nlicense: mit\ntags:\n- a\n- b\n---\n"),
        ({"language": "no"}, "---\nlanguage: 'no'\n---\n"),
        ({"title": "Ünïcode 🤗"}, "---\ntitle: Ünïcode 🤗\n---\n"),
        ({"text": "word " * 60 + "end"}, "---\ntext: " + "word " * 60 + "end\n---\n"),
    ],
)
def test_the_text_of_front_matter(data: dict[str, Any], text: str) -> None:
    assert front_matter.dump(data) == text


def test_a_value_that_is_shared_is_written_twice_and_not_as_an_anchor() -> None:
    shared = ["mit", "apache-2.0"]
    assert front_matter.dump({"a": shared, "b": shared}) == (
        "---\na:\n- mit\n- apache-2.0\nb:\n- mit\n- apache-2.0\n---\n"
    )


fence_pieces = st.sampled_from(["---", "----", "-", "\n", "\r\n", "\r", " ", "\t", "a: 1", "\ufeff", "\x85"])


@given(st.lists(fence_pieces, max_size=12).map("".join))
@example("---\r\n---\r\n")
@example("---\r\n---\r\na\r\n---\r\n")
@example("---\n---\n")
def test_a_readme_is_cut_where_the_hub_cuts_it(text: str) -> None:
    front, body = front_matter.split(text)
    expected = REGEX_YAML_BLOCK.search(text)
    if front is None:
        assert expected is None
        assert body == text
    else:
        assert expected is not None
        assert front.lines == expected.group(2) + expected.group(3).split("---")[0]
        assert body == text[expected.end() :]
        assert front.opening + front.lines + front.closing + body == text
