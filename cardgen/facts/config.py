"""What a model's config.json says of it. Anybody wrote it: what is odd is not known, and nothing here raises."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

MAX_BYTES: Final = 1_000_000
"""A config.json has a few kB; one that is larger is not read."""

MAX_CONTEXT: Final = 10**9
"""Some tools write 1e30 for "no limit"."""

LENGTH_KEYS: Final = (
    "max_position_embeddings",
    "n_positions",
    "max_sequence_length",
    "max_seq_len",
    "seq_length",
    "n_ctx",
)
"""The context length under the names that families of models have for it, the commonest first."""

TEXT_PARTS: Final = ("text_config", "llm_config", "language_config")
"""Where a model of several modes keeps what concerns its text."""

_NAME = re.compile(r"[A-Za-z_][\w.-]{0,99}", re.ASCII)


def architecture(config: Mapping[str, Any]) -> str:
    """The first of its `architectures`; an empty string if it names none."""
    named = config.get("architectures")
    first = named[0] if isinstance(named, list) and named else None
    return first if isinstance(first, str) and _NAME.fullmatch(first) else ""


def context_length(config: Mapping[str, Any]) -> int | None:
    """Tokens that the model was made for, as its config says; stretching (`rope_scaling`) is not reckoned in."""
    parts = (config, *(part for name in TEXT_PARTS if isinstance(part := config.get(name), dict)))
    for part in parts:
        for key in LENGTH_KEYS:
            value = part.get(key)
            if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_CONTEXT:
                return value
    return None


def parse(data: bytes) -> Mapping[str, Any]:
    """The mapping in some bytes of JSON; an empty one if there is none."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
