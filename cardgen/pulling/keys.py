"""Edited keys of front matter go into the manifest: each into the mapping that is right for all of its repos."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cardgen.manifest.layers import Layer
from cardgen.model import RepoKey
from cardgen.pulling.edits import KeyEdit, stated
from cardgen.pulling.results import Left, Taken
from cardgen.pulling.source import Source
from cardgen.pulling.splice import Path

NO_PLACE = "the manifest has no place for it that is this repo's alone"
ANOTHER = "the manifest would then say something else of another repo, or cannot state it here"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One edit, and the repos whose cards carry it."""

    edit: KeyEdit
    repos: tuple[RepoKey, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One mapping of card data, and the repos that are given a key by it."""

    path: Path
    edit: KeyEdit
    repos: tuple[RepoKey, ...]


def take(source: Source, edits: Mapping[RepoKey, Sequence[KeyEdit]]) -> tuple[Source, list[Taken], list[Left]]:
    """The manifest with the edits that it can state; what became of each."""
    taken: list[Taken] = []
    left: list[Left] = []
    for wanted in _grouped(edits):
        if wanted.edit.problem:
            left += [Left(repo, wanted.edit.key, f"its value {wanted.edit.problem}") for repo in wanted.repos]
            continue
        changes = tuple(_changes(source, wanted))
        covered = {repo for change in changes for repo in change.repos}
        left += [Left(repo, wanted.edit.key, NO_PLACE) for repo in wanted.repos if repo not in covered]
        for change in changes:
            changed = _apply(source, change)
            if changed is None:
                left += [Left(repo, change.edit.key, ANOTHER) for repo in change.repos]
            else:
                source = changed
                taken += [Taken(repo, change.edit.key, change.path) for repo in change.repos]
    return source, taken, left


def _grouped(edits: Mapping[RepoKey, Sequence[KeyEdit]]) -> Iterator[Wanted]:
    """The edits with the repos that have the same one."""
    repos: dict[tuple[str, str], list[RepoKey]] = {}
    first: dict[tuple[str, str], KeyEdit] = {}
    for repo, each in ((repo, edit) for repo, found in edits.items() for edit in found):
        repos.setdefault((each.key, each.mark), []).append(repo)
        first.setdefault((each.key, each.mark), each)
    return (Wanted(first[same], tuple(found)) for same, found in repos.items())


def _changes(source: Source, wanted: Wanted) -> Iterator[Change]:
    """The mappings to change: a shared one only where all that it would change carry the edit."""
    reach = _Reach(source.layers, wanted.edit.key)
    waiting = dict.fromkeys(wanted.repos)
    while waiting:
        repo = next(iter(waiting))
        layer = reach.choose(repo, frozenset(wanted.repos))
        covered = [each for each in reach.of(layer) if each in waiting] if layer else []
        if layer and covered:
            yield Change(layer.path, wanted.edit, tuple(covered))
        for each in covered or [repo]:
            del waiting[each]


@dataclass(frozen=True)
class _Reach:
    """Which repos take a key from which layer."""

    layers: Mapping[RepoKey, Sequence[Layer]]
    key: str
    _found: dict[Path, frozenset[RepoKey]] = field(default_factory=dict)

    def choose(self, repo: RepoKey, carriers: frozenset[RepoKey]) -> Layer | None:
        """The layer to state a key in: where it is stated now, or else the widest that changes no other repo."""
        layers = self.layers.get(repo, ())
        last = next((index for index in reversed(range(len(layers))) if self.key in layers[index].states), None)
        fitting = [each for each in layers[last or 0 :] if self.of(each) <= carriers]
        if last is not None and fitting and fitting[0] is layers[last]:
            return fitting[0]
        return max(reversed(fitting), key=lambda each: len(self.of(each)), default=None)

    def of(self, layer: Layer) -> frozenset[RepoKey]:
        """The repos that a key in this layer would reach, because no more special one states it."""
        if layer.path not in self._found:
            self._found[layer.path] = frozenset(
                repo for repo, layers in self.layers.items() if self._reaches(layer, layers)
            )
        return self._found[layer.path]

    def _reaches(self, layer: Layer, layers: Sequence[Layer]) -> bool:
        paths = [each.path for each in layers]
        return layer.path in paths and not any(
            self.key in each.states for each in layers[paths.index(layer.path) + 1 :]
        )


def _apply(source: Source, change: Change) -> Source | None:
    """The manifest with a change, if each of its repos then says what the Hub says, and every other what it said."""
    changed = source.with_data((*change.path, change.edit.key), change.edit.value)
    if changed is None:
        return None
    before = {repo.key: dict(repo.card_data) for repo in source.collection.repos}
    after = {repo.key: dict(repo.card_data) for repo in changed.collection.repos}
    for repo in change.repos:
        here = stated(after.get(repo, {})).get(change.edit.key)
        if (here.value if here else "") != change.edit.mark:
            return None
        before[repo].pop(change.edit.key, None)
        after[repo].pop(change.edit.key, None)
    return changed if before == after else None
