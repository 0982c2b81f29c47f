"""The page of a repo: its card as the Hub would show it, and beside it all that is known of the card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from cardgen import front_matter, plan_report
from cardgen.diff import printable
from cardgen.links.urls import resolve
from cardgen.model import Card, CardData, Finding, Repo
from cardgen.pages import markdown
from cardgen.pages.home import in_words
from cardgen.pages.scene import Checked, OnHub, Scene

MAX_SOURCE = 500_000
"""Characters of a card that are shown as its source; a page with more is slow to open."""
MAX_DIFF = 200_000
MAX_CHIPS = 60

_CHIPS = {
    "pipeline_tag": "task",
    "library_name": "library",
    "license": "license",
    "language": "language",
    "base_model": "base model",
    "datasets": "dataset",
    "metrics": "metric",
    "tags": "",
}
"""What the Hub shows as chips above a card, and what it is called here."""

_SIGNS = {"+": "plus", "-": "minus", "@": "at"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the card's source, and what lint says about it."""

    number: int
    text: str
    findings: tuple[Finding, ...]


def values(scene: Scene, card: Card, checked: Checked, pages: Mapping[str, str]) -> dict[str, Any]:
    """What the template of the page prints. `pages` are those of all repos here, by their address on the Hub."""
    front, body = front_matter.split(card.text)
    on_hub = scene.on_hub.get(card.repo.key)
    return {
        "title": card.repo.repo_id,
        "card": card,
        "front": front.lines if front else "",
        "chips": list(islice(_chips(card.repo.card_data), MAX_CHIPS)),
        "body": markdown.to_html(body, lambda address: _link(address, card.repo, pages), lambda _: None),
        "lines": list(_lines(card.text[:MAX_SOURCE], checked.findings)),
        "left_out": max(0, len(card.text) - MAX_SOURCE),
        "checked": checked,
        "on_hub": on_hub,
        "diff": list(_diff(on_hub)),
        "why": _why(on_hub),
        "in_words": in_words,
        "printable": printable,
    }


def _link(address: str, repo: Repo, pages: Mapping[str, str]) -> str:
    """A link of a card: to a page here if it leads to a repo that is here, and else as the Hub resolves it."""
    if address.startswith("#"):
        return address
    page, sharp, fragment = resolve(address, repo, embedded=False).partition("#")
    return pages.get(page.rstrip("/"), page) + sharp + fragment


def _chips(data: CardData) -> Iterator[tuple[str, str]]:
    for key, label in _CHIPS.items():
        value = data.get(key)
        for each in value if isinstance(value, list | tuple) else [value]:
            if isinstance(each, str | int | float) and not isinstance(each, bool):
                yield label, str(each)


def _lines(text: str, findings: tuple[Finding, ...]) -> Iterator[Line]:
    for number, line in enumerate(text.split("\n"), 1):
        yield Line(number, printable(line), tuple(each for each in findings if each.line == number))


def _diff(on_hub: OnHub | None) -> Iterator[tuple[str, str]]:
    """The lines of the diff with what kind of line each is."""
    text = on_hub.change.diff if on_hub and on_hub.change else ""
    for line in printable(text[:MAX_DIFF]).splitlines():
        yield _SIGNS.get(line[:1], ""), line


def _why(on_hub: OnHub | None) -> tuple[str, str]:
    """Why the plan is what it is, and what can be done about it."""
    change = on_hub.change if on_hub else None
    if change is None:
        return "", ""
    return printable(plan_report.why(change)), printable(plan_report.way_out(change)) if change.stops else ""
