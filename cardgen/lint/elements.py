"""The HTML of a card as browsers read it: which tags belong together, and what its tables hold.

Names, void elements and end tags that may be left out: the HTML standard, sections 13.1.2 and 13.2.6.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from cardgen.lint.card import ReadCard
from cardgen.lint.markdown import Tag

VOID: Final = frozenset("area base br col embed hr img input link meta param source track wbr".split())  # noqa: SIM905 (quoted one by one they fill a page)
_BLOCKS: Final = frozenset(
    """
    address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form h1 h2 h3
    h4 h5 h6 header hgroup hr main menu nav ol p pre search section table ul
    """.split()  # noqa: SIM905 (quoted one by one they fill a page)
)
"""What closes a `<p>` that is open."""

_INLINE: Final = frozenset(
    """
    a abbr acronym audio b bdi bdo big button canvas cite code data datalist del dfn em font i iframe ins kbd label map
    mark marquee math meter noscript object output picture progress q ruby s samp script select small span strike strong
    style sub summary sup svg template textarea time title tt u var video
    """.split()  # noqa: SIM905 (quoted one by one they fill a page)
)
_IMPLIED: Final = {
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "tr": {"td", "th", "tr", "colgroup", "caption"},
    "tbody": {"td", "th", "tr", "thead", "tbody", "tfoot", "colgroup", "caption"},
    "thead": {"td", "th", "tr", "thead", "tbody", "tfoot", "colgroup", "caption"},
    "tfoot": {"td", "th", "tr", "thead", "tbody", "tfoot", "colgroup", "caption"},
    "option": {"option"},
    "optgroup": {"option", "optgroup"},
    "rt": {"rt", "rp"},
    "rp": {"rt", "rp"},
}
"""Which open elements a tag closes, because nobody needs to write their end."""

_OPTIONAL: Final = frozenset({"p", "colgroup", "caption", "html", "head", "body", *_IMPLIED})
KNOWN: Final = frozenset({*VOID, *_BLOCKS, *_INLINE, *_OPTIONAL, "legend", "frameset", "frame"})
_WALLS: Final = frozenset({"td", "th", "caption", "table"})
"""An end tag in a cell closes nothing outside of it."""


class Element:
    """An element: its tags (none at its end where it is left out), and what it stands in."""

    __slots__ = ("closing", "cut_by", "parent", "tag")

    def __init__(self, tag: Tag, parent: Element | None) -> None:
        self.tag = tag
        self.parent = parent
        self.closing: Tag | None = None
        self.cut_by: Tag | None = None

    @property
    def ancestors(self) -> Iterator[Element]:
        """From itself outwards."""
        element: Element | None = self
        while element:
            yield element
            element = element.parent


@dataclass
class Table:
    """An HTML table and the cells of its rows."""

    element: Element
    rows: list[list[Element]] = field(default_factory=list)


@dataclass
class Elements:
    """The elements of a card in order, and what does not fit together.

    `unclosed` were never closed though they have to be, or have attributes that end sooner than was meant; `unopened`
    are end tags without a beginning, each with the element that it was for and that something had closed before.
    """

    all: list[Element] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    unclosed: list[Element] = field(default_factory=list)
    unopened: list[tuple[Tag, Element | None]] = field(default_factory=list)


@lru_cache(maxsize=1)
def of(card: ReadCard) -> Elements:
    """The elements of a card's HTML; remembered for the rules that ask after each other."""
    return _Walk(card.tags).elements


class _Walk:
    """One way through the tags, with the elements that are open."""

    def __init__(self, tags: Sequence[Tag]) -> None:
        self.elements = Elements()
        self._open: list[Element] = []
        self._tables: list[Table] = []
        self._cut: dict[str, list[Element]] = {}
        for tag in tags:
            if tag.name not in KNOWN:
                continue
            if tag.is_closing:
                self._close(tag)
            else:
                self._begin(tag)
        self._leave(0, None)

    def _begin(self, tag: Tag) -> None:
        name = tag.name
        if name in _BLOCKS:
            self._end_paragraph(tag)
        elif name in _IMPLIED:
            self._end_implied(_IMPLIED[name], tag)
        element = Element(tag, self._open[-1] if self._open else None)
        self.elements.all.append(element)
        if name in {"td", "th", "tr", "table"}:
            self._note(element)
        if name not in VOID and not tag.is_empty:
            self._open.append(element)

    def _note(self, element: Element) -> None:
        if element.tag.name == "table":
            self._tables.append(Table(element))
            self.elements.tables.append(self._tables[-1])
        elif not self._tables:
            return
        elif element.tag.name == "tr":
            self._tables[-1].rows.append([])
        elif self._tables[-1].rows:
            self._tables[-1].rows[-1].append(element)

    def _close(self, tag: Tag) -> None:
        open_ = self._open
        if open_ and open_[-1].tag.name == tag.name:
            open_[-1].closing = tag
            self._leave(len(open_) - 1, tag)
            return
        for place in range(len(open_) - 1, -1, -1):
            name = open_[place].tag.name
            if name == tag.name:
                open_[place].closing = tag
                self._leave(place, tag)
                return
            if name in _WALLS and tag.name not in {"table", "tr", "tbody", "thead", "tfoot", "td", "th"}:
                break
        self._unopened(tag)

    def _unopened(self, tag: Tag) -> None:
        cut = self._cut.get(tag.name)
        element = cut.pop() if cut else None
        if tag.name not in VOID:
            self.elements.unopened.append((tag, element))

    def _end_paragraph(self, by: Tag) -> None:
        for place in range(len(self._open) - 1, -1, -1):
            name = self._open[place].tag.name
            if name == "p":
                self._leave(place, by)
            if name == "p" or name in _BLOCKS or name in _WALLS or name in {"button", "object"}:
                return

    def _end_implied(self, closed: set[str], by: Tag) -> None:
        while self._open and self._open[-1].tag.name in {*closed, "p"}:
            self._leave(len(self._open) - 1, by)

    def _leave(self, place: int, by: Tag | None) -> None:
        """Everything from a place on ends."""
        while len(self._open) > place:
            element = self._open.pop()
            name = element.tag.name
            if name == "table":
                self._tables.pop()
            if element.closing is None:
                element.cut_by = by
                self._cut.setdefault(name, []).append(element)
                if name not in _OPTIONAL or (name == "p" and element.tag.attributes):
                    self.elements.unclosed.append(element)
