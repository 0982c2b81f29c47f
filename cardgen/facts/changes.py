"""What changed between two readings of facts, told in lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cardgen.diff import printable
from cardgen.facts import words
from cardgen.model import Facts
from cardgen.repo_facts import FACTS, Fact, RepoFacts, RepoFile

NOTHING = "-"
_FIELDS: Mapping[Fact, str] = {
    "parameters": "parameters",
    "dtype": "elements",
    "architecture": "architecture",
    "context_length": "context_length",
    "size": "size",
}
"""Where the exact value of a fact is kept."""


def lines(old: Facts, new: Facts) -> Iterator[str]:
    """A line for every repo whose facts are new, gone, or others than before; the commit alone is no change."""
    for key in sorted({*old, *new}):
        if key not in new:
            yield f"{key[1]}: gone"
        elif key not in old:
            yield f"{key[1]}: {', '.join(_known(new[key])) or 'no facts'}"
        elif differences := list(_differences(old[key], new[key])):
            yield f"{key[1]}: {', '.join(differences)}"


def _known(facts: RepoFacts) -> Iterator[str]:
    yield from filter(None, (words.text(facts, fact) for fact in FACTS))
    yield from (path for path, file in facts.files.items() if file)


def _differences(old: RepoFacts, new: RepoFacts) -> Iterator[str]:
    for fact in FACTS:
        before, after = words.text(old, fact), words.text(new, fact)
        if before != after:
            yield f"{words.NAMES[fact].lower()} {before or NOTHING} → {after or NOTHING}"
        elif getattr(old, _FIELDS[fact]) != getattr(new, _FIELDS[fact]):
            yield f"{words.NAMES[fact].lower()} a little"
    if old.declared != new.declared and old.parameters == new.parameters:
        yield "declared parameters"
    if old.index_problems != new.index_problems:
        yield f"index {'; '.join(map(printable, new.index_problems)) or 'mended'}"
    yield from _files(old.files, new.files)


def _files(old: Mapping[str, RepoFile | None], new: Mapping[str, RepoFile | None]) -> Iterator[str]:
    for path in sorted({*old, *new}):
        if path not in new:
            yield f"{path} left out"
        elif new[path] is None and (path not in old or old[path]):
            yield f"no {path}"
        elif new[path] != old.get(path):
            yield f"{path} {'changed' if old.get(path) else 'new'}"
