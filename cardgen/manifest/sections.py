"""The sections of a manifest: texts, and the cards that they stand on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cardgen.manifest import schema
from cardgen.manifest.document import Document
from cardgen.model import Repo, Section
from cardgen.suggest import did_you_mean


def read(document: Document, manifest: schema.Manifest, repos: Sequence[Repo]) -> Iterator[Section]:
    """The sections with the repos whose cards show them; a key that names nothing is noted."""
    known = {
        "rows": {repo.row for repo in repos} - {""},
        "columns": {repo.column for repo in repos} - {""},
        "repos": {name for repo in repos for name in (repo.repo_id, repo.repo_id.partition("/")[2])},
    }
    for index, shape in enumerate(manifest.sections):
        for what, names in known.items():
            for number, name in enumerate(getattr(shape, what)):
                if name not in names:
                    message = f"there is no {what[:-1]} {name!r}{did_you_mean(name, names)}"
                    document.complain_at(("sections", index, what, number), message)
        yield Section(
            name=f"section-{index + 1}",
            title=shape.title or "",
            text=shape.text,
            shown_on=frozenset(repo.key for repo in repos if _shows(shape, repo)),
            before=shape.before,
            origin=document.at("sections", index, "text"),
        )


def _shows(shape: schema.Section, repo: Repo) -> bool:
    return (
        repo.repo_type in shape.types
        and (not shape.rows or repo.row in shape.rows)
        and (not shape.columns or repo.column in shape.columns)
        and (not shape.repos or bool({repo.repo_id, repo.repo_id.partition("/")[2]} & set(shape.repos)))
    )
