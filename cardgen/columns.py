"""Which headings of a table stand over each of its columns."""

from __future__ import annotations

from collections.abc import Sequence

from cardgen.model import Heading


def headed(head: Sequence[Sequence[Heading]], width: int) -> list[list[Heading]]:
    """The headings over each column, from the top down, of rows of headings with their spans."""
    columns: list[list[Heading]] = [[] for _ in range(width)]
    for level, headings in enumerate(head):
        free = [number for number in range(width) if sum(each.rowspan for each in columns[number]) <= level]
        for heading in headings:
            for number in free[: heading.colspan]:
                columns[number].append(heading)
            free = free[heading.colspan :]
    return columns
