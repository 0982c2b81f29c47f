"""Cards of small manifests, and what is seen on them: one line for each heading, paragraph and row."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import yaml
from selectolax.lexbor import LexborNode

from cardgen import inputs, render
from cardgen.model import HUB_URL, Card
from manifests import BASE, load
from rendered import SeenCell, dom, seen_cell, text

BUILT_IN = inputs.read_templates(Path("nowhere/m.yaml"))


def build(manifest: str | dict[str, Any]) -> dict[str, Card]:
    """The cards of a manifest, which is given without the keys that every manifest has, by the repos' names."""
    rest = textwrap.dedent(manifest) if isinstance(manifest, str) else yaml.safe_dump(manifest, sort_keys=False)
    return {card.repo.repo_id.removeprefix("lab/"): card for card in render.cards(load(BASE + rest), BUILT_IN)}


def outline(card: Card, mark: str = "📍") -> list[str]:
    """What a reader meets below the title of a card.

    In a row of a table, `#` is before a heading, `~` before a coloured cell, `²` and `³` follow what spans rows, `»`
    what spans columns, once for each more. Links are written as in Markdown, without the Hub's address. Of code there
    is the first line.
    """
    body = dom(card.text).body
    assert body is not None
    return [line for node in body.iter() for line in _lines(node, mark) if node.tag != "h1"]


def _lines(node: LexborNode, mark: str) -> list[str]:
    if node.tag == "table":
        return [" | ".join(_cell(seen_cell(cell, mark)) for cell in row.css("th, td")) for row in node.css("tr")]
    if node.tag == "pre":
        return [f"code: {node.text().splitlines()[0]}"]
    if node.tag == "ul":
        return [f"- {text(each)}" for each in node.css("li")]
    name = "" if node.tag == "p" else f"{node.tag}: "
    return [name + text(node)] if text(node) else []


def _cell(cell: SeenCell) -> str:
    targets = (f"[{label}]({url.removeprefix(f'{HUB_URL}/')})" for label, url in cell.links)
    spans = {1: "", 2: "²", 3: "³"}[cell.rowspan] + "»" * (cell.colspan - 1)
    said = " ".join(("📍",) * cell.is_marked + ((cell.text,) if cell.text else ()) + tuple(targets))
    return f"{'#' * (cell.tag == 'th')}{'~' * bool(cell.color)}{said}{spans}"
