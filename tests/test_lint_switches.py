"""What a manifest says of rules: off for some cards, for a reason, until a day; graver; groups that are asked for."""

from __future__ import annotations

import pytest

from cardgen import lint, manifest, render
from cardgen.errors import ManifestError
from cardgen.lint.switching import Judged
from rule_pages import NAME, TEMPLATES

MANIFEST = """\
version: 1
namespace: lab
title: Family
models:
  repo: "{row}-{column}"
  rows: [{key: a}, {key: b}]
  columns: [{key: x}]
check:
  lint:
"""
OFF = "    ignore: [{rule: license-missing, cards: models/lab/a*, reason: asked for, until: 2027-01-31}]\n"


def judged(lint_rules: str, today: str = "2027-01-31") -> Judged:
    collection = manifest.load((MANIFEST + lint_rules).encode(), NAME, NAME)
    return lint.judge([collection], render.cards(collection, TEMPLATES), (), today)


def cards(judged: Judged, rule: str) -> list[str]:
    return [each.card for each in judged.findings if each.rule == rule]


def test_a_rule_is_off_for_some_cards_until_a_day() -> None:
    found = judged(OFF)
    assert cards(found, "license-missing") == ["models/lab/b-x/README.md"]
    assert [(each.finding.card, each.reason) for each in found.silenced] == [("models/lab/a-x/README.md", "asked for")]


def test_a_switch_that_is_over_says_so() -> None:
    found = judged(OFF, "2027-02-01")
    assert found.silenced == ()
    hints = {each.card: each.hint for each in found.findings if each.rule == "license-missing"}
    assert "switched off until 2027-01-31: asked for" in hints["models/lab/a-x/README.md"]
    assert "switched off" not in hints["models/lab/b-x/README.md"]


def test_a_rule_is_graver() -> None:
    found = judged("    severity: {license-missing: error}\n")
    assert {each.severity for each in found.findings if each.rule == "license-missing"} == {"error"}
    assert {each.severity for each in found.findings if each.rule != "license-missing"} == {"warning"}


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (
            "    ignore: [{rule: licence-missing, reason: a}]\n",
            "10:21: there is no rule 'licence-missing'; did you mean",
        ),
        ("    severity: {nothing-like-it: error}\n", "there is no rule 'nothing-like-it'"),
        ("    severity: {placeholder: fatal}\n", "expected 'error' or 'warning'"),
        ("    ignore: [{rule: placeholder}]\n", "reason"),
        ("    ignore: [{rule: placeholder, reason: a, until: 2027-02-30}]\n", "there is no day '2027-02-30'"),
        ("    ignore: [{rule: placeholder, reason: a, cards: a b}]\n", "must be cards as reports name them"),
        ("    also: [us]\n", "us"),
    ],
)
def test_mistakes(rules: str, said: str) -> None:
    with pytest.raises(ManifestError, match=r"collections/lab\.yaml") as caught:
        judged(rules)
    assert said in caught.value.message
