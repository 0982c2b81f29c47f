"""markdown-it, made to tell what tells links from the rest of a Markdown text: blocks, and stretches of inline text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, autolink, backtick, html_inline, image, link
from markdown_it.token import Token

Kind = Literal["link", "image", "code", "html"]
_Rule = Callable[[StateInline, bool], bool]
_KINDS: dict[str, Kind] = {"image": "image", "backticks": "code", "html_inline": "html"}


@dataclass(frozen=True, slots=True)
class Span:
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


def spans(content: str, labels: frozenset[str]) -> list[Span]:
    """The stretches of an inline text that are no plain text, with references to these labels."""
    found: list[Span] = []
    references = {label: {"href": "", "title": ""} for label in labels}
    reader().inline.parse(content, reader(), {"references": references, "spans": found}, [])
    return sorted(found, key=lambda span: span.start)


@cache
def reader() -> MarkdownIt:
    """The parser: blocks apart from inline text, and of that only what tells links from the rest."""
    reader = _Reader("commonmark", {"store_labels": True}).enable("table")
    reader.core.ruler.enableOnly(["normalize", "block"])
    rules: dict[str, _Rule] = {
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


def _noting(name: str, rule: _Rule) -> _Rule:
    """The rule, made to note the stretch that it read as something."""
    kind = _KINDS.get(name, "link")

    def noting(state: StateInline, silent: bool) -> bool:
        start, tokens, spans = state.pos, len(state.tokens), state.env["spans"]
        noted = len(spans)
        found = rule(state, silent)
        if found and not silent:
            if kind == "image":
                del spans[noted:]  # what stands in an image's text is no link
            spans.append(Span(kind, start, state.pos, _url(state.tokens[tokens:])))
        return found

    return noting


def _url(tokens: list[Token]) -> str | None:
    """The URL of the link or image that these tokens begin with; None where a definition has it."""
    for token in tokens:
        if token.type in ("link_open", "image"):
            url = token.attrs.get("href", token.attrs.get("src"))
            return None if "label" in token.meta else str(url)
    return None
