"""Links that lead nowhere whatever the web says: an empty one, and one without its scheme."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen.diff import printable
from cardgen.links.urls import lacks_scheme
from cardgen.lint.card import ReadCard
from cardgen.lint.rule import Problem, Rule

_EMPTY = re.compile(r"\]\([ \t]*(?:<>)?[ \t]*\)|\bhref[ \t]*=[ \t]*(?:\"\s*\"|'\s*')", re.IGNORECASE)
_TARGET = re.compile(
    r"\]\([ \t]*<?(?P<markdown>[^\s<>()#?:/][^\s<>()]*)|\bhref[ \t]*=[ \t]*[\"'](?P<html>[^\s\"'#?:/][^\s\"']*)",
    re.IGNORECASE,
)


def _empty(card: ReadCard) -> Iterator[Problem]:
    for found in _EMPTY.finditer(card.prose):
        yield Problem(
            "a link that leads nowhere: its address is empty",
            *found.span(),
            hint="write the address, or the text alone until there is one",
        )


def _without_scheme(card: ReadCard) -> Iterator[Problem]:
    """`[site](example.com)` leads to a file of the repo; it answers 404, or 200 on some mirrors."""
    for found in _TARGET.finditer(card.prose):
        url = found["markdown"] or found["html"]
        if lacks_scheme(url):
            start, end = found.span("markdown" if found["markdown"] else "html")
            message = f"{printable(url[:80])} lacks its scheme, so it leads to a file of the repo"
            yield Problem(message, start, end, hint=f"write https://{printable(url[:80])}", mended=f"https://{url}")


RULES = (
    Rule("link-empty", "content", "warning", "A link has no address.", _empty),
    Rule("link-without-scheme", "content", "warning", "A link lacks its scheme.", _without_scheme),
)
