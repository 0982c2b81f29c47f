"""Texts of a repo's files, as far as a card can show them as they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from cardgen.diff import printable

MAX_BYTES: Final = 50_000
"""Larger files are not shown on a card, so their text is not read either."""

LANGUAGES: Final[Mapping[str, str]] = {
    ".json": "json",
    ".jsonl": "json",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".toml": "toml",
    ".md": "markdown",
    ".py": "python",
    ".sh": "bash",
    ".jinja": "jinja",
    ".xml": "xml",
    ".html": "html",
    ".csv": "csv",
}


def shown(data: bytes) -> str | None:
    """The text in a file's bytes, with LF; None if it is too large, no UTF-8, or has characters that a reader would
    not see or that reorder what is seen."""
    if len(data) > MAX_BYTES:
        return None
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None
    return text if printable(text) == text else None


def language(path: str) -> str:
    """What a code fence calls the language of a file."""
    return LANGUAGES.get(PurePosixPath(path).suffix.lower(), "text")
