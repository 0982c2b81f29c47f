"""A piece of Markdown or HTML as a tree, and what it says: texts and links in their order.

Only small pieces are parsed, and only after they were measured: the parser's time grows with the square of the
depth of open elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser, LexborNode

from cardgen import yaml_nodes

MAX_CHARACTERS: Final = 1_000_000
MAX_DEPTH: Final = 60
MAX_INLINE: Final = 5_000
"""Characters of one piece of Markdown text: reading emphasis and brackets takes more than linear time."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
_CLOSED_BY_OTHERS = frozenset(
    {
        "area",
        "base",
        "br",
        "col",
        "colgroup",
        "dd",
        "dt",
        "hr",
        "img",
        "input",
        "li",
        "link",
        "meta",
        "option",
        "p",
        "source",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "track",
        "wbr",
    }
)
_NEVER = frozenset(
    {
        "script",
        "style",
        "template",
        "svg",
        "math",
        "select",
        "iframe",
        "object",
        "embed",
        "noscript",
        "textarea",
        "title",
        "xmp",
        "plaintext",
        "frameset",
        "form",
    }
)
ACTIVE: Final = re.compile(
    r"<\s*/?\s*(?:script|style|iframe|object|embed|form|meta|link|base)\b|<[a-z][^<>]*\son\w+\s*=|javascript:",
    re.IGNORECASE,
)
"""What makes a page do something: a manifest must not carry it on."""

_LINE_BREAK = re.compile(r"[ \t]*[\r\n]\s*")
_BLANKS = frozenset("\t\x0b\x0c\x85\u2028\u2029")
_UNENDED = re.compile(r"&nbsp(?!;)")


class TooHardError(Exception):
    """Why a piece is not read."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A text, or a link where `url` is set; `is_strong` when it is printed bold."""

    text: str
    url: str = ""
    is_strong: bool = False


class _Reader(MarkdownIt):
    """markdown-it with URLs as they are written."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - markdown-it's name
        return url


@cache
def blocks() -> MarkdownIt:
    """The parser of blocks alone: what stands in them is read when it is needed."""
    reader = _Reader("commonmark").enable("table")
    reader.core.ruler.enableOnly(["normalize", "block"])
    return reader


@cache
def _whole() -> MarkdownIt:
    return _Reader("commonmark").enable("table")


def render(markdown: str) -> str:
    """Markdown as HTML. Raises TooHardError."""
    for token in blocks().parse(markdown):
        if token.type == "inline" and len(token.content) > MAX_INLINE:
            raise TooHardError(f"it holds a text of more than {MAX_INLINE:,} characters")
    return str(_whole().render(_UNENDED.sub("&nbsp;", markdown)))


def parse(html: str) -> LexborNode:
    """The body of the page that `html` makes. Raises TooHardError."""
    if len(html) > MAX_CHARACTERS:
        raise TooHardError(f"it has more than {MAX_CHARACTERS:,} characters")
    depth = 0
    for closing, name in _TAG.findall(html):
        if name.lower() in _NEVER:
            raise TooHardError(f"it holds <{name.lower()}>")
        if name.lower() not in _CLOSED_BY_OTHERS:
            depth += -1 if closing else 1
        if depth > MAX_DEPTH:
            raise TooHardError(f"its tags are nested deeper than {MAX_DEPTH} levels")
    body = LexborHTMLParser(_UNENDED.sub("&nbsp;", html)).body
    if body is None:
        raise TooHardError("it is no HTML")
    return body


def pieces(node: LexborNode, is_strong: bool = False, url: str | None = None) -> Iterator[Piece]:
    """The texts and links in a node, in order; a line break is a blank, an image is what it stands for."""
    for child in node.iter(include_text=True):
        tag = child.tag
        if tag == "-text":
            yield Piece(child.text_content or "", url or "", is_strong)
        elif tag in {"br", "hr"}:
            yield Piece(" ", url or "", is_strong)
        elif tag == "img":
            yield Piece(child.attributes.get("alt") or "", url or "", is_strong)
        elif tag == "a":
            yield Piece(_text(child), child.attributes.get("href") or "", is_strong)
        else:
            yield from pieces(child, is_strong or tag in {"b", "strong", "th", "h1", "h2", "h3"}, url)


def _text(node: LexborNode) -> str:
    return line("".join(each.text for each in pieces(node)))


def line(text: str) -> str:
    """A text as one line, without spaces around it: a line end in HTML is a blank."""
    return flat(text).strip()


def flat(text: str) -> str:
    """A text as one line, with the spaces around it: a line end in HTML is a blank."""
    if text.isprintable():  # as nearly every text is
        return text
    return "".join(map(_printable, _LINE_BREAK.sub(" ", text)))


def _printable(character: str) -> str:
    if character in _BLANKS:
        return " "
    return character if yaml_nodes.is_printable(character) else ""


def plain(markdown: str) -> str:
    """What a line of Markdown says, without its markup. Raises TooHardError."""
    return line("".join(each.text for each in pieces(parse(render(markdown)))))
