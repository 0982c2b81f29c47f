"""Links in the body of a card: Markdown as CommonMark has it, with tables, through markdown-it.

The text is cut into sections; of each the blocks are parsed first, and then each block that holds text is read by
itself. What that finds depends on the section's text alone, so it is remembered, and what the cards of a family share
is read once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.helpers import parseLinkDestination

from cardgen.links import bibtex, html, reader, sections
from cardgen.links.patterns import bare_urls
from cardgen.links.reader import Span

MAX_CHARACTERS = 1_000_000
"""A longer body is no card. Its links are found by pattern, so that a hostile one costs seconds, not minutes."""

_MAX_HEADING = 1_000
_REMEMBERED = 250
_REMEMBERED_CHARACTERS = 20_000

_MAY_LINK = re.compile(r"\]\(|<|://|www\.|@")
_MAY_HOLD = re.compile(r"\][(:]|<|://|www\.|@")


Place = tuple[int, str, str, bool]
"""A link in a block of text: its offset, URL and raw text, and whether it is an image."""


class Spot(NamedTuple):
    """A link in a text: the URL, its line (counted from 0), how it is written there, whether it is an image."""

    url: str
    line: int
    raw: str
    embedded: bool = False


def links(body: str) -> list[Spot]:
    """The links of a Markdown text. Lines end in LF, and it has no lone surrogates."""
    if len(body) > MAX_CHARACTERS:
        return list(_bare(body))
    return links_of_pieces(list(sections.cut(body)))


def links_of_pieces(pieces: Sequence[str]) -> list[Spot]:
    """The links of a Markdown text that is cut into pieces which mean the same alone."""
    labels = frozenset(label for piece in pieces if "]:" in piece for label in _read(piece).labels)
    spots: list[Spot] = []
    line = 0
    for piece in pieces:
        if _MAY_HOLD.search(piece):
            spots += [Spot(spot.url, spot.line + line, spot.raw, spot.embedded) for spot in _found(piece, labels)]
        line += piece.count("\n")
    return spots


def _found(piece: str, labels: frozenset[str]) -> tuple[Spot, ...]:
    """The links of a section; those of a short one are remembered."""
    return (_spots_remembered if len(piece) <= _REMEMBERED_CHARACTERS else _spots)(piece, labels)


def _spots(piece: str, labels: frozenset[str]) -> tuple[Spot, ...]:
    read = _read(piece)
    spots = list(read.definitions)
    for line, kind, content in read.blocks:
        found = _block(kind, content, labels)
        spots += [Spot(spot.url, spot.line + line, spot.raw, spot.embedded) for spot in found]
    return tuple(spots)


_spots_remembered = lru_cache(maxsize=_REMEMBERED)(_spots)


@dataclass(frozen=True, slots=True)
class _Section:
    """A section, parsed: the labels of its definitions, these, and its blocks that may hold links, with the line that
    each begins on, its kind and its text."""

    labels: frozenset[str]
    definitions: tuple[Spot, ...]
    blocks: tuple[tuple[int, str, str], ...]


@lru_cache(maxsize=64)
def _read(piece: str) -> _Section:
    env: dict[str, Any] = {}
    tokens = reader.reader().parse(piece, env)
    blocks = (
        (token.map[0] + (token.type == "fence"), token.type, token.content)
        for token in tokens
        if token.map and token.content and _MAY_LINK.search(token.content)
    )
    return _Section(frozenset(env.get("references", ())), tuple(_definitions(piece, env)), tuple(blocks))


def headings(body: str) -> Iterator[str]:
    """The headings of a Markdown text, without their markup."""
    tokens = reader.reader().parse(body[:MAX_CHARACTERS], {})
    for opening, content in pairwise(tokens):
        if opening.type == "heading_open":
            [inline] = _whole_reader().parseInline(content.content[:_MAX_HEADING])
            yield "".join(each.content for each in inline.children or () if each.type in ("text", "code_inline"))


@cache
def _whole_reader() -> MarkdownIt:
    return MarkdownIt("commonmark")


def _bare(text: str) -> Iterator[Spot]:
    return _in_lines(text, ((offset, _with_scheme(url), url, False) for offset, url in bare_urls(text)))


def _in_lines(text: str, places: Iterable[Place]) -> Iterator[Spot]:
    """Places, in the order of their offsets, with their lines; the text is gone through once."""
    line = position = 0
    for offset, url, raw, embedded in places:
        line += text.count("\n", position, offset)
        position = offset
        yield Spot(url, line, raw, embedded)


def _with_scheme(url: str) -> str:
    return url if url[:4].lower() == "http" else f"http://{url}"


def _definitions(body: str, env: dict[str, Any]) -> Iterator[Spot]:
    """Reference definitions, used or not; a use is no link of its own, since there is nothing to mend."""
    found = [*env.get("references", {}).values(), *env.get("duplicate_refs", [])]
    lines = body.split("\n") if found else []
    for definition in found:
        first, end = definition["map"]
        url = definition["href"]
        line = next((number for number in range(first, end) if url in lines[number]), first)
        yield Spot(url, line, url)


def _block(kind: str, content: str, labels: frozenset[str]) -> Sequence[Spot]:
    if kind == "inline":
        read = _inline_remembered if len(content) <= _REMEMBERED_CHARACTERS else _inline
        return read(content, labels)
    if kind == "html_block":
        return list(_in_lines(content, _attributes(content)))
    if kind == "fence" and bibtex.is_bibtex(content):
        return [Spot(*found) for found in bibtex.urls(content)]
    return ()


def _inline(content: str, labels: frozenset[str]) -> tuple[Spot, ...]:
    spans = reader.spans(content, labels)
    places = [*_marked(content, spans), *_tags(content, spans), *_texts(content, spans)]
    return tuple(_in_lines(content, sorted(places)))


_inline_remembered = lru_cache(maxsize=_REMEMBERED)(_inline)


def _marked(content: str, spans: list[Span]) -> Iterator[Place]:
    """Links, images and autolinks of Markdown."""
    for span in spans:
        if span.url is not None:
            at, raw = _destination(content, span, span.url)
            yield at, span.url, raw, span.kind == "image"


def _destination(content: str, span: Span, url: str) -> tuple[int, str]:
    """Where and how the URL of a link is written; with escapes or entities it is not there as it is."""
    end = span.end
    while (opening := content.rfind("](", span.start, end)) >= 0:
        start = opening + 2
        if content.startswith(url, start):
            return start, url
        start += len(content[start : span.end]) - len(content[start : span.end].lstrip())
        destination = parseLinkDestination(content, start, span.end)
        if destination.ok and destination.str == url:
            start += content.startswith("<", start)
            return start, content[start : destination.pos].removesuffix(">" if content[start - 1] == "<" else "")
        end = opening  # a URL may hold `](` itself
    at = content.find(url, span.start, span.end)
    return (at, url) if at >= 0 else (span.start, content[span.start : span.end].strip(" <>"))


def _tags(content: str, spans: list[Span]) -> Iterator[Place]:
    """Attributes of inline HTML: the text between the tags is blanked, so that every place stays."""
    if not any(span.kind == "html" for span in spans):
        return
    pieces = []
    position = 0
    for span in spans:
        if span.kind == "html":
            pieces += [" " * (span.start - position), content[span.start : span.end]]
            position = span.end
    yield from _attributes("".join(pieces))


def _attributes(text: str) -> Iterator[Place]:
    for found in html.attributes(text):
        yield found.offset, found.url, found.raw, found.embedded


def _texts(content: str, spans: list[Span]) -> Iterator[Place]:
    """Bare URLs outside of everything else, and not between `<a>` and `</a>`."""
    position = 0
    in_link = False
    for span in [*spans, Span("code", len(content), len(content), None)]:
        if span.start >= position and not in_link:
            for at, url in bare_urls(content, position, span.start):
                yield at, _with_scheme(url), url, False
        position = max(position, span.end)
        if span.kind == "html":
            in_link = _in_link(content[span.start : span.end].lower(), in_link)


def _in_link(tag: str, before: bool) -> bool:
    if tag.startswith("</a"):
        return False
    return before or tag.startswith(("<a ", "<a\n", "<a>", "<a\t"))
