"""A card's body as HTML, near to how the Hub shows it, and safe whoever wrote it.

What is kept follows saved pages of the Hub: `style`, `align`, spans; comments, scripts, handlers and other schemes than
the web's go. The Hub's own renderer is private, so this is an approximation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from cardgen.pages import media, styles
from cardgen.pages.media import Image

MAX_BODY = 2 * 1024 * 1024
OWN_IDS = "page:"
"""What the ids of a page itself begin with. No card has one of these, so that none can take a page's place."""

_TAGS = frozenset(
    """
    a abbr audio b blockquote br caption center cite code col colgroup dd del details div dl dt em
    figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p picture pre q rp rt ruby s
    samp small span strike strong sub summary sup table tbody td tfoot th thead tr tt u ul var video
    """.split()  # noqa: SIM905 (quoted one by one they fill a page)
)
_ATTRIBUTES = {
    "*": {"align", "aria-hidden", "aria-label", "class", "dir", "id", "lang", "style", "title"},
    "a": {"href", "name"},
    "audio": {"controls", "src"},
    "blockquote": {"cite"},
    "col": {"span", "width"},
    "colgroup": {"span"},
    "details": {"open"},
    "font": {"color", "size"},
    "img": {"alt", "height", "src", "width"},
    "li": {"value"},
    "ol": {"start", "type"},
    "table": {"border", "cellpadding", "cellspacing", "width"},
    "td": {"bgcolor", "colspan", "height", "rowspan", "valign", "width"},
    "th": {"bgcolor", "colspan", "height", "rowspan", "scope", "valign", "width"},
    "tr": {"bgcolor", "valign"},
    "video": {"controls", "height", "src", "width"},
}
_CLASS = re.compile(r"(?:language-[\w+#-]{1,40}|(?:dark:)?(?:hidden|block)|overflow-auto|not-loaded)")
"""Classes that mean something here: a card must not borrow the looks of the page around it."""

Link = Callable[[str], str]
"""Where a link of a card leads here."""


def to_html(body: str, link: Link, image: Image) -> str:
    """The body of a card as a fragment of HTML without anything that acts, or that is loaded from elsewhere."""
    if len(body) > MAX_BODY:
        return "<p>This card is too large to be shown here.</p>"
    cleaner = nh3.Cleaner(
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=lambda tag, name, value: _attribute(tag, name, value, link),
        tag_attribute_values={"div": {"tabindex": {"0"}}},
        set_tag_attribute_values={"pre": {"tabindex": "0"}},  # who has no mouse can scroll it
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )
    return cleaner.clean(media.settle(_MARKDOWN.render(body), image))


def _attribute(tag: str, name: str, value: str, link: Link) -> str | None:
    if name == "style":
        return styles.safe(value) or None
    if name == "class":
        return " ".join(each for each in value.split() if _CLASS.fullmatch(each)) or None
    if name in {"id", "name"}:
        return None if value.startswith(OWN_IDS) else value
    return link(value) if (tag, name) == ("a", "href") else value


def _table_open(*_: Any) -> str:
    return '<div class="overflow-auto" tabindex="0"><table>\n'


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
