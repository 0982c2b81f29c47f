"""A report for people to read on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.links.urls import shown
from cardgen.reports import changes
from cardgen.reports.causes import Cause, Item, causes, summary
from cardgen.reports.excerpts import Excerpt
from cardgen.reports.report import Report

_INDENT = "    "


def write(report: Report) -> str:
    """What is wrong, by cause, and what changed, then a line that sums up."""
    lines = [line for cause in causes(report) for line in _lines(cause)]
    if report.changes:
        lines += map(shown, _changed(report.changes))
    return "\n".join([*lines, summary(report)]) + "\n"


def _lines(cause: Cause) -> Iterator[str]:
    yield shown(f"{cause.kind}: {cause.reason}{heading_end(cause)}")
    for item in cause.items:
        yield from map(shown, _item(item))
    if cause.excerpt:
        yield from (f"{_INDENT}{line}" for line in excerpt_lines(cause.excerpt))
    if cause.hint:
        yield shown(f"{_INDENT}hint: {cause.hint}")


def _item(item: Item) -> Iterator[str]:
    indent = _INDENT
    if item.url:
        yield f"{indent}{item.url}{f'  {item.note}' if item.note else ''}"
        indent *= 2
    yield from (f"{indent}{place}" for place in item.places)


def heading_end(cause: Cause) -> str:
    """The rule that a cause comes from, and how many findings it is."""
    return (f" [{cause.rule}]" if cause.rule else "") + (f" ({cause.count})" if cause.count else "")


def excerpt_lines(excerpt: Excerpt) -> Iterator[str]:
    """A line with its number, and the mark under it."""
    number = f"{excerpt.line:>5}"
    yield f"{number} | {excerpt.text}"
    if excerpt.mark:
        yield f"{' ' * len(number)} | {excerpt.mark}"


def _changed(changed: changes.Changes) -> Iterator[str]:
    yield changes.title(changed)
    for group in changes.groups(changed):
        yield f"{_INDENT}{group.heading}"
        yield from (f"{_INDENT * 2}{each}" for each in group.items)
