"""New addresses in a Markdown file."""

from __future__ import annotations

from cardgen.links.files import Page
from cardgen.links.find import find
from cardgen.mending import Mended
from cardgen.mending.moves import Moves

_NO_TEXT = "\ufffd"
"""Stands where a file was no UTF-8: it could not be written again as it is."""


def mend(page: Page, moves: Moves) -> Mended:
    """The file with the new addresses, on the lines that have such links; as it was, if it would then say anything
    else."""
    lines = page.text.splitlines(keepends=True)
    for number in {found.line for found in find(page.text) if found.url in moves.addresses}:
        lines[number - 1] = moves.in_text(lines[number - 1])
    after = "".join(lines)
    if _NO_TEXT in page.text or not _is_same(page.text, after, moves):
        after = page.text
    left = {found.url for found in find(after)} & moves.addresses.keys()
    return Mended(page.name, page.text, after, frozenset(left))


def _is_same(before: str, after: str, moves: Moves) -> bool:
    """Whether two texts have the same links in the same places, but for the new addresses."""
    old, new = find(before), find(after)
    return len(old) == len(new) and all(
        two.url in (one.url, moves.addresses.get(one.url)) and (one.line, one.embedded) == (two.line, two.embedded)
        for one, two in zip(old, new, strict=True)
    )
