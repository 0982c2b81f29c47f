"""A card's body as HTML, near to how the Hub shows it, and safe whoever wrote it.

What is kept follows saved pages of the Hub: `style`, `align`, spans; comments, scripts, handlers and other schemes than
the web's go. The Hub's own renderer is private, so this is an approximation.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence, Set
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from cardgen.pages import media, styles
from cardgen.pages.media import Image

MAX_BODY = 2 * 1024 * 1024
MAX_DEPTH = 1_000
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

_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]{0,30})")
_FLAT = frozenset({"br", "col", "dd", "dt", "hr", "img", "li", "p", "source", "td", "th", "tr", "wbr"})
"""Elements that hold nothing, or that end where the next of their kind begins."""

Link = Callable[[str], str]
"""Where a link of a card leads here."""


def to_html(body: str, link: Link, image: Image) -> str:
    """The body of a card as a fragment of HTML without anything that acts, or that is loaded from elsewhere."""
    if len(body) > MAX_BODY:
        return "<p>This card is too large to be shown here.</p>"
    html = _MARKDOWN.render(body)
    if _depth(html) > MAX_DEPTH:
        return "<p>This card is nested too deeply to be shown here.</p>"
    settled = media.settle(html, image)
    cleaner = nh3.Cleaner(
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=lambda tag, name, value: _attribute(tag, name, value, link, settled.addresses),
        tag_attribute_values={"div": {"tabindex": {"0"}}},
        set_tag_attribute_values={"pre": {"tabindex": "0"}},  # who has no mouse can scroll it
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )
    return cleaner.clean(settled.html)


def _depth(html: str) -> int:
    """How deep elements may be nested, at most: the time of parsers grows with its square."""
    depth = deepest = 0
    opened: Counter[str] = Counter()
    for slash, name in _TAG.findall(html):
        tag = name.lower()
        if not slash and tag not in _FLAT:
            opened[tag] += 1
            depth += 1
            deepest = max(deepest, depth)
        elif slash and opened[tag]:
            opened[tag] -= 1
            depth -= 1
    return deepest


def _attribute(tag: str, name: str, value: str, link: Link, loaded: Set[str]) -> str | None:
    """The value that an attribute may have; None: the attribute goes.

    Two parsers may see two things in what was made to confuse them, so that what is loaded is asked for here again.
    """
    if name == "style":
        return styles.safe(value) or None
    if name == "class":
        return " ".join(each for each in value.split() if _CLASS.fullmatch(each)) or None
    if name in {"id", "name"}:
        return None if value.startswith(OWN_IDS) else value
    if name == "src":
        return value if value in loaded else None
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
