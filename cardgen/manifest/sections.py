"""The sections of a manifest: texts, and the cards that they stand on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cardgen.duties import DUTIES
from cardgen.manifest import schema, selection
from cardgen.manifest.document import Document
from cardgen.model import Repo, Section


def read(document: Document, manifest: schema.Manifest, repos: Sequence[Repo]) -> Iterator[Section]:
    """The sections with the repos whose cards show them."""
    for index, shape in enumerate(manifest.sections):
        yield Section(
            name=f"section-{index + 1}",
            title=shape.title or (DUTIES[shape.covers].title if shape.covers else ""),
            text=shape.text,
            shown_on=selection.select(document, ("sections", index), shape, repos),
            before=shape.before,
            origin=document.at("sections", index, "text"),
        )
