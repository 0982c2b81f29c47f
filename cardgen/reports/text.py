"""A report for people to read on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.links.urls import shown
from cardgen.reports.causes import Cause, causes, summary
from cardgen.reports.report import Report


def write(report: Report) -> str:
    """What is wrong, by cause, then a line that sums up."""
    lines = [line for cause in causes(report) for line in _lines(cause)]
    return "\n".join([*map(shown, lines), summary(report)]) + "\n"


def _lines(cause: Cause) -> Iterator[str]:
    yield f"{cause.kind}: {cause.reason}" + (f" [{cause.rule}]" if cause.rule else "")
    for item in cause.items:
        indent = "    "
        if item.url:
            yield f"{indent}{item.url}{f'  {item.note}' if item.note else ''}"
            indent *= 2
        yield from (f"{indent}{place}" for place in item.places)
