"""The HTML comments by which a card says what cardgen wrote in it, and what it was.

    <!-- cardgen:begin card: generated from collections/codeio.yaml, edit that file -->
    …
    <!-- cardgen:end card sha256=9f86d081884c7d65 -->
    <!-- cardgen:data license=3fa9c1d2 base_model=77ab01fe -->

A block lies between its two marks. The data mark names the front-matter keys that cardgen wrote. Each has
a digest of what was written, so that a later edit by somebody else shows.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

PREFIX: Final = "<!-- cardgen:"
BLOCK_DIGITS: Final = 16
KEY_DIGITS: Final = 8

_UNSAFE_IN_SOURCE = re.compile(r"[\x00-\x1f\x7f-\x9f<>%\u2028\u2029]")


def normalize(text: str) -> str:
    """What a digest is taken over: LF, and no blanks at the end, so that saving a card again is no edit."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip(" \t\n")


def digest(text: str, digits: int = BLOCK_DIGITS) -> str:
    """The first `digits` hexadecimal digits of the SHA-256 of the normalized text."""
    return hashlib.sha256(normalize(text).encode("utf-8", "surrogatepass")).hexdigest()[:digits]


def wrap(name: str, source: str, text: str) -> str:
    """A block: `text` between its two marks.

    The blank line before the end mark ends an HTML table, which would swallow the mark otherwise.
    """
    content = normalize(text)
    return f"{begin(name, source)}\n{content}\n\n{end(name, content)}\n"


def begin(name: str, source: str) -> str:
    """The mark above a block. Nothing in `source` can end the comment."""
    shown = _UNSAFE_IN_SOURCE.sub(lambda found: quote(found.group(), safe=""), source)
    return f"{PREFIX}begin {name}: generated from {shown}, edit that file -->"


def end(name: str, text: str) -> str:
    """The mark below a block, with the digest of what lies in it."""
    return f"{PREFIX}end {name} sha256={digest(text)} -->"


def data(digests: Mapping[str, str]) -> str:
    """The data mark's line for owned keys and their digests; `""` when cardgen owns no key.

    Keys are percent-encoded, because a key may hold blanks, `=` or `-->`.
    """
    if not digests:
        return ""
    pairs = " ".join(f"{quote(key, safe='')}={value}" for key, value in digests.items())
    return f"{PREFIX}data {pairs} -->\n"
