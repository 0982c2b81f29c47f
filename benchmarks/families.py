"""Projects to build: manifests of any size, and the same cards as plain data for what cardgen is measured beside."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from cardgen.cli import reading
from cardgen.model import Cell, Collection, Repo, RepoKey, Table

ROOT = Path(__file__).parent.parent
FAMILY = 13
"""Cards of a collection like CodeI/O."""


def families(folder: Path, count: int) -> Path:
    """A project of so many collections like CodeI/O, each in a namespace of its own; returns its folder."""
    text = (ROOT / "collections/codeio.yaml").read_text(encoding="utf-8")
    text = re.sub(r"^collection:\n(?:  .*\n)+", "", text, flags=re.MULTILINE)
    text = re.sub(r".*collection: true.*\n", "", text)
    for number in range(count):
        _write(folder, f"c{number:04}", text.replace("namespace: hkust-nlp", f"namespace: lab{number:04}"))
    return folder


def matrix(folder: Path, rows: int, columns: int) -> Path:
    """A project of one collection: a matrix in which every cell is a repo."""
    row = "".join(f"    - {{key: base{number}, name: Base model {number}}}\n" for number in range(rows))
    column = "".join(f"    - {{key: stage{number}, name: Stage {number}}}\n" for number in range(columns))
    text = (
        "version: 1\nnamespace: lab\ntitle: A large family\nintro: All of them.\n"
        "links: [{icon: 📑, label: Paper, url: 'https://example.org/'}]\n"
        "citation: {note: Please cite, bibtex: '@misc{lab}'}\n"
        "card_data:\n  models: {library_name: transformers}\n"
    )
    return _write(folder, "matrix", f'{text}models:\n  repo: "{{row}}_{{column}}"\n  rows:\n{row}  columns:\n{column}')


def _write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"collections/{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def plain(folder: Path) -> Path:
    """The data of a project's cards, as `peers.py` reads it; returns the file."""
    manifests = sorted(str(path) for path in (folder / "collections").glob("*.yaml"))
    project = reading.read(manifests)
    path = folder / "cards.json"
    path.write_text(json.dumps([_collection(each) for each in project.collections]), encoding="utf-8")
    return path


def _collection(collection: Collection) -> dict[str, Any]:
    cited = collection.citations[0]
    return {
        "color": collection.mark.color,
        "title": collection.title,
        "intro": collection.intro,
        "links": [{"icon": link.icon, "url": link.url, "label": link.label} for link in collection.links],
        "tables": [_table(table) for table in collection.tables],
        "note": cited.note,
        "bibtex": cited.bibtex.rstrip(),
        "cards": [_card(repo) for repo in collection.repos],
    }


def _card(repo: Repo) -> dict[str, Any]:
    own = f"{repo.repo_type} {repo.repo_id}"
    return {"path": repo.path, "own": own, "text": repo.text, "card_data": dict(repo.card_data)}


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "head": [
            [{"label": each.label, "colspan": each.colspan, "rowspan": each.rowspan} for each in level]
            for level in table.head
        ],
        "rows": [{"own": _own(row.place_of), "cells": list(map(_cell, row.cells))} for row in table.rows],
    }


def _own(place_of: tuple[RepoKey, ...]) -> str:
    return " ".join(place_of[0]) if place_of else ""


def _cell(cell: Cell) -> dict[str, str]:
    target = cell.targets[0] if cell.targets else None
    return {
        "text": cell.text,
        "own": _own(cell.place_of),
        "url": target.url if target else "",
        "title": target.title if target else "",
    }
