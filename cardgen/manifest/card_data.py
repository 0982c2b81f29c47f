"""Card data of a repo: merged from general to special, with references to other repos put in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any

from cardgen.manifest.drafts import Draft, Grid, Place
from cardgen.model import CardData, Mistake, Repo
from cardgen.suggest import did_you_mean

REFERENCE = "cell"
"""`{cell: {row: …, column: …}}` stands for the repo of another place of the table; what is left out stays the same."""


def merge(*layers: CardData) -> dict[str, Any]:
    """Card data from general to special: a later key overrides, null takes a key away."""
    merged: dict[str, Any] = {}
    for layer in layers:
        merged |= layer
    return {key: value for key, value in merged.items() if value is not None}


def complete(grid: Grid, draft: Draft, *general: CardData) -> dict[str, Any]:
    """The card data of a draft; a reference that leads nowhere is noted."""
    return {key: _resolved(grid, draft, key, value) for key, value in merge(*general, *draft.layers).items()}


def _resolved(grid: Grid, draft: Draft, key: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_resolved(grid, draft, key, item) for item in value]
    if isinstance(value, Mapping) and list(value) == [REFERENCE] and isinstance(value[REFERENCE], Mapping):
        return _repo_at(grid, draft, key, value[REFERENCE])
    return value


def _repo_at(grid: Grid, draft: Draft, key: str, reference: Mapping[str, Any]) -> str:
    rows, numbers = grid.indexes, grid.numbers
    odd = [name for name in reference if name not in {"row", "column"}]
    problems = [f"a reference has a row and a column, not {name!r}" for name in odd]
    for what, known in (("row", rows), ("column", numbers)):
        wanted = reference.get(what)
        if wanted is not None and wanted not in known:
            problems.append(f"there is no {what} {wanted!r}{did_you_mean(str(wanted), known)}")
    row, column = draft.place
    place: Place = (rows.get(str(reference.get("row")), row), numbers.get(str(reference.get("column")), column))
    if not problems and place not in grid.drafts:
        problems.append("there is no repo at that place")
    if problems:
        message = f"{key} of {draft.repo_id}: {'; '.join(problems)}"
        grid.document.note(grid.document.at(*draft.path), message)
        return ""
    return grid.drafts[place][0].repo_id


def check_circles(repos: Iterable[Repo]) -> Iterable[Mistake]:
    """A mistake for every model whose base models lead in a circle that it is part of, or between two of them."""
    models = [repo for repo in repos if repo.repo_type == "model"]
    bases = {repo.repo_id: set(_bases(repo)) for repo in models}
    derived: dict[str, set[str]] = {repo_id: set() for repo_id in bases}
    for repo_id, each in bases.items():
        for base in each & bases.keys():
            derived[base].add(repo_id)
    circling = _endless(bases) & _endless(derived)
    for repo in models:
        if repo.repo_id in circling:
            yield Mistake(repo.origin, f"base_model of {repo.repo_id}: the base models lead in a circle")


def _bases(repo: Repo) -> tuple[str, ...]:
    base = repo.card_data.get("base_model", ())
    found = base if isinstance(base, list) else [base]
    return tuple(each for each in found if isinstance(each, str))


def _endless(steps: Mapping[str, Set[str]]) -> Set[str]:
    """The names from which the steps never come to an end. Each step is looked at once."""
    to: dict[str, list[str]] = {}
    left = {name: len(others & steps.keys()) for name, others in steps.items()}
    for name, others in steps.items():
        for other in others:
            to.setdefault(other, []).append(name)
    waiting = [name for name, count in left.items() if not count]
    while waiting:
        for name in to.get(waiting.pop(), ()):
            left[name] -= 1
            if not left[name]:
                waiting.append(name)
    return {name for name, count in left.items() if count}
