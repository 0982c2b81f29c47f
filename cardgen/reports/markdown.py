"""A report as Markdown, for the summary of a CI job. Nothing in a URL or message becomes markup."""

from __future__ import annotations

import string
from collections.abc import Iterator

from cardgen.links.urls import shown
from cardgen.reports.causes import Cause, Item, causes, summary
from cardgen.reports.report import Report

MAX_ROWS = 500
"""How many links are shown: GitHub cuts a job summary at 1 MiB."""

_MARKUP = frozenset(string.punctuation) - frozenset("/,-()")


def write(report: Report) -> str:
    """A line that sums up, then a table for each cause."""
    parts = ["## Links and cards\n", f"{_escaped(summary(report))}\n"]
    left = MAX_ROWS
    for cause in causes(report):
        if left > 0:
            parts += [f"### {cause.kind}: {_escaped(cause.reason)}{_rule(cause)}\n", _table(cause, left)]
        left -= len(cause.items)
    if left < 0:
        parts.append(f"And {-left} more.\n")
    return "\n".join(parts)


def _rule(cause: Cause) -> str:
    return f" {_code(cause.rule)}" if cause.rule else ""


def _table(cause: Cause, most: int) -> str:
    has_links = any(item.url for item in cause.items)
    head = ("Link", "Where") if has_links else ("Where",)
    rows = [head, ("---",) * len(head), *(tuple(_row(item)) for item in cause.items[:most])]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(item: Item) -> Iterator[str]:
    if item.url:
        yield _code(item.url) + (f" {_escaped(item.note)}" if item.note else "")
    yield "<br>".join(map(_code, item.places))


def _code(text: str) -> str:
    return f"<code>{_escaped(text)}</code>" if text else ""


def _escaped(text: str) -> str:
    """The text with every character that Markdown, HTML or GitHub could take for markup as an entity."""
    return "".join(f"&#{ord(each)};" if each in _MARKUP else each for each in shown(text))
