"""Which cards a part of the manifest stands on: of which kind, row, column or repo."""

from __future__ import annotations

from collections.abc import Sequence

from cardgen.manifest import schema
from cardgen.manifest.document import Document, Path
from cardgen.manifest.messages import short
from cardgen.model import Repo, RepoKey
from cardgen.suggest import did_you_mean

Selection = schema.Section | schema.Files


def select(document: Document, path: Path, shape: Selection, repos: Sequence[Repo]) -> frozenset[RepoKey]:
    """The repos whose cards show the part at `path`; a key that names nothing is noted."""
    known = {
        "rows": {repo.row for repo in repos} - {""},
        "columns": {repo.column for repo in repos} - {""},
        "repos": {name for repo in repos for name in _names(repo)},
    }
    for what, names in known.items():
        for number, name in enumerate(getattr(shape, what)):
            if name not in names:
                message = f"there is no {what[:-1]} {short(name)}{did_you_mean(name, names)}"
                document.complain_at((*path, what, number), message)
    return frozenset(repo.key for repo in repos if _shows(shape, repo))


def _shows(shape: Selection, repo: Repo) -> bool:
    return (
        repo.repo_type in shape.types
        and (not shape.rows or repo.row in shape.rows)
        and (not shape.columns or repo.column in shape.columns)
        and (not shape.repos or bool(_names(repo) & set(shape.repos)))
    )


def _names(repo: Repo) -> set[str]:
    return {repo.repo_id, repo.repo_id.partition("/")[2]}
