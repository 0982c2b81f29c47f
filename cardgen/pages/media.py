"""Images, sounds and films of a card: those that are here stay, for the others stands what they are and where."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from selectolax.lexbor import LexborHTMLParser, LexborNode

Image = Callable[[str], str | None]
"""Where something that a card embeds can be loaded from here; None if it is elsewhere."""

MAX_SHOWN = 300
"""Characters of an address that are shown."""

_EMBEDDED = "img, video, audio"
_LOOKS_EMBEDDED = re.compile(r"<(?:img|video|audio|picture|image)", re.IGNORECASE)
_THEMES = {"#hf-dark-mode-only": "hidden dark:block", "#hf-light-mode-only": "dark:hidden"}


@dataclass(frozen=True, slots=True)
class Settled:
    """HTML, and the addresses of what it loads."""

    html: str
    addresses: frozenset[str] = frozenset()


def settle(html: str, image: Image) -> Settled:
    """The HTML with the address of each image as it can be loaded here, or with words in its place.

    Nothing that is elsewhere is loaded: no page of ours makes a request that leaves the machine.
    """
    if not _LOOKS_EMBEDDED.search(html):
        return Settled(html)
    tree = LexborHTMLParser(f"<!doctype html><body>{html}")
    loaded = frozenset(filter(None, [_settle(node, image) for node in tree.css(f"{_EMBEDDED}, source, track")]))
    return Settled((tree.body and tree.body.inner_html) or "", loaded)


def _settle(node: LexborNode, image: Image) -> str | None:
    """Puts one of them right; returns what it loads, if anything."""
    address = node.attributes.get("src") or ""
    found = image(address) if address else None
    if node.tag in {"source", "track"}:
        node.decompose()
        return None
    if found is None:
        node.replace_with(_words(node, address))
    else:
        node.attrs["src"] = found
    return found


def _words(node: LexborNode, address: str) -> LexborNode:
    """What is shown for something that is not loaded: what it is called, and its address."""
    name = node.attributes.get("alt") or node.attributes.get("title") or {"img": "image"}.get(node.tag or "", node.tag)
    theme = next((each for ending, each in _THEMES.items() if address.endswith(ending)), node.attributes.get("class"))
    shown = address if len(address) <= MAX_SHOWN else address[:MAX_SHOWN] + "…"
    classes = escape(f"not-loaded {theme or ''}".strip())
    text = f'<span class="{classes}">{escape(name or "")} <code>{escape(shown)}</code></span>'
    words = LexborHTMLParser(f"<!doctype html><body>{text}").css_first("span")
    if words is None:
        raise AssertionError(text)
    return words
