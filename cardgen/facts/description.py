"""What the Hub says of a repo in one answer: its commit, its files, its tensors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct, field

MAX_NUMBER: Final = 10**18
"""Larger numbers are no facts, and JSON's readers disagree about them."""

_COMMIT = re.compile(r"[0-9a-f]{40}")
_TYPE = re.compile(r"\w{1,20}", re.ASCII)


class Description(Struct, frozen=True):
    """A repo at its newest commit: bytes by file; elements by tensor type, and the parameters that it declares."""

    commit: str
    files: Mapping[str, int]
    elements: Mapping[str, int] = field(default_factory=dict)
    declared: int | None = None


def read(said: Any) -> Description:
    """The description in an answer of `/api/models/ID?blobs=true`. Raises ValueError if it is none.

    Everything but the commit and the files may be missing or odd: then it is not known.
    """
    commit = _mapping(said).get("sha")
    siblings = _mapping(said).get("siblings")
    if not (isinstance(commit, str) and _COMMIT.fullmatch(commit) and isinstance(siblings, list)):
        raise ValueError("the answer has no commit, or no files")
    tensors = _mapping(_mapping(said).get("safetensors"))
    return Description(
        commit, dict(_files(siblings)), elements(tensors.get("parameters")), number(tensors.get("total"))
    )


def elements(said: Any) -> dict[str, int]:
    """Elements by tensor type, as far as they are that."""
    pairs = ((name, number(value)) for name, value in _mapping(said).items())
    return {name: value for name, value in pairs if value is not None and _is_type(name)}


def number(said: Any) -> int | None:
    """A count, or None for what is none."""
    is_count = isinstance(said, int) and not isinstance(said, bool) and 0 <= said <= MAX_NUMBER
    return said if is_count else None


def _files(siblings: list[Any]) -> Iterator[tuple[str, int]]:
    for each in map(_mapping, siblings):
        name, size = each.get("rfilename"), number(each.get("size"))
        if isinstance(name, str):
            yield name, size or 0


def _is_type(name: Any) -> bool:
    return isinstance(name, str) and bool(_TYPE.fullmatch(name))


def _mapping(said: Any) -> Mapping[Any, Any]:
    return said if isinstance(said, Mapping) else {}
