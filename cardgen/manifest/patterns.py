"""Patterns of names and addresses, such as `{row}_{column}`: filling them in, and what may be wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from cardgen.suggest import did_you_mean

NO_PART_OF_A_NAME = "cannot be part of a repo's name, which has only letters, digits, '-', '_' and '.'"

_UNFIT = re.compile(r"[^A-Za-z0-9._-]")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def fill(pattern: str, keys: Mapping[str, str]) -> str:
    """What a pattern stands for: filled in one pass, so that a key with braces stays as it is."""
    return _PLACEHOLDER.sub(lambda match: keys.get(match[1], match[0]), pattern)


def is_unfit(part: str) -> bool:
    """Whether a text cannot be part of a repo's name."""
    return bool(_UNFIT.search(part))


def unknown(pattern: str, names: Sequence[str]) -> Iterator[str]:
    """A problem for each placeholder that is none of `names`."""
    known = " and ".join(filter(None, (", ".join(f"{{{name}}}" for name in names[:-1]), f"{{{names[-1]}}}")))
    for name in sorted(set(_PLACEHOLDER.findall(pattern)) - set(names)):
        yield f"the pattern knows {known}, not {{{name}}}{did_you_mean(name, names)}"


def unfit(pattern: str, names: Sequence[str]) -> list[str]:
    """What is in a pattern of repos that cannot be part of a repo's name."""
    wrong = list(unknown(pattern, names))
    if is_unfit(_PLACEHOLDER.sub("", pattern).replace("/", "", 1)):
        wrong.append(f"the pattern {NO_PART_OF_A_NAME}")
    return wrong


def shared(pattern: str, counts: Mapping[str, int]) -> list[str]:
    """A problem for each placeholder that the pattern lacks, though it stands for several things with a repo each."""
    return [
        f"the pattern has no {{{name}}}, so that {count} {name}s would share a repo"
        for name, count in counts.items()
        if count > 1 and f"{{{name}}}" not in pattern
    ]
