"""Cards that cardgen did not write, or that cannot be read: who has to agree before they are replaced."""

from __future__ import annotations

from typing import Any

import pytest

from cardgen import ownership
from cardgen.units import Consent
from cards import make_card
from splicing import OLD, PUBLISHED, needed, splice, states


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("<!-- cardgen:end card", "<!-- cardgen:end"),
        lambda text: text.replace("<!-- cardgen:end card", "<!-- end card"),
        lambda text: text.replace("Text.", "<!-- cardgen:begin models: x -->\nText."),
        lambda text: text.replace("Text.", "<!-- cardgen:data license=00000000 -->\nText."),
        lambda text: text + text[text.index("<!-- cardgen:data") :],
        lambda text: text + text[text.index("<!-- cardgen:begin") : text.index("<!-- cardgen:data")],
        lambda text: text.replace("<!-- cardgen:begin", "<!-- cardgen:end card -->\n<!-- cardgen:begin"),
        lambda text: text[: text.index("<!-- cardgen:begin")] + text[text.index("<!-- cardgen:data") :],
    ],
)
def test_marks_that_cannot_be_trusted_stop_a_push(spoil: Any) -> None:
    spliced = splice(spoil(OLD.text), OLD)
    assert needed(spliced) == Consent.OVERWRITE
    assert states(spliced)["card"] == "conflict"
    assert spliced.text == OLD.text


def test_a_lost_data_mark_is_written_again_where_the_values_are_the_same() -> None:
    live = OLD.text[: OLD.text.index("<!-- cardgen:data")]
    spliced = splice(live.rstrip("\n"), OLD)
    assert spliced.text == OLD.text
    assert states(spliced)["license"] == "converged"
    assert not spliced.problems
    assert needed(splice(live, make_card({"license": "gpl", "base_model": "org/base"}))) == Consent.OVERWRITE


def test_the_published_card_of_the_seed_is_adopted() -> None:
    data = {"library_name": "transformers", "pipeline_tag": "text-generation", "base_model": "org/base"}
    card = make_card(data, "# CodeI/O\n\nOurs.\n")
    spliced = ownership.splice(PUBLISHED.read_bytes(), card)
    assert needed(spliced) == Consent.ADOPT
    assert states(spliced) == {
        "library_name": "converged",
        "pipeline_tag": "converged",
        "base_model": "create",
        "card": "conflict",
    }
    comments = PUBLISHED.read_text(encoding="utf-8").splitlines(keepends=True)[1:3]
    assert spliced.text == card.text.replace("---\n", "---\n" + "".join(comments), 1)
    again = splice(spliced.text, card)
    assert again.text == spliced.text
    assert set(states(again).values()) == {"unchanged"}
    assert not again.problems


def test_the_authors_own_card_with_comments_and_braces_is_adopted() -> None:
    live = "---\n# one\n# two\n{}\n---\n\n# CodeI/O\n"
    spliced = splice(live, OLD)
    assert spliced.text == OLD.text.replace("---\n", "---\n# one\n# two\n", 1)
    assert needed(spliced) == Consent.ADOPT


@pytest.mark.parametrize(
    ("yaml_text", "reason"),
    [
        ("{license: mit}", "braces"),
        ("- a\n- b", "not a mapping"),
        ("just text", "not a mapping"),
        ("license: [", "not valid YAML"),
        ("a: 1\na: 2", "twice"),
        ("a: &x [1]\nb: *x", "anchor"),
        ("a: *nowhere", "anchor"),
        ("&x a: 1", "not plain text"),
        ("? [a]\n: 1", "not plain text"),
        ("  license: mit\n  tags: []", "indented"),
        ("!!map\na: 1", "a tag"),
        ("a: 1\n--- # c\nb: 1", "more than one"),
        ("a: \x07", "characters"),
        ("x: " + "[" * 300 + "]" * 300, "nested"),
        ("a: 1\n<<: {b: 1}", "<<"),
    ],
)
def test_front_matter_that_cannot_be_spliced(yaml_text: str, reason: str) -> None:
    live = OLD.text.replace("license: mit\nbase_model: org/base", yaml_text)
    spliced = splice(live, OLD)
    assert needed(spliced) == Consent.OVERWRITE
    assert reason in spliced.problems[0].reason
    assert spliced.text == OLD.text


@pytest.mark.parametrize(
    ("live", "consent"),
    [
        (b"\xff\xfe# T", Consent.OVERWRITE),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", Consent.NEVER),
        (b"# T\n", Consent.ADOPT),
        (b"---\nlicense: mit\n---\n", Consent.ADOPT),
    ],
)
def test_what_a_card_that_is_not_cardgens_needs(live: bytes, consent: Consent) -> None:
    assert needed(ownership.splice(live, OLD)) == consent
