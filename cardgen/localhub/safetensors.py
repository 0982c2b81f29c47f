"""The headers of safetensors files: eight bytes of length, then JSON with the type and shape of every tensor."""

from __future__ import annotations

import json
import struct
from collections import Counter
from collections.abc import Iterable
from math import prod
from typing import Any

MAX_HEADER = 25 * 1000 * 1000
"""The format's own limit."""


def describe(contents: Iterable[bytes]) -> dict[str, Any] | None:
    """What the Hub's API says of a model's tensors: elements by type, and in all; None if a header cannot be read."""
    elements: Counter[str] = Counter()
    try:
        for content in contents:
            for tensor in _tensors(content):
                elements[str(tensor["dtype"])] += prod(int(each) for each in tensor["shape"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, struct.error):
        return None
    return {"parameters": dict(elements), "total": elements.total()} if elements else None


def _tensors(content: bytes) -> list[dict[str, Any]]:
    (length,) = struct.unpack("<Q", content[:8])
    if length > min(len(content) - 8, MAX_HEADER):
        raise ValueError("the header is longer than the file")
    header = json.loads(content[8 : 8 + length])
    return [tensor for name, tensor in header.items() if name != "__metadata__"]
