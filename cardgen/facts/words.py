"""Facts in the form that people write them, and the numbers that such a form stands for.

Parameters: K, M, B or T for powers of 1,000, one decimal below 100 and none above, no `.0`: 494M, 7.6B, 70.6B, 671B.
Size: kB, MB, GB or TB for powers of 1,000, rounded in the same way, as the Hub shows sizes: 15.2 GB.
Context length: K and M where they say the number exactly, as powers of 1,000 (128000 is 128K) or else of 1,024
(131072 is 128K); all digits where they do not. Types: those with at least 1 % of the elements, the commonest first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from cardgen.repo_facts import Fact, RepoFacts

NAMES: Final[Mapping[Fact, str]] = {
    "parameters": "Parameters",
    "dtype": "Tensor type",
    "architecture": "Architecture",
    "context_length": "Context length",
    "size": "Size",
}
"""What a table calls a column of each fact that has no name of its own."""

_COUNT = re.compile(r"(\d{1,6})(?:\.(\d{1,6}))? ?([KMBT])", re.ASCII | re.IGNORECASE)
_LENGTH = re.compile(r"(\d{1,6}) ?([KM])(?: tokens)?", re.ASCII | re.IGNORECASE)
_DIGITS = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,9})(?: tokens)?", re.ASCII | re.IGNORECASE)
_POWERS: Final = {"K": 1, "M": 2, "B": 3, "T": 4}


def text(facts: RepoFacts, fact: Fact) -> str:
    """A fact as a table shows it; an empty string where it is not known."""
    match fact:
        case "parameters":
            return count(facts.parameters)
        case "dtype":
            return ", ".join(facts.main_types)
        case "architecture":
            return facts.architecture
        case "context_length":
            return length(facts.context_length)
        case "size":
            return size(facts.size)


def count(number: int | None) -> str:
    """A count of parameters: `7.6B`."""
    return "" if number is None else _short(number, ("", "K", "M", "B", "T"))


def size(number: int | None) -> str:
    """A number of bytes: `15.2 GB`."""
    return "" if number is None else _short(number, (" bytes", " kB", " MB", " GB", " TB"))


def length(number: int | None) -> str:
    """A context length: `128K`."""
    if number is None:
        return ""
    for base in (1000, 1024):
        for unit, step in (("M", base * base), ("K", base)):
            if number >= step and number % step == 0:
                return f"{number // step}{unit}"
    return f"{number:,}"


def _short(number: int, units: tuple[str, ...]) -> str:
    """A number in the first unit that leaves less than 1,000 of it: rounded half up, one decimal below 100."""
    step = 1
    for unit in units:
        tenths, whole = (number * 10 + step // 2) // step, (number + step // 2) // step
        if tenths < 1000:
            return f"{tenths // 10}.{tenths % 10}".removesuffix(".0") + unit
        if whole < 1000:
            break
        step *= 1000
    return f"{whole:,}{unit}"


class Stated(Struct, frozen=True):
    """The numbers that somebody may have meant by what they wrote: from `low` to `high`."""

    low: float
    high: float

    def is_off(self, number: int, tolerance: float = 0) -> bool:
        """Whether a number is further off than `tolerance`, a share of what was stated."""
        return number < self.low * (1 - tolerance) or number > self.high * (1 + tolerance)


def stated_count(written: str) -> Stated | None:
    """The counts that are written so: `671B` is anything from 670.5 to 671.5 billion; None if it is no count."""
    found = _COUNT.fullmatch(written)
    if not found:
        return None
    decimals = found[2] or ""
    unit = float(1000 ** _POWERS[found[3].upper()])
    number, half = float(f"{found[1]}.{decimals}") * unit, unit / 2 / 10 ** len(decimals)
    return Stated(number - half, number + half)


def stated_length(written: str) -> Stated | None:
    """The context lengths that are written so: `128K` is of 1,000 or of 1,024; None if it is no length."""
    if found := _LENGTH.fullmatch(written):
        number, power = int(found[1]), _POWERS[found[2].upper()]
        return Stated(number * 1000**power, number * 1024**power)
    if found := _DIGITS.fullmatch(written):
        number = int(found[1].replace(",", ""))
        return Stated(number, number)
    return None
