"""Links that lead nowhere whatever the web says: an empty one, and one without its scheme."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen.diff import printable
from cardgen.links.urls import lacks_scheme
from cardgen.lint.card import ReadCard
from cardgen.lint.rule import Problem, Rule

# Each begins with letters as they are, which is searched for ten times as fast; attributes in capitals are rare.
_EMPTY = (
    re.compile(r"\]\([ \t]*(?:<>)?[ \t]*\)"),
    re.compile(r"href[ \t]*=[ \t]*(?:\"\s*\"|'\s*')"),
)
_TARGET = (
    re.compile(r"\]\([ \t]*<?(?!https?:)(?P<url>[^\s<>()#?:/][^\s<>()]*)"),
    re.compile(r"href[ \t]*=[ \t]*[\"'](?!https?:)(?P<url>[^\s\"'#?:/][^\s\"']*)"),
)


def _empty(card: ReadCard) -> Iterator[Problem]:
    for found in (each for pattern in _EMPTY for each in pattern.finditer(card.prose)):
        yield Problem(
            "a link that leads nowhere: its address is empty",
            *found.span(),
            hint="write the address, or the text alone until there is one",
        )


def _without_scheme(card: ReadCard) -> Iterator[Problem]:
    """`[site](example.com)` leads to a file of the repo; it answers 404, or 200 on some mirrors."""
    for found in (each for pattern in _TARGET for each in pattern.finditer(card.prose)):
        url = found["url"]
        if lacks_scheme(url):
            message = f"{printable(url[:80])} lacks its scheme, so it leads to a file of the repo"
            yield Problem(
                message, *found.span("url"), hint=f"write https://{printable(url[:80])}", mended=f"https://{url}"
            )


RULES = (
    Rule("link-empty", "content", "warning", "A link has no address.", _empty),
    Rule("link-without-scheme", "content", "warning", "A link lacks its scheme.", _without_scheme),
)
