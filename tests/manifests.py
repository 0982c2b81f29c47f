"""Manifests to read, and what is said of them."""

from __future__ import annotations

from cardgen import manifest
from cardgen.errors import ManifestError
from cardgen.model import Collection, Repo

BASE = "version: 1\nnamespace: lab\ntitle: T\n"
"""The least that a manifest may say: three lines, so that what follows begins in line 4."""


def load(text: str | bytes, file: str = "collections/m.yaml") -> Collection:
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return manifest.load(data, file)


def mistakes(text: str | bytes) -> list[str]:
    """Every mistake of a manifest, as `line:column: message`."""
    try:
        load(text)
    except ManifestError as error:
        return [str(each.position).removeprefix("collections/m.yaml:") + f": {each.message}" for each in error.mistakes]
    return []


def repos(collection: Collection) -> dict[str, Repo]:
    return {repo.repo_id: repo for repo in collection.repos}


def matrix(inside: str) -> str:
    """A manifest with one matrix, whose first line is line 5."""
    return f"{BASE}models:\n{inside}"


def grid(rows: str = "{key: a}", columns: str = "{key: b}", repo: str = "{row}_{column}", more: str = "") -> str:
    """A manifest with one matrix: its pattern stands in line 5, its rows in 6, its columns in 7, the rest from 8."""
    return matrix(f'  repo: "{repo}"\n  rows: [{rows}]\n  columns: [{columns}]\n{more}')
