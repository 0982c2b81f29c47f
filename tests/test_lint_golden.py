"""The example collections are without an error, and what is warned of in them is true."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen import lint
from cardgen.cli import reading
from cardgen.lint.card import of_bytes
from cardgen.lint.rule import OPTIONAL

ROOT = Path(__file__).parent.parent
MANIFESTS = sorted((ROOT / "collections").glob("*.yaml"))
TRUE = {"license-missing", "base-model-missing", "link-emoji"}
"""What is warned of: nobody states the licenses of CodeI/O, and Qwen's cards lead to another host by an emoji alone."""

CARDS = sorted((ROOT / "tests/golden").glob("*/*/*/*/README.md"))


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_a_collection_has_no_error(path: Path) -> None:
    project = reading.read([str(path)])
    found = lint.findings(project.collections, project.cards, project.sources)
    assert [each for each in found if each.severity == "error"] == []
    assert {each.rule for each in found} <= TRUE


def test_the_same_cards_without_their_manifests_have_none_either() -> None:
    cards = [of_bytes(path.relative_to(ROOT).as_posix(), path.read_bytes()) for path in CARDS]
    found = lint.of_texts(cards)
    assert len(cards) == 64
    assert [each for each in found if each.severity == "error"] == []
    assert {each.rule for each in found} <= TRUE


def test_what_is_optional_is_looked_at_only_if_asked() -> None:
    card = of_bytes("README.md", CARDS[0].read_bytes(), ("model", "lab/a"))
    groups = {each.rule[:3] for each in lint.of_texts([card])}
    assert "eu-" not in groups
    assert "eu-" in {each.rule[:3] for each in lint.of_texts([card], frozenset[str](OPTIONAL))}
