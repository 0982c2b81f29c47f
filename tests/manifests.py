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
        assert {each.position.file for each in error.mistakes} == {"collections/m.yaml"}
        return [f"{each.position.line}:{each.position.column}: {each.message}" for each in error.mistakes]
    return []


def repos(collection: Collection) -> dict[str, Repo]:
    return {repo.repo_id: repo for repo in collection.repos}
