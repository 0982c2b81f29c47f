"""Which cards a part of the manifest stands on: of which kind, row, column or repo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cardgen.manifest import schema
from cardgen.manifest.document import Document, Path
from cardgen.manifest.messages import short
from cardgen.model import Repo, RepoKey
from cardgen.suggest import did_you_mean

Selection = schema.Section | schema.Files


def select(document: Document, path: Path, shape: Selection, repos: Sequence[Repo]) -> frozenset[RepoKey]:
    """The repos whose cards show the part at `path`; a key that names nothing is noted, and a part on no card."""
    wrong = tuple(_unknown(shape, repos))
    for what, number, message in wrong:
        document.complain_at((*path, what, number), message)
    shown_on = frozenset(repo.key for repo in repos if _shows(shape, repo))
    is_sure = not wrong and not any(
        document.is_mistaken_at(*path, "types", number) for number in range(len(shape.types))
    )
    if repos and is_sure and not shown_on:
        document.complain_at(path, "no card shows this: no repo is all that is asked for")
    return shown_on


def _unknown(shape: Selection, repos: Sequence[Repo]) -> Iterator[tuple[str, int, str]]:
    """The keys that name nothing: of what, which of them, and what to say of it."""
    known = {
        "rows": dict.fromkeys(repo.row for repo in repos if repo.row),
        "columns": dict.fromkeys(repo.column for repo in repos if repo.column),
        "repos": dict.fromkeys(name for repo in repos for name in (repo.repo_id, repo.repo_id.partition("/")[2])),
    }
    for what, names in known.items():
        for number, name in enumerate(getattr(shape, what)):
            if name not in names:
                yield what, number, f"there is no {what[:-1]} {short(name)}{did_you_mean(name, names)}"


def _shows(shape: Selection, repo: Repo) -> bool:
    return (
        repo.repo_type in shape.types
        and (not shape.rows or repo.row in shape.rows)
        and (not shape.columns or repo.column in shape.columns)
        and (not shape.repos or bool(_names(repo) & set(shape.repos)))
    )


def _names(repo: Repo) -> set[str]:
    return {repo.repo_id, repo.repo_id.partition("/")[2]}
