"""What is wrong is mended where it is stated: new addresses of links that have moved, slips that lint can mend.

    moves   which links have a new address that may be written      moves.py
    mend    in a manifest, value by value; in a Markdown file       manifests.py, pages.py
    slips   what lint would mend, in a manifest or a card           slips.py

Nothing is believed: what was mended is read again, and counts only if the links of the cards, or of the file, are then
the same but for the new addresses.
"""

from __future__ import annotations

from dataclasses import dataclass

from cardgen import diff


@dataclass(frozen=True, slots=True)
class Mended:
    """A text before and after. `left` are the old addresses that it still states."""

    name: str
    before: str
    after: str
    left: frozenset[str]

    @property
    def diff(self) -> str:
        """What changes, as a unified diff. It holds text of cards: escape it where it is shown."""
        return diff.unified(self.before, self.after, self.name, f"{self.name} mended")
