"""Files beside the card: each says in its first line what wrote it and what it was, as the marks of a card do.

    # cardgen: generated from collections/codeio.yaml, edit that file; sha256=9f86d081884c7d65
    - dataset: …

The card's files mark lists them with the same digests, so that a file that was deleted, or that left the manifest,
shows too. A card is anybody's: what it claims of a file counts only together with the file's own mark.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from cardgen import marks

RESULTS: Final = ".eval_results/cardgen.yaml"
"""The Hub reads the YAML files in this folder of a model's repo (hub-docs, eval-results)."""

PATHS: Final = (RESULTS,)
"""Every path that cardgen may write to; nothing else is believed to be its own, whatever a card claims."""

_MARK = re.compile(
    r"\A# cardgen: generated from [^\r\n]*, edit that file; sha256=(?P<digest>[0-9a-f]+)[ \t]*(?:\r\n|\r|\n|\Z)"
)


def compose(text: str, source: str) -> str:
    """A YAML file as it is published: its mark, then `text`. `source` is the manifest's name as cards show it."""
    content = marks.normalize(text) + "\n"
    return f"{_mark(source, marks.digest(content))}\n{content}"


def _mark(source: str, digest: str) -> str:
    return f"# cardgen: generated from {marks.shown(source)}, edit that file; sha256={digest}"


def digests(files: Mapping[str, str]) -> dict[str, str]:
    """What the card says of files that were composed: the digest of each."""
    return {path: read(text.encode()).digest for path, text in files.items()}


def recorded(readme: bytes | None) -> dict[str, str]:
    """The files that a card says cardgen wrote, with their digests; also where its other marks are broken."""
    said = marks.files_in((readme or b"").decode(errors="replace"))
    return {path: said[path] for path in PATHS if path in said}


class File(Struct, frozen=True):
    """A file: its first line if that is a mark, the digest that the mark says, and what stands below it."""

    mark: str
    digest: str
    text: str


def read(data: bytes) -> File:
    """A file taken apart. Never raises for anything in it."""
    text = data.decode("utf-8-sig", errors="replace")
    found = _MARK.match(text)
    return File(found.group().rstrip(), found["digest"], text[found.end() :]) if found else File("", "", text)
