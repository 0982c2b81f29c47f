"""Links in the attributes of HTML tags, each with its place.

The parser (lexbor, through selectolax) tells no positions, and its time grows with the square of the depth of
open elements. So the tags are told apart here, by the rules of an HTML tokenizer and in one pass that no
input makes slow; what their attributes say is read by the parser, on a flat page of these tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from selectolax.lexbor import LexborHTMLParser

_ATTRIBUTE = r"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+)?)?"""
# A token that is not closed runs to the end of the text, as in a browser, so that nothing is read twice.
_TOKEN = re.compile(
    rf"""<!--(?:-?>|.*?(?:--!?>|\Z))
    | <[!?/][^>]*+(?:>|\Z)
    | <(?P<name>[a-zA-Z][^\s/>]*+)(?P<attributes>(?:[\s/]++|{_ATTRIBUTE})*+)(?P<closed>>|\Z)""",
    re.DOTALL | re.VERBOSE,
)
_WRITTEN = re.compile(_ATTRIBUTE)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,500})", re.IGNORECASE)
_REFRESH = re.compile(r"\s*[0-5](?:\.\d+)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'\s]+)[\"']?\s*", re.IGNORECASE)
_TEXT_ONLY = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
_LINKS = frozenset({"href", "src", "poster", "cite", "background", "longdesc", "xlink:href"})
_REFERRING = frozenset({"a", "area", "link", "base", "blockquote", "q", "del", "ins"})
_CANDIDATE_END = re.compile(r",\s+|\s+[^,]*(?:,\s*|$)")


@dataclass(frozen=True, slots=True)
class Attribute:
    """A link of a tag: what the attribute says, and where and how it is written.

    `embedded` is true when the page shows what the link leads to, such as an image.
    """

    url: str
    offset: int
    raw: str
    embedded: bool


def attributes(text: str) -> Iterator[Attribute]:
    """The links in the tags of `text`, in its order; none in comments, scripts and closing tags."""
    tags = list(_start_tags(text))
    page = "".join(f"<i {tag['attributes']}></i>" for tag in tags)
    for tag, node in zip(tags, LexborHTMLParser(page).css("i"), strict=True):
        values = node.attributes
        embedded = tag["name"].lower() not in _REFERRING
        for name, offset, raw in _written(tag):
            for url in _urls(tag["name"].lower(), name, values.get(name) or ""):
                yield Attribute(url.strip(), offset, raw, embedded)


def names(text: str) -> Iterator[str]:
    """The places of a page that a fragment can lead to: every `id`, and the `name` of an `<a>`."""
    for tag in _start_tags(text):
        for name, _, raw in _written(tag):
            if raw and (name == "id" or (name == "name" and tag["name"].lower() == "a")):
                yield unescape(raw)


def refresh(text: str) -> str | None:
    """Where a page sends its reader at once, by `<meta http-equiv="refresh">`; None if it does not."""
    for tag in _start_tags(text):
        if tag["name"].lower() == "meta":
            values = {name: unescape(raw) for name, _, raw in _written(tag)}
            if values.get("http-equiv", "").lower() == "refresh" and (
                to := _REFRESH.fullmatch(values.get("content", ""))
            ):
                return to[1]
    return None


def title(text: str) -> str:
    """The text of a page's `<title>`, in one line; an empty string if it has none."""
    found = _TITLE.search(text, 0, 100_000)
    return " ".join(unescape(found[1]).split()) if found else ""


def _start_tags(text: str) -> Iterator[re.Match[str]]:
    position = 0
    while token := _TOKEN.search(text, position):
        position = token.end()
        if token["name"] is None:
            continue
        if token["closed"] and "=" in token["attributes"]:
            yield token
        if token["name"].lower() in _TEXT_ONLY:
            position = _end_of_text(text, token["name"], position)


def _end_of_text(text: str, name: str, start: int) -> int:
    closing = re.compile(rf"</{name}(?![^\s/>])", re.IGNORECASE).search(text, start)
    return closing.start() if closing else len(text)


def _written(tag: re.Match[str]) -> Iterator[tuple[str, int, str]]:
    """Each attribute that has a value: its name, and where and how the value is written; the first of a name counts."""
    seen = set()
    for match in _WRITTEN.finditer(tag["attributes"]):
        name, equals, value = match.group().partition("=")
        name = name.rstrip().lower()
        if equals and name not in seen:
            raw = value.strip().strip("\"'")
            offset = tag.start("attributes") + match.end() - len(value) + value.find(raw)
            yield name, offset, raw
        seen.add(name)


def _urls(tag: str, name: str, value: str) -> list[str]:
    if name in ("srcset", "imagesrcset"):
        return [url for part in _CANDIDATE_END.split(value.strip()) if (url := part.strip(" ,"))]
    if name in _LINKS or (name == "data" and tag == "object"):
        return [value]
    return []
