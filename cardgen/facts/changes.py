"""What changed between two readings of facts, told in lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cardgen.diff import printable
from cardgen.facts import words
from cardgen.model import Facts
from cardgen.repo_facts import FACTS, RepoFacts, RepoFile

NOTHING = "-"


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
    changed = [fact for fact in FACTS if words.text(old, fact) != words.text(new, fact)]
    for fact in changed:
        before, after = words.text(old, fact), words.text(new, fact)
        yield f"{words.NAMES[fact].lower()} {before or NOTHING} → {after or NOTHING}"
    exact = (("context_length", old.context_length, new.context_length), ("size", old.size, new.size))
    for name, then, now in exact:
        if then != now and name not in changed:
            yield f"{name.replace('_', ' ')} {then:,} → {now:,}"
    if (old.elements, old.declared) != (new.elements, new.declared) and not {"parameters", "dtype"} & {*changed}:
        yield "tensors"
    if old.index_problems != new.index_problems:
        yield f"index: {printable('; '.join(new.index_problems)) or 'mended'}"
    yield from _files(old.files, new.files)


def _files(old: Mapping[str, RepoFile | None], new: Mapping[str, RepoFile | None]) -> Iterator[str]:
    for path in sorted({*old, *new}):
        if path not in new:
            yield f"{path} left out"
        elif new[path] is None and (path not in old or old[path]):
            yield f"no {path}"
        elif new[path] != old.get(path):
            yield f"{path} {'changed' if old.get(path) else 'new'}"
