"""Throws damaged cards at whatever reads cards that anybody may have written, guided by coverage.

    .venv/bin/pip install atheris && .venv/bin/python benchmarks/fuzz.py -max_total_time=300

The options are libFuzzer's. It begins with the golden cards and the seed's published card, keeps nothing, and stops at
the first input that raises, takes more than 10 s, or has a finding whose place is not in the card.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["cardgen.lint", "cardgen.front_matter", "cardgen.layout", "cardgen.links"]):
    from cardgen import front_matter, layout, lint
    from cardgen.links.find import find
    from cardgen.lint.card import of_bytes
    from cardgen.lint.completeness import score
    from cardgen.lint.rule import OPTIONAL

TESTS = Path(__file__).parent.parent / "tests"


def read(data: bytes) -> None:
    """Everything that reads a card, over one."""
    card = of_bytes("README.md", data, ("model", "lab/a"))
    lines = card.text.count("\n") + 1
    for finding in lint.of_texts([card], frozenset[str](OPTIONAL)):
        assert 0 <= finding.line <= lines, finding
    score(card)
    front, _ = front_matter.split(card.text)
    if front:
        layout.read(front.lines)
    assert all(1 <= each.line <= lines for each in find(card.text))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        cards = [*(TESTS / "golden").glob("*/*/*/*/README.md"), *(TESTS / "data").glob("*.md")]
        for number, path in enumerate(cards[::4]):
            Path(folder, str(number)).write_bytes(path.read_bytes())
        atheris.Setup([*sys.argv, "-timeout=10", "-max_len=20000", folder], read)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
