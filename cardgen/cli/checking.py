"""The check that stands before every push: lint and links, told in short."""

from __future__ import annotations

from collections.abc import Sequence

from cardgen import lint
from cardgen.cli.console import Console
from cardgen.cli.reading import Project
from cardgen.model import Card


def passes(say: Console, project: Project, cards: Sequence[Card], offline: bool) -> bool:
    found = lint.findings(project.collections, cards)
    say.say(f"check    {len(found)} findings")
    return not any(each.severity == "error" for each in found)
