"""The YAML that import writes: readable, and read back as what was meant."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from cardgen.importing import yaml_text

SCALAR = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\ufffe\uffff"), max_size=12),
    st.text("ab :#-{}[],\"'&*!|>%@`\\?\n\t~=<.0", max_size=14),
    st.sampled_from(["no", "yes", "1.10", "2024-01-01", "12:30", "~", "null", "0x1f", "<<", "=", "- a", "a\n\nb\n", "a\n", "\n"]),
)
VALUES = st.dictionaries(
    st.text("abc_-.1", min_size=1, max_size=6),
    st.recursive(SCALAR, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab no1:", min_size=1, max_size=5), inner, max_size=4)),
    min_size=1,
    max_size=4,
)


@given(VALUES)
def test_every_value_is_read_back(values: dict[str, Any]) -> None:
    text = yaml_text.write(values)
    assert yaml.safe_load(text) == values
    assert all(line == line.rstrip() or '"' in line or "|" in text for line in text.splitlines())


def test_small_things_stand_on_one_line_and_texts_as_texts() -> None:
    values = {
        "version": 1,
        "title": "A: b",
        "intro": "word " * 30 + "end",
        "rows": [{"key": "a", "name": "no"}, {"key": "b", "card_data": {"base_model": "x/y"}}],
        "citation": {"bibtex": "@misc{a,\n}\n"},
        "columns": [{"name": "G", "columns": [{"key": "a", "name": "A"}, {"key": "b", "name": "B"}]}],
    }
    assert yaml_text.write(values) == (
        "version: 1\n"
        'title: "A: b"\n'
        "intro: >-\n"
        f"  {'word ' * 20}word\n"
        f"  {'word ' * 9}end\n"
        "\n"
        "rows:\n"
        '  - {key: a, name: "no"}\n'
        "  - {key: b, card_data: {base_model: x/y}}\n"
        "\n"
        "citation:\n"
        "  bibtex: |\n"
        "    @misc{a,\n"
        "    }\n"
        "\n"
        "columns:\n"
        "  - name: G\n"
        "    columns: [{key: a, name: A}, {key: b, name: B}]\n"
    )
