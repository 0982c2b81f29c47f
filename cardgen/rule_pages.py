"""The edge to the pages of lint's rules: inside the installed package, or in docs/ of a checkout."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cardgen.reports import rule_texts
from cardgen.reports.rule_texts import RuleText


def read(rule: str) -> str:
    """The page of a rule, as Markdown."""
    return (folder() / f"{rule}.md").read_text(encoding="utf-8")


def texts(rules: Iterable[str]) -> dict[str, RuleText]:
    """What reports say of these rules, as far as they have pages."""
    pages = {path.stem: path for path in folder().glob("*.md")}
    return {rule: rule_texts.of_page(read(rule)) for rule in dict.fromkeys(rules) if rule in pages}


def folder() -> Path:
    """Where the pages lie."""
    installed = Path(__file__).parent / "rules"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "docs/rules"
