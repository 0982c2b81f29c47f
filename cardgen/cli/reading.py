"""What every command begins with: manifests become collections, collections become cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from cardgen import facts_file, inputs, manifest, render
from cardgen.errors import ManifestError
from cardgen.facts import lock
from cardgen.members import collection_id
from cardgen.model import Card, Collection, Facts, Mistake, Position, RepoKey, SourceText


class Project(Struct, frozen=True):
    """The collections of some manifests, their cards, and the texts that they were made of."""

    collections: tuple[Collection, ...]
    cards: tuple[Card, ...]
    sources: tuple[SourceText, ...]


def read(manifests: Sequence[str]) -> Project:
    """The cards of the named manifests, or of all. Raises ManifestError with the mistakes of all of them."""
    data = read_manifests(manifests)
    collections = load(data, {path: read_facts(path) for path in data})
    templates = {path.parent: inputs.read_templates(path) for path in {path.parent: path for path in data}.values()}
    cards: list[Card] = []
    sources: dict[SourceText, None] = {}
    for path, collection in zip(data, collections, strict=True):
        cards += render.cards(collection, templates[path.parent])
        text = SourceText(str(path), data[path].decode("utf-8-sig"))
        sources |= dict.fromkeys((text, *templates[path.parent].values()))
    return Project(collections, tuple(cards), tuple(sources))


def read_manifests(manifests: Sequence[str]) -> Mapping[Path, bytes]:
    """The bytes of the named manifests, or of all."""
    return {path: inputs.read_manifest(path) for path in inputs.find_manifests(manifests)}


def read_facts(path: Path) -> Facts:
    """The facts beside a manifest; none if there is no lock file. Raises InputError for one that is damaged."""
    data = facts_file.read(path)
    return {} if data is None else lock.load(data, str(facts_file.path_of(path)))


def load(data: Mapping[Path, bytes], facts: Mapping[Path, Facts]) -> tuple[Collection, ...]:
    """The collections of some manifests. Raises ManifestError with the mistakes of all of them."""
    collections: list[Collection] = []
    mistakes: list[Mistake] = []
    for path, text in data.items():
        try:
            source = manifest.source_name(str(path.absolute()))
            collections.append(manifest.load(text, str(path), source, facts.get(path, {})))
        except ManifestError as error:
            mistakes += error.mistakes
    mistakes += [*_named_by_two(collections), *_described_by_two(collections)]
    if mistakes:
        raise ManifestError(mistakes)
    return tuple(collections)


def _named_by_two(collections: Sequence[Collection]) -> list[Mistake]:
    """The Hub tells ids apart by their letters alone, not by their case."""
    first: dict[RepoKey, Position] = {}
    mistakes = []
    for repo in (repo for collection in collections for repo in collection.repos):
        origin = first.setdefault((repo.repo_type, repo.repo_id.lower()), repo.origin)
        if origin is not repo.origin:
            mistakes.append(Mistake(repo.origin, f"the {repo.repo_type} {repo.repo_id!r} is already named at {origin}"))
    return mistakes


def _described_by_two(collections: Sequence[Collection]) -> list[Mistake]:
    """Two manifests that each order the same page's members would undo each other's work."""
    first: dict[object, Position] = {}
    mistakes = []
    for page in (collection.hub_collection for collection in collections if collection.hub_collection):
        own_id = collection_id(page.slug)
        origin = first.setdefault(own_id or page.slug or (page.namespace, page.title), page.origin)
        if origin is not page.origin:
            mistakes.append(Mistake(page.origin, f"the collection is already described at {origin}"))
    return mistakes
