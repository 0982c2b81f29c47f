"""Where each link of a family stands: in which cards, on which lines, and where in the sources it comes from."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from cardgen.links.find import find
from cardgen.links.patterns import fits
from cardgen.links.urls import resolve
from cardgen.model import HUB_URL, Card, SourceText

_HUB_PAGE = re.compile(rf"{re.escape(HUB_URL)}/(?:datasets/|spaces/|collections/|papers/)?(?P<id>[^?#]+)")
_PLACEHOLDER = re.compile(r"\{++[^{}\n]*+\}++")
_URL = re.compile(rf"https?://(?:[^\s{{}}\"'<>]|{_PLACEHOLDER.pattern})++")
_INSIDE_BEFORE = frozenset("/-_.~%@&#+?=")
_INSIDE_AFTER = frozenset("/-_~%@&#+=")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a link stands: the card's path, its line there (from 1), and its place in a source, if it is known."""

    card: str
    line: int
    source: str = ""


def gather(cards: Iterable[Card], sources: Sequence[SourceText]) -> dict[str, tuple[Place, ...]]:
    """Every link of the cards, as the Hub resolves it, with all of its places.

    `sources` are the texts that cards are made of, in the order in which to look for a link: the manifest, then
    the templates. The repos of the family come from where the manifest states them.
    """
    cards = list(cards)
    origins = {card.repo.url: str(card.repo.origin) for card in cards}
    patterns = _url_patterns(sources)
    places: dict[str, list[Place]] = {}

    @cache
    def source_of(raw: str, url: str) -> str:
        written = (source for text in _forms(raw, url) if (source := trace(text, sources)))
        return next(written, "") or next((place for parts, place in patterns if fits(url, parts)), "")

    for card in cards:
        path = card.repo.path
        for found in find(card.text):
            url = resolve(found.url, card.repo, embedded=found.embedded)
            source = origins.get(url) or source_of(found.raw, found.url)
            places.setdefault(url, []).append(Place(path, found.line, source))
    return {url: tuple(sorted(dict.fromkeys(each))) for url, each in places.items()}


def _forms(raw: str, url: str) -> Iterator[str]:
    """How a source may write what a card writes as `raw`: the same, unescaped, or as an id of the Hub."""
    yield from dict.fromkeys((raw, html.unescape(raw), url))
    if page := _HUB_PAGE.fullmatch(url):
        yield page["id"]


def trace(raw: str, sources: Sequence[SourceText]) -> str:
    """Where `raw` first stands as a whole in the sources, as `name:line:column`; empty if it stands in none."""
    for source in sources:
        at = _position(raw, source.text)
        if at >= 0:
            return _place_in(source, at)
    return ""


def _url_patterns(sources: Sequence[SourceText]) -> list[tuple[list[str], str]]:
    """URLs with placeholders, such as `https://a.org/{row}`: the parts around these, and the place of each."""
    found = []
    for source in sources:
        for written in _URL.finditer(source.text):
            parts = _PLACEHOLDER.split(written.group())
            if len(parts) > 1 and "/" in parts[0][len("https://") :]:
                found.append((parts, _place_in(source, written.start())))
    return found


def _place_in(source: SourceText, at: int) -> str:
    line_start = source.text.rfind("\n", 0, at) + 1
    return f"{source.name}:{source.text.count(chr(10), 0, at) + 1}:{at - line_start + 1}"


def _position(raw: str, text: str) -> int:
    """The first place where `raw` is not merely a part of something longer; -1 if there is none."""
    at = text.find(raw) if raw else -1
    while at >= 0 and not is_whole(text, at, at + len(raw)):
        at = text.find(raw, at + 1)
    return at


def is_whole(text: str, start: int, end: int) -> bool:
    """Whether an address, or an id, that stands there is not merely a part of something longer."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before.isalnum() or before in _INSIDE_BEFORE or after.isalnum() or after in _INSIDE_AFTER:
        return False
    # A full stop or question mark ends a sentence, unless the URL goes on after it.
    return after not in (".", "?", ":") or not text[end + 1 : end + 2].isalnum()
