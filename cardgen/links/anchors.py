"""The places inside a page that a fragment (`#usage`) can lead to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote

from cardgen import front_matter
from cardgen.links import html
from cardgen.links.markdown import headings

_NOT_IN_SLUG = re.compile(r"[^\w\- ]")
_DIRECTIVE = re.compile(r":~:.*", re.DOTALL)
_MADE_BY_GITHUB = "user-content-"


def in_html(text: str) -> frozenset[str]:
    """The ids of a page's elements, and the names of its `<a>`. GitHub's prefix for those of its users is left out,
    as its links leave it out."""
    names = set(html.names(text))
    return frozenset(names | {name.removeprefix(_MADE_BY_GITHUB) for name in names})


MAX_CARD = 300_000
"""A longer text is not looked through for headings: anybody may have written it."""


@lru_cache(maxsize=64)
def in_card(text: str) -> frozenset[str] | None:
    """The places in a card, as its page on the Hub has them: its headings, and the ids of its HTML. None if it is too
    long to tell."""
    if len(text) > MAX_CARD:
        return None
    _, body = front_matter.split(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    return in_markdown(body)


def in_markdown(text: str) -> frozenset[str]:
    """The places in a Markdown text as GitHub and the Hub show it.

    Both make a heading's name as github-slugger does: lower case, blanks as hyphens, other punctuation left out, a
    number behind a name that was there before (the Hub: seen on pages of 2023 and 2025).
    """
    return in_html(text) | _numbered(slug(heading) for heading in headings(text))


def slug(heading: str) -> str:
    """The name of a heading, from its text without markup."""
    return _NOT_IN_SLUG.sub("", heading.strip().lower()).replace(" ", "-")


def _numbered(slugs: Iterable[str]) -> frozenset[str]:
    seen: Counter[str] = Counter()
    names: set[str] = set()
    for each in slugs:
        name = each
        while name in names:
            seen[each] += 1
            name = f"{each}-{seen[each]}"
        names.add(name)
    return frozenset(names)


def leads(fragment: str, names: frozenset[str] | None) -> bool:
    """Whether a fragment leads to one of these places, as browsers see it: as it is written, then decoded; the
    beginning of the page is always there, and a text directive (`:~:text=`) names no place. Where the places cannot be
    told (None), it may lead to one."""
    place = _DIRECTIVE.sub("", fragment)
    decoded = unquote(place)
    return names is None or not place or decoded.lower() == "top" or place in names or decoded in names
