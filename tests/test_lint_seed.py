"""The card that the project began with, as it was published: every fault of it is found, where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen import lint
from cardgen.lint import card

SEED = Path(__file__).parent / "data/codeio_published.md"
FOUND = {(each.rule, each.line) for each in lint.of_texts([card.of_bytes("README.md", SEED.read_bytes())])}


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("template-comment", 2),
        ("fence-doubled", 7),
        ("html-unclosed", 11),
        ("entity-open", 12),
        ("title-twice", 77),
        ("dump", 77),
        ("link-emoji", 25),
        ("contrast", 52),
    ],
)
def test_a_fault_of_the_published_card_is_found_in_its_line(rule: str, line: int) -> None:
    assert (rule, line) in FOUND


def test_what_stands_in_a_dump_is_left_to_the_finding_of_the_dump() -> None:
    assert {rule for rule, line in FOUND if line >= 77} == {"title-twice", "dump"}
