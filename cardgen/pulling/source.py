"""A manifest as text, with what becomes of it: what a pull changes, step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from msgspec import structs

from cardgen import marks, render
from cardgen.errors import CardgenError
from cardgen.manifest import layers
from cardgen.manifest.document import Document, parse
from cardgen.manifest.layers import Layer
from cardgen.model import Card, Collection, RepoKey
from cardgen.pulling import splice
from cardgen.pulling.splice import Path
from cardgen.render.sandbox import Templates

Load = Callable[[bytes], Collection]
"""Makes a collection of a manifest's bytes; raises ManifestError."""


@dataclass(frozen=True)
class Source:
    """A manifest's text under the name that messages give it, its templates, and how it is loaded."""

    file: str
    text: str
    templates: Templates
    load: Load
    _bodies: dict[RepoKey, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def data(self) -> bytes:
        return self.text.encode()

    @cached_property
    def collection(self) -> Collection:
        return self.load(self.data)

    @cached_property
    def cards(self) -> Mapping[RepoKey, Card]:
        return {card.repo.key: card for card in render.cards(self.collection, self.templates)}

    @cached_property
    def layers(self) -> Mapping[RepoKey, tuple[Layer, ...]]:
        document = parse(self.data, self.file)
        return layers.read(document) if isinstance(document, Document) else {}

    def body(self, repo: RepoKey) -> str:
        """The text of one card, printed alone, as its block holds it. Raises TemplateError or InputError."""
        if repo not in self._bodies:
            only = tuple(each for each in self.collection.repos if each.key == repo)
            alone = structs.replace(self.collection, repos=only)
            self._bodies[repo] = marks.normalize(render.cards(alone, self.templates)[0].body) + "\n"
        return self._bodies[repo]

    def with_data(self, path: Path, value: object) -> Source | None:
        """The same with a value of card data, None for a key that is to go; nothing where it cannot be written."""
        return self.with_whole(splice.set_data(self.text, path, value))

    def with_text(self, path: Path, value: str) -> Source | None:
        """The same with a text."""
        return self.with_whole(splice.set_text(self.text, path, value))

    def with_whole(self, text: str | None) -> Source | None:
        """The same with another text, if that is a manifest that can be built."""
        changed = replace(self, text=text) if text is not None else None
        try:
            return changed if changed and changed.collection else None
        except CardgenError:
            return None
