"""Text that Markdown shows as it is."""

from __future__ import annotations

import re

_SPECIAL = re.compile(
    r"""[\\`*~\[\]<>|]             # code, emphasis, links, HTML, tables
      | &(?=\#?\w+;)               # what would read as an entity
      | (?<![^\W_])_ | _(?![^\W_]) # an underline, unless it stands inside a word
      | (?<!\S)\#                  # a heading, or the end of one
      | \A[-+=](?=\s|[-+=]|\Z)     # a list, a rule
      | (?<=\A[0-9])[.)] | (?<=\A[0-9]{2})[.)] | (?<=\A[0-9]{3})[.)] | (?<=\A[0-9]{4})[.)]  # a numbered list
    """,
    re.VERBOSE,
)


def escape(text: object) -> str:
    """One line of text, for a place in Markdown: what would mean something there gets a backslash."""
    return _SPECIAL.sub(r"\\\g<0>", str(text))
