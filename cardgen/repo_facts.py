"""What is known of a repo itself, as it was read from the Hub: plain values, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

from msgspec import Struct, field

Fact = Literal["parameters", "dtype", "architecture", "context_length", "size"]
"""What a table can show of a repo."""
FACTS: Final[tuple[Fact, ...]] = get_args(Fact)

WHOLE_NUMBERS: Final = frozenset({"BF16", "F8_E4M3", "F8_E5M2", "F16", "F32", "F64"})
"""Types that hold one parameter in each element; others pack several into one (hub-docs#2704)."""
MAIN_SHARE: Final = 0.01
"""Types with fewer of the elements are scales and buffers, not what the model is stored in."""


class RepoFile(Struct, frozen=True):
    """A file of a repo, `size` in bytes; `text` is None where it is too large to be shown, or no text."""

    size: int
    text: str | None = None


class RepoFacts(Struct, frozen=True):
    """The facts of one repo, first read at `commit`; what is not known is None, empty or left out.

    `elements` counts the elements of all tensors by type. `declared` is the Hub's own count of parameters, which it
    may have from a number that somebody wrote into the index (huggingface_hub#4221). `size` is of the weights, in
    bytes. `files` are those that were asked for; None is one that the repo does not have.
    """

    commit: str
    size: int | None = None
    elements: Mapping[str, int] = field(default_factory=dict)
    declared: int | None = None
    architecture: str = ""
    context_length: int | None = None
    index_problems: tuple[str, ...] = ()
    files: Mapping[str, RepoFile | None] = field(default_factory=dict)

    @property
    def main_types(self) -> tuple[str, ...]:
        """The types that the model is stored in, the commonest first."""
        least = sum(self.elements.values()) * MAIN_SHARE
        common = [name for name, count in self.elements.items() if count and count >= least]
        return tuple(sorted(common, key=lambda name: (-self.elements[name], name)))

    @property
    def counted(self) -> int | None:
        """Parameters as the tensors say; None where elements are no measure of them."""
        if not self.main_types or not WHOLE_NUMBERS.issuperset(self.main_types):
            return None
        return sum(count for name, count in self.elements.items() if name in WHOLE_NUMBERS)

    @property
    def parameters(self) -> int | None:
        """Parameters: counted where that is possible, else as declared."""
        return self.declared if self.counted is None else self.counted
