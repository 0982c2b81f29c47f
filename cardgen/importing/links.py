"""The line of links in a card's header, in Markdown or HTML: icon, label, address."""

from __future__ import annotations

import re
from typing import Final

from cardgen.importing import html_text
from cardgen.importing.html_text import TooHardError
from cardgen.manifest.shape import WEB_URL
from cardgen.model import Link

MAX_CHARACTERS: Final = 5_000
MAX_ICON: Final = 4
"""Characters of an icon: an emoji may be a sequence of some."""

_BETWEEN = re.compile(r"[\s|•·\[\](){}\-–—*:,]+")
_WEB = re.compile(WEB_URL.replace("$", r"\Z"))


def read(text: str) -> tuple[Link, ...]:
    """The links in a block that holds nothing else but icons and separators; none if it is anything else."""
    if len(text) > MAX_CHARACTERS or ("](" not in text and "<a" not in text):
        return ()
    try:
        pieces = list(html_text.pieces(html_text.parse(html_text.render(text))))
    except TooHardError:
        return ()
    links: list[Link] = []
    before = ""
    for piece in pieces:
        if not piece.url:
            before += piece.text
            continue
        icon, label = _BETWEEN.sub("", before), html_text.line(piece.text)
        if len(icon) > MAX_ICON or icon.isalpha():
            return ()
        links.append(Link(label or _host(piece.url), piece.url.strip(), icon))
        before = ""
    return tuple(links) if not _BETWEEN.sub("", before) else ()


def is_web(url: str) -> bool:
    """Whether a manifest may hold the address."""
    return bool(_WEB.search(url))


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0] or "link"
