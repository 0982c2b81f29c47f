"""A report in every form that it can be written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from cardgen.reports import github, json, markdown, sarif, text
from cardgen.reports.report import Report


def _junit(report: Report) -> str:
    from cardgen.reports import junit  # its library takes time to import, and few runs want it

    return junit.write(report)


def _html(report: Report) -> str:
    from cardgen.reports import page  # the same holds for its script and style

    return page.write(report)


FORMATS: Final[Mapping[str, Callable[[Report], str]]] = {
    "text": text.write,
    "json": json.write,
    "markdown": markdown.write,
    "sarif": sarif.write,
    "junit": _junit,
    "github": github.write,
    "html": _html,
}

ENDINGS: Final[Mapping[str, str]] = {
    ".txt": "text",
    ".json": "json",
    ".md": "markdown",
    ".sarif": "sarif",
    ".xml": "junit",
    ".html": "html",
}
"""The form of a report in a file, by the file's ending."""
