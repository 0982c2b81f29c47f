"""Edited text of a card goes into the manifest: each edit into the values that the text around it came from.

An edit of what a template prints, or of what the manifest has no value for, is left.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from typing import Final

from cardgen.errors import CardgenError
from cardgen.model import RepoKey
from cardgen.pulling import merge, regions
from cardgen.pulling.edits import is_plain
from cardgen.pulling.regions import Region
from cardgen.pulling.source import Source
from cardgen.pulling.splice import Path
from cardgen.pulling.trace import Value, trace

MAX_REFUSED: Final = 100
"""Edits of one card that are tried in vain, each with some printings of it; the rest is left without being tried."""

_TOKEN = re.compile(r"\w+|\s|[^\w\s]")
_CODE = re.compile(r"\{[{%#]")
_ESCAPED = re.compile(r"\\([^\w\s]|_)")


def take(source: Source, repo: RepoKey, target: str) -> tuple[Source, tuple[Path, ...]]:
    """The manifest with the edits that make `target` of a card's text, as far as it can state them; where they went.

    An edit is taken if the card then says it, and nothing else changes on that card.
    """
    taken: list[Path] = []
    refused: set[tuple[str, str]] = set()
    while step := _step(source, repo, target, refused):
        source, paths = step
        taken += paths
    return source, tuple(dict.fromkeys(taken))


def _step(
    source: Source, repo: RepoKey, target: str, refused: set[tuple[str, str]]
) -> tuple[Source, tuple[Path, ...]] | None:
    """The manifest with one edit more, and where it went; what is tried in vain is noted, so that it ends."""
    traced = trace(source, repo)
    for region in regions.find(traced, target):
        if len(refused) == MAX_REFUSED:
            break
        if (region.text, region.new) in refused:
            continue
        if step := _take(source, repo, traced.text, target, region):
            return step
        refused.add((region.text, region.new))
    return None


def _take(
    source: Source, repo: RepoKey, text: str, target: str, region: Region
) -> tuple[Source, tuple[Path, ...]] | None:
    """The manifest with this edit, if it makes the card say it and changes nothing else of it."""
    ways = (_new_values(region, plain) for plain in (str, html.unescape, _unescaped))
    for values in dict.fromkeys(tuple(each.items()) for each in ways):
        changed: Source | None = source
        for value, new in values:
            changed = changed.with_text(value.path, new) if changed else None
        if values and changed and _same_repos(source, changed) and _is_step(text, _body(changed, repo), target):
            return changed, tuple(value.path for value, _ in values)
    return None


def _body(source: Source, repo: RepoKey) -> str:
    """The text of a card; nothing where it cannot be printed."""
    try:
        return source.body(repo)
    except CardgenError:
        return ""


def _is_step(text: str, now: str, target: str) -> bool:
    """Whether `now` has some of the changes that make `target` of `text`, and no others."""
    merged = merge.merge(regions.lines(text), regions.lines(now), regions.lines(target))
    return now != text and not merged.conflicts and "".join(merged.items) == target


def _same_repos(one: Source, other: Source) -> bool:
    before, after = ({repo.key: repo.card_data for repo in each.collection.repos} for each in (one, other))
    return before == after


def _new_values(region: Region, plain: Callable[[str], str]) -> Mapping[Value, str]:
    """The values that turn a region into what the Hub has; none if what stands between them was edited too.

    `plain` undoes what a template did to the characters of a text.
    """
    found: dict[Value, str] = {}
    for hole, new in zip(region.holes, region.fill(), strict=False):
        old = region.old(hole)
        value = _reworded(hole.value.text, plain(old), plain(new)) if new != old else None
        if value is not None and (not _is_safe(hole.value, value) or found.setdefault(hole.value, value) != value):
            return {}
    return found


def _is_safe(value: Value, new: str) -> bool:
    """Whether a text from the Hub may go into a value: sections are templates, and stay what they were."""
    codes = (len(_CODE.findall(text)) for text in (value.text, new))
    return is_plain(new) and (value.path[0] != "sections" or next(codes) >= next(codes))


def _reworded(value: str, old: str, new: str) -> str | None:
    """The value that prints `new`, if what it prints now is `old`: the same edits in its own words."""
    core = value.strip()
    start = value.index(core)
    merged = merge.merge(_tokens(old), _tokens(core), _tokens(new))
    return None if merged.conflicts else value[:start] + "".join(merged.items).strip() + value[start + len(core) :]


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(text))
