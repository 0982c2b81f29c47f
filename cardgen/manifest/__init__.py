"""The manifest: one YAML file that describes a collection."""

from __future__ import annotations

from pathlib import PurePath

from cardgen.errors import ManifestError
from cardgen.links.rules import Rules
from cardgen.manifest import link_rules
from cardgen.manifest.check_shape import LinkRules
from cardgen.manifest.collection import collect
from cardgen.manifest.decode import decode
from cardgen.manifest.document import TooMuch, parse
from cardgen.manifest.schema import Manifest
from cardgen.model import Collection, Facts, Mistake, Position

NO_FACTS: Facts = {}


def load(data: bytes, file: str, source: str = "", facts: Facts = NO_FACTS) -> Collection:
    """The collection in a manifest's bytes; `file` is its name in messages, `source` on its cards.

    `facts` are what is known of the repos themselves: tables and cards show them.

    Raises ManifestError with every mistake of the manifest, each with file, line and column.
    """
    document = parse(data, file)
    if isinstance(document, Mistake):
        raise ManifestError([document])
    try:
        collection = collect(document, decode(document, Manifest), source or source_name(file), facts)
    except TooMuch as error:
        raise ManifestError([Mistake(Position(file), str(error))]) from None
    if document.mistakes:
        raise ManifestError(document.mistakes)
    return collection


def load_rules(data: bytes, file: str) -> Rules:
    """The rules for links in a file of their own, which says what `check: links:` does in a manifest.

    Raises ManifestError.
    """
    document = parse(data, file)
    if isinstance(document, Mistake):
        raise ManifestError([document])
    found = link_rules.read(document, decode(document, LinkRules), ())
    if document.mistakes:
        raise ManifestError(document.mistakes)
    return found


def source_name(file: str) -> str:
    """How cards name their manifest: the same on every machine, so no folder but `collections/` is part of it."""
    path = PurePath(file)
    return f"collections/{path.name}" if path.parent.name == "collections" else path.name
