"""Whatever stands in a card: foreign keys survive, and a second push writes nothing."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen import front_matter, ownership
from cardgen.units import Consent
from cards import make_card
from splicing import needed, splice

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
keys = st.sampled_from(["license", "base_model", "tags", "no", "110", "a b", "x=y", "🤗", "-->", "configs"])
card_data = st.dictionaries(keys, st.one_of(texts, st.lists(texts, max_size=3), st.booleans()), max_size=4)
bodies = st.text(st.sampled_from("ab# \n<>-`|\r🤗"), max_size=40)
foreign_entries = st.sampled_from(
    [
        "configs:\n- a: [1, 2] # c\n",
        "# comment\n",
        "\n",
        "widget:\n- text: |+\n    a\n\n",
        "'no': 'x'\n",
        "no: x\n",
        "12: y\n",
        "dataset_info: {a: &z b, c: *z}\n",
        "? long\n: v\n",
        "license: other\n",
        "tags:\n  - x\r\n",
    ]
)


@given(card_data, bodies)
def test_cardgens_own_output_is_a_fixed_point(data: dict[str, Any], body: str) -> None:
    card = make_card(data, body)
    slow_path = ownership.splice(card.text.encode(), make_card(data, body + " "))
    assert slow_path.text == card.text
    assert not slow_path.problems


@settings(max_examples=300)
@given(
    st.lists(foreign_entries, min_size=1, max_size=5, unique=True).map("".join), card_data, card_data, bodies, bodies
)
def test_foreign_keys_survive_and_a_second_push_writes_nothing(
    foreign: str, before: dict[str, Any], after: dict[str, Any], old_body: str, new_body: str
) -> None:
    old = make_card(before, old_body)
    front, body = front_matter.split(old.text)
    live = f"---\n{front.lines if front else ''}{foreign}---\n{body}"
    spliced = splice(live, make_card(after, new_body))
    if needed(spliced) == Consent.NEVER or "twice" in str(spliced.problems):
        assert "twice" in str(spliced.problems)
        return
    again = splice(spliced.text, make_card(after, new_body + "\n"))
    assert again.text == spliced.text
    assert not again.problems
    loaded = _load(spliced.text)
    assert {key: loaded[key] for key in after} == after
    for key, value in _load(f"---\n{foreign}---\n").items():
        if key not in after:
            assert loaded[key] == value
    for unit in spliced.units:
        if unit.state == "foreign" and f"{unit.name}:" in foreign:
            assert _lines_of(unit.name, foreign) in spliced.text


def _load(text: str) -> dict[Any, Any]:
    front, _ = front_matter.split(text)
    loaded: dict[Any, Any] = (yaml.safe_load(front.lines) if front else {}) or {}
    return loaded


def _lines_of(key: str, foreign: str) -> str:
    start = foreign.index(f"{key}:")
    return foreign[start : foreign.index("\n", start) + 1]
