"""A card's body as HTML, near to how the Hub shows it, and safe whoever wrote it.

What is kept follows saved pages of the Hub: `style`, `class`, `align`, spans; comments, scripts, handlers and
other schemes than the web's go. The Hub's own renderer is private, so this is an approximation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

MAX_BODY = 2 * 1024 * 1024
HUB = "https://huggingface.co/"

_TAGS = frozenset(
    """
    a abbr audio b blockquote br caption center cite code col colgroup dd del details div dl dt em
    figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p picture pre q rp rt ruby s
    samp small source span strike strong sub summary sup table tbody td tfoot th thead tr tt u ul var
    video
    """.split()  # noqa: SIM905 (quoted one by one they fill a page)
)
_ATTRIBUTES = {
    "*": {"align", "aria-hidden", "aria-label", "class", "dir", "id", "lang", "style", "title"},
    "a": {"href", "name", "target"},
    "audio": {"controls", "src"},
    "blockquote": {"cite"},
    "col": {"span", "width"},
    "colgroup": {"span"},
    "details": {"open"},
    "font": {"color", "size"},
    "img": {"alt", "height", "src", "width"},
    "li": {"value"},
    "ol": {"start", "type"},
    "source": {"media", "src", "srcset", "type"},
    "table": {"border", "cellpadding", "cellspacing", "width"},
    "td": {"bgcolor", "colspan", "height", "rowspan", "valign", "width"},
    "th": {"bgcolor", "colspan", "height", "rowspan", "scope", "valign", "width"},
    "tr": {"bgcolor", "valign"},
    "video": {"controls", "height", "poster", "src", "width"},
}
_STYLES = frozenset(
    """
    background background-color border border-bottom border-collapse border-color border-left
    border-radius border-right border-spacing border-style border-top border-width box-shadow clear
    color column-gap columns display flex flex-direction flex-wrap float font-family font-size
    font-style font-weight gap height justify-content letter-spacing line-height list-style-type margin
    margin-bottom margin-left margin-right margin-top max-height max-width min-height min-width opacity
    overflow overflow-x overflow-y padding padding-bottom padding-left padding-right padding-top
    text-align text-decoration text-indent text-transform vertical-align white-space width word-break
    """.split()  # noqa: SIM905 (quoted one by one they fill a page)
)
"""No `position`: a card must not cover the page around it."""

Local = Callable[[str], str | None]
"""The page here of a path on the Hub, if the repo is kept here."""


def to_html(body: str, files: str, local: Local) -> str:
    """The body of a card as a fragment of HTML without anything that acts.

    Relative addresses are files of the repo, under `files`; links to a repo on the Hub that is kept here
    (`local` says where) lead to its page here.
    """
    cleaner = nh3.Cleaner(
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=lambda tag, name, value: _attribute(tag, name, value, local),
        url_schemes={"http", "https", "mailto"},
        url_relative=lambda address: _relative(address, files),
        filter_style_properties=_STYLES,
        link_rel="nofollow noopener noreferrer",
    )
    return cleaner.clean(_MARKDOWN.render(body))


def _attribute(tag: str, name: str, value: str, local: Local) -> str:
    if (tag, name) in {("a", "href"), ("img", "src")} and value.startswith(HUB):
        parts = urlsplit(value)
        if found := local(parts.path):
            return found + (f"#{parts.fragment}" if parts.fragment else "")
    return value


def _relative(address: str, files: str) -> str:
    return address if address.startswith(("#", "/")) else files + address.removeprefix("./")


def _table_open(*_: Any) -> str:
    return '<div class="overflow-auto"><table>\n'


def _table_close(*_: Any) -> str:
    return "</table></div>\n"


def _name_headings(state: StateCore) -> None:
    """Give headings the ids that links within a card use."""
    used: dict[str, int] = {}
    for opening, content in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type == "heading_open":
            slug = _slug(_words(content.children or []))
            count = used[slug] = used.get(slug, -1) + 1
            opening.attrSet("id", f"{slug}-{count}" if count else slug)


def _words(tokens: Sequence[Token]) -> str:
    return "".join(token.content for token in tokens if token.type in {"text", "code_inline"})


def _slug(text: str) -> str:
    """`Mistral 7B v0.1 - GGUF` becomes `mistral-7b-v01---gguf`, as seen on the Hub."""
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")


def _renderer() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    markdown.core.ruler.push("name_headings", _name_headings)
    markdown.add_render_rule("table_open", _table_open)
    markdown.add_render_rule("table_close", _table_close)
    return markdown


_MARKDOWN = _renderer()
