"""The edge to the pages of lint's rules: inside the installed package, or in docs/ of a checkout."""

from __future__ import annotations

from pathlib import Path


def read(rule: str) -> str:
    """The page of a rule, as Markdown."""
    return (folder() / f"{rule}.md").read_text(encoding="utf-8")


def folder() -> Path:
    """Where the pages lie."""
    installed = Path(__file__).parent / "rules"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "docs/rules"
