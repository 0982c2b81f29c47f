"""What the Hub says about the front matter of a card, as observed from outside (facts below).

Observed on the live Hub by the authors of strukto-ai/mirage: no front matter is a warning, a block that is no
mapping an error, unknown keys are fine. From issues of huggingface_hub: licenses are a closed list (#4218),
languages are lower case (#3862), keys hold neither `.` nor `$` (#1114).
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from cardgen import yaml_nodes
from cardgen.localhub.licenses import LICENSES
from cardgen.yaml_nodes import YamlError

_BLOCK = re.compile(r"\A(\s*---(?:\r\n|\r|\n))([\S\s]*?)((?:\r\n|\r|\n)---[ \t]*(\r\n|\n|\Z))")
_MAX_NODES = 100_000
_MAX_BITS = 1024
_NOTHING = "empty or missing yaml metadata in repo card"
_INVALID = "The YAML metadata of your README.md is invalid."


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a card's front matter, and its data if nothing is."""

    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    data: dict[str, Any] | None = None


def split(card: str) -> tuple[str, str]:
    """The YAML text of a card's front matter (empty if there is none), and the body under it."""
    found = _BLOCK.match(card)
    return (found[2], card[found.end() :]) if found else ("", card)


def check(card: str) -> Verdict:
    """Judge a card as the Hub does before it takes a commit."""
    found = _BLOCK.match(card)
    if not found:
        return Verdict(warnings=(_NOTHING,))
    try:
        loaded = _load(found[2])
    except (YamlError, yaml.YAMLError, ValueError) as error:
        return Verdict(errors=(f"Invalid YAML in README.md: {error}",))
    if isinstance(loaded, list):
        return Verdict(errors=('"value" must be of type object',))
    if not isinstance(loaded, dict):
        return Verdict(errors=(_INVALID,))
    errors = tuple(_mistakes(loaded))
    return Verdict(errors=errors, data=None if errors else loaded)


def _mistakes(data: dict[str, Any]) -> Iterator[str]:
    yield from (f'"{key}" must not contain "." or "$"' for key in data if "." in key or "$" in key)
    if not all(_is_license(each) for each in _listed(data.get("license"))):
        yield f'"license" must be one of [{", ".join(LICENSES)}, array]'
    for number, language in enumerate(_listed(data.get("language"))):
        if not isinstance(language, str):
            yield f'"language[{number}]" must be a string'
        elif language != language.lower():
            yield f'"language[{number}]" must only contain lowercase characters'
    yield from (f'"{key}" must be an array' for key in ("widget",) if not isinstance(data.get(key, []), list))


def _is_license(value: object) -> bool:
    return isinstance(value, str) and value in LICENSES


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _load(text: str) -> Any:
    node = yaml_nodes.compose(text)
    if node is None:
        return None
    if _unfolded_size(node, {}) > _MAX_NODES:
        raise ValueError("its aliases unfold to too many values")
    return _plain(SafeConstructor().construct_document(node))


def _unfolded_size(node: yaml.Node, known: dict[int, int]) -> int:
    """How many values a node stands for once its aliases are followed; aliases of aliases grow without end."""
    if id(node) not in known:
        known[id(node)] = _MAX_NODES  # met again inside itself: it has no end
        children = node.value if isinstance(node, yaml.CollectionNode) else []
        flat = chain.from_iterable(children) if isinstance(node, yaml.MappingNode) else children
        known[id(node)] = 1 + sum(_unfolded_size(child, known) for child in flat)
    return known[id(node)]


def _plain(value: Any) -> Any:
    """The same as JSON can hold it: text keys, dates as text."""
    match value:
        case dict():
            return {str(key): _plain(each) for key, each in value.items()}
        case list() | tuple() | set():
            return [_plain(each) for each in value]
        case datetime.date():
            return value.isoformat()
        case float() if not math.isfinite(value):
            return None
        case int() if value.bit_length() > _MAX_BITS:
            raise ValueError("a number is too large")
        case bytes():
            raise ValueError("binary values cannot be kept")
    return value
