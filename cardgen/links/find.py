"""Every link of a card, with the line that it stands on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import yaml

from cardgen import front_matter
from cardgen.links import markdown
from cardgen.links.patterns import bare_urls
from cardgen.yaml_nodes import LOADER, MAX_DEPTH

MAX_FRONT_MATTER = 1_000_000
"""Longer front matter is not read as YAML; its links are found by pattern."""

_WHOLE_URL = re.compile(r"https?://\S+", re.IGNORECASE)


class Found(NamedTuple):
    """A link as a card states it: `line` counts from 1 in the whole file, `raw` is how the URL is written.

    The URL may be relative, empty or nonsense: what it is worth is for `check` to say. `embedded` is true where
    the page shows what the link leads to, such as an image.
    """

    url: str
    line: int
    raw: str
    embedded: bool = False


def find(text: str) -> tuple[Found, ...]:
    """The links of a card, in the order of its lines.

    These are: links, images and autolinks of Markdown; bare URLs, as the Hub links them; reference definitions,
    used or not; HTML attributes that hold a URL; URLs in the values of the front matter; and in fenced BibTeX
    entries URLs, `doi` and `eprint`. Not links: URLs in other code, in comments, and ids such as `base_model`.
    Any text will do: what cannot be parsed is searched by pattern.
    """
    front, body = front_matter.split(front_matter.readable(text))
    if front is None:
        return tuple(_numbered(markdown.links(body), 1))
    first = front.opening.count("\n") + 1
    after = first + (front.lines + front.closing).count("\n")
    return (*_numbered(_in_yaml(front.lines), first), *_numbered(markdown.links(body), after))


def _numbered(spots: list[markdown.Spot], first: int) -> Iterator[Found]:
    for spot in sorted(spots, key=lambda spot: spot.line):
        yield Found(spot.url, spot.line + first, spot.raw, spot.embedded)


@lru_cache(maxsize=500)
def _in_yaml(text: str) -> list[markdown.Spot]:
    """URLs in the scalars of a YAML text, at any depth; aliases are not followed, comments are no values."""
    lines = text.split("\n")
    try:
        return [spot for scalar in _scalars(text) for spot in _in_scalar(scalar, lines)]
    except (yaml.YAMLError, UnicodeError):
        return _by_pattern(lines)


def _scalars(text: str) -> list[yaml.ScalarEvent]:
    if len(text) > MAX_FRONT_MATTER:
        raise yaml.YAMLError("too long")
    scalars = []
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:  # the scanner's time grows with the square of the depth
            raise yaml.YAMLError("nested too deep")
        if isinstance(event, yaml.ScalarEvent):
            scalars.append(event)
    return scalars


def _in_scalar(scalar: Any, lines: list[str]) -> Iterator[markdown.Spot]:
    first, last = scalar.start_mark.line, min(scalar.end_mark.line, len(lines) - 1)
    whole = _WHOLE_URL.fullmatch(scalar.value)
    for url in [whole.group()] if whole else [url for _, url in bare_urls(scalar.value)]:
        line = next((number for number in range(first, last + 1) if url in lines[number]), first)
        yield markdown.Spot(url, line, url)


def _by_pattern(lines: list[str]) -> list[markdown.Spot]:
    return [
        markdown.Spot(url, number, url)
        for number, line in enumerate(lines)
        if not line.lstrip().startswith("#")
        for _, url in bare_urls(line)
    ]
