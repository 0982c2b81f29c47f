"""Cards that are built from a manifest, imported, and built again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cardgen import importing, inputs, manifest, render
from cardgen.importing import Imported, Published
from cardgen.model import Card, Collection

MANIFESTS = Path(__file__).parent.parent / "collections"
TEMPLATES = inputs.read_templates(MANIFESTS / "any.yaml")
FILE = "collections/m.yaml"


def collection(name: str) -> Collection:
    """A collection of the project, by the name of its file."""
    path = MANIFESTS / f"{name}.yaml"
    return manifest.load(path.read_bytes(), str(path))


def load(text: str, file: str = FILE) -> Collection:
    return manifest.load(text.encode(), file)


def from_values(values: Mapping[str, Any]) -> Collection:
    """The collection of a manifest as values: JSON is YAML."""
    return load(json.dumps({"version": 1, "namespace": "lab", "title": "T", **values}, ensure_ascii=False))


def build(found: Collection) -> tuple[Card, ...]:
    return render.cards(found, TEMPLATES)


def published(cards: Iterable[Card]) -> list[Published]:
    """The cards as they lie in a build folder, in the order of their paths."""
    paths = sorted((card.repo.path, card.text) for card in cards)
    return [Published(path, text.encode(), folders=tuple(path.split("/")[:-1])) for path, text in paths]


def of_text(*texts: str, repos: Iterable[str] = ()) -> list[Published]:
    """Cards as texts; `repos` are their repos, where that is known."""
    names = [*repos]
    keys = [("dataset" if "datasets/" in name else "model", name.removeprefix("datasets/")) for name in names]
    known = [*keys, *[None] * (len(texts) - len(keys))]
    return [Published(f"{number}.md", text.encode(), key) for number, (text, key) in enumerate(zip(texts, known, strict=True))]  # type: ignore[arg-type]


def said(found: Imported) -> list[str]:
    return [str(each) for each in found.notes]


def again(cards: Iterable[Card], source: str = FILE) -> tuple[Imported, dict[str, Card]]:
    """What import makes of cards, and the cards that are built from that, by path."""
    found = importing.make(published(cards))
    return found, {card.repo.path: card for card in build(load(found.manifest, source))}
