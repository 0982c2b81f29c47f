"""Links in the body of a card: Markdown as CommonMark has it, with tables, through markdown-it.

The text is cut into sections; of each the blocks are parsed first, and then each block that holds text is read by
itself. What that finds depends on the section's text alone, so it is remembered, and what the cards of a family share
is read once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.helpers import parseLinkDestination
from markdown_it.rules_inline import StateInline, autolink, backtick, html_inline, image, link
from markdown_it.token import Token

from cardgen.links import bibtex, html, sections
from cardgen.links.patterns import bare_urls

MAX_CHARACTERS = 1_000_000
"""A longer body is no card. Its links are found by pattern, so that a hostile one costs seconds, not minutes."""

_MAX_HEADING = 1_000
_REMEMBERED = 2_000
_REMEMBERED_CHARACTERS = 20_000

_MAY_LINK = re.compile(r"\]\(|<|://|www\.|@")
_MAY_HOLD = re.compile(r"\][(:]|<|://|www\.|@")
Kind = Literal["link", "image", "code", "html"]
Rule = Callable[[StateInline, bool], bool]
_KINDS: dict[str, Kind] = {"image": "image", "backticks": "code", "html_inline": "html"}


Place = tuple[int, str, str, bool]
"""A link in a block of text: its offset, URL and raw text, and whether it is an image."""


class Spot(NamedTuple):
    """A link in a text: the URL, its line (counted from 0), how it is written there, whether it is an image."""

    url: str
    line: int
    raw: str
    embedded: bool = False


@dataclass(frozen=True, slots=True)
class _Span:
    """A stretch of inline text that is no plain text; `url` is None where it holds none of its own."""

    kind: Kind
    start: int
    end: int
    url: str | None


class _Reader(MarkdownIt):
    """markdown-it, with URLs left as they are written, and none refused: judging them comes later."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - markdown-it's name
        return url

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 - markdown-it's name and parameter
        return True


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
    tokens = _reader().parse(piece, env)
    blocks = (
        (token.map[0] + (token.type == "fence"), token.type, token.content)
        for token in tokens
        if token.map and token.content and _MAY_LINK.search(token.content)
    )
    return _Section(frozenset(env.get("references", ())), tuple(_definitions(piece, env)), tuple(blocks))


def headings(body: str) -> Iterator[str]:
    """The headings of a Markdown text, without their markup."""
    tokens = _reader().parse(body[:MAX_CHARACTERS], {})
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
    spans = _spans(content, labels)
    places = [*_marked(content, spans), *_tags(content, spans), *_texts(content, spans)]
    return tuple(_in_lines(content, sorted(places)))


_inline_remembered = lru_cache(maxsize=_REMEMBERED)(_inline)


def _spans(content: str, labels: frozenset[str]) -> list[_Span]:
    spans: list[_Span] = []
    references = {label: {"href": "", "title": ""} for label in labels}
    _reader().inline.parse(content, _reader(), {"references": references, "spans": spans}, [])
    return sorted(spans, key=lambda span: span.start)


def _marked(content: str, spans: list[_Span]) -> Iterator[Place]:
    """Links, images and autolinks of Markdown."""
    for span in spans:
        if span.url is not None:
            at, raw = _destination(content, span, span.url)
            yield at, span.url, raw, span.kind == "image"


def _destination(content: str, span: _Span, url: str) -> tuple[int, str]:
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


def _tags(content: str, spans: list[_Span]) -> Iterator[Place]:
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


def _texts(content: str, spans: list[_Span]) -> Iterator[Place]:
    """Bare URLs outside of everything else, and not between `<a>` and `</a>`."""
    position = 0
    in_link = False
    for span in [*spans, _Span("code", len(content), len(content), None)]:
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


@cache
def _reader() -> MarkdownIt:
    """The parser: blocks apart from inline text, and of that only what tells links from the rest."""
    reader = _Reader("commonmark", {"store_labels": True}).enable("table")
    reader.core.ruler.enableOnly(["normalize", "block"])
    rules: dict[str, Rule] = {
        "link": link,
        "image": image,
        "autolink": autolink,
        "backticks": backtick,
        "html_inline": html_inline,
    }
    reader.inline.ruler.enableOnly(["text", "escape", *rules])
    reader.inline.ruler2.enableOnly([])
    for name, rule in rules.items():
        reader.inline.ruler.at(name, _noting(name, rule))
    return reader


def _noting(name: str, rule: Rule) -> Rule:
    """The rule, made to note the stretch that it read as something."""
    kind = _KINDS.get(name, "link")

    def noting(state: StateInline, silent: bool) -> bool:
        start, tokens, spans = state.pos, len(state.tokens), state.env["spans"]
        noted = len(spans)
        found = rule(state, silent)
        if found and not silent:
            if kind == "image":
                del spans[noted:]  # what stands in an image's text is no link
            spans.append(_Span(kind, start, state.pos, _url(state.tokens[tokens:])))
        return found

    return noting


def _url(tokens: list[Token]) -> str | None:
    """The URL of the link or image that these tokens begin with; None where a definition has it."""
    for token in tokens:
        if token.type in ("link_open", "image"):
            url = token.attrs.get("href", token.attrs.get("src"))
            return None if "label" in token.meta else str(url)
    return None
