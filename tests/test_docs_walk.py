"""The tutorial and the how-to pages are walked through: each in a folder and with a hub of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.localhub import LocalHub
from walkthrough import Walk

DOCS = Path(__file__).parent.parent / "docs"
PAGES = [DOCS / "tutorial.md", DOCS / "python.md", *sorted((DOCS / "how-to").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_does_what_it_says(page: Path, tmp_path: Path, local_hub: LocalHub) -> None:
    (tmp_path / "lab").mkdir()
    assert Walk(tmp_path / "lab", local_hub).through(page) >= 1
