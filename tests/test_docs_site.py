"""The site of the docs is built without a warning, every page is in it, and its links between pages lead somewhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from cardgen.cli import main

ROOT = Path(__file__).parent.parent


def test_the_site(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "sphinx",
            "-q",
            "-W",
            "--keep-going",
            "-d",
            str(tmp_path / "trees"),
            "docs",
            str(tmp_path),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    pages = [path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")]
    assert [page for page in pages if not (tmp_path / page).is_file()] == []
    home = LexborHTMLParser((tmp_path / "index.html").read_text())
    linked = {node.attributes.get("href") for node in home.css("a.reference.internal")}
    assert {str(page) for page in pages if page.parent.name != "rules"} - linked <= {"index.html"}


def test_links_between_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["check", "--offline", "-q", "README.md", "CONTRIBUTING.md", "docs", "benchmarks"]) == 0
