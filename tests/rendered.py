"""A card as a browser has it: Markdown through markdown-it-py, HTML through a real HTML parser."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser, LexborNode

from cardgen import front_matter

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def html(readme: str) -> str:
    """The HTML of a README's body, raw HTML as it stands in the Markdown."""
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
    return str(markdown.render(front_matter.split(readme)[1]))


def dom(readme: str) -> LexborHTMLParser:
    return LexborHTMLParser(html(readme))


def text(node: LexborNode | None) -> str:
    """The text of a node, with single spaces."""
    return " ".join(node.text(deep=True).split()) if node else ""


def links(node: LexborNode) -> list[tuple[str, str]]:
    """Label and target of every link in a node."""
    return [(text(link), link.attributes.get("href") or "") for link in node.css("a")]


@dataclass(frozen=True)
class SeenCell:
    """A cell of a table as a reader meets it; `text` is without the mark and without the links' labels."""

    tag: str
    text: str
    links: tuple[tuple[str, str], ...]
    rowspan: int
    colspan: int
    color: str
    is_marked: bool


def tables(readme: str, mark: str = "📍") -> list[list[list[SeenCell]]]:
    """Every table of a card, row by row."""
    return [
        [[seen_cell(cell, mark) for cell in row.css("th, td")] for row in table.css("tr")]
        for table in dom(readme).css("table")
    ]


def seen_cell(cell: LexborNode, mark: str) -> SeenCell:
    whole = text(cell)
    found = tuple(links(cell))
    outside = "".join(each.text() for each in cell.traverse(include_text=True) if _is_outside_links(each))
    bare = " ".join(outside.split()).removeprefix(mark).strip()
    styles = dict(part.split(":", 1) for part in (cell.attributes.get("style") or "").split(";") if ":" in part)
    return SeenCell(
        tag=cell.tag or "",
        text=bare,
        links=found,
        rowspan=int(cell.attributes.get("rowspan") or 1),
        colspan=int(cell.attributes.get("colspan") or 1),
        color=styles.get("background-color", "").strip(),
        is_marked=bool(mark) and whole.startswith(mark),
    )


def _is_outside_links(node: LexborNode) -> bool:
    return node.tag == "-text" and node.parent is not None and node.parent.tag != "a"


class _Balance(HTMLParser):
    """Notes every tag that is closed without being open, or left open: nothing is implied."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> in line {self.getpos()[0]}")


def unbalanced(markup: str) -> list[str]:
    """The tags of some HTML that are not closed in their order."""
    parser = _Balance()
    parser.feed(markup)
    parser.close()
    return parser.faults + [f"<{tag}> is not closed" for tag in parser.open]
