"""Links from one file to another, as GitHub shows a repository: known from the files themselves, without asking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from posixpath import dirname, join, normpath
from typing import Final, Literal, Protocol
from urllib.parse import unquote

from cardgen.links import anchors
from cardgen.links.find import find
from cardgen.links.places import Place
from cardgen.links.urls import lacks_scheme, scheme_of
from cardgen.links.verdict import Verdict

ENDINGS: Final = (".md", ".markdown")
"""What the names of Markdown files end in."""

Kind = Literal["file", "folder", "missing", "outside"]


@dataclass(frozen=True, slots=True)
class Page:
    """A Markdown file; `name` is its path with slashes, as reports show it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Target:
    """A place that a relative link leads to: a path like those of pages, and a fragment or nothing."""

    path: str
    fragment: str = ""

    def __str__(self) -> str:
        return f"{self.path}#{self.fragment}" if self.fragment else self.path


class Tree(Protocol):
    """Whoever knows the files."""

    def kind(self, path: str) -> Kind:
        """What there is at a path; nothing is said of what lies outside of the repository."""
        ...

    def text(self, path: str) -> str:
        """The text of a Markdown file."""
        ...


_WEB = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Gathered:
    """The links of some pages with their places, and what is known of those that lead to files."""

    standing: Mapping[str, tuple[Place, ...]]
    verdicts: Mapping[str, Verdict]


def gather(pages: Iterable[Page], tree: Tree, root: str) -> Gathered:
    """Every link of the pages. `root` is the path of the repository, where links that begin with a slash lead."""
    places: dict[str, list[Place]] = {}
    verdicts: dict[str, Verdict] = {}
    for page in pages:
        for found in find(page.text):
            url = f"https:{found.url}" if found.url.startswith("//") else found.url
            target = None if url.startswith(_WEB) else _target(url, page.name, root)
            if target and not (lacks_scheme(url) and tree.kind(target.path) == "missing"):
                url = str(target)
                verdicts.setdefault(url, verdict(target, tree))
            places.setdefault(url, []).append(Place(page.name, found.line))
    return Gathered({url: tuple(sorted(dict.fromkeys(each))) for url, each in places.items()}, verdicts)


def _target(url: str, page: str, root: str) -> Target | None:
    """Where a relative link of a page leads; None for any other link."""
    if not url or scheme_of(url):
        return None
    rest, _, fragment = url.partition("#")
    path = unquote(rest.partition("?")[0])
    if not path:
        return Target(page, fragment)
    start = root if path.startswith("/") else dirname(page)
    return Target(normpath(join(start, path.lstrip("/"))), fragment)


def verdict(target: Target, tree: Tree) -> Verdict:
    """Whether a reader finds what a link leads to."""
    kind = tree.kind(target.path)
    if kind == "missing":
        return Verdict("broken", message="there is no such file")
    if kind == "outside":
        return Verdict("excluded", message="leads out of the repository: not looked at")
    is_page = kind == "file" and target.path.lower().endswith(ENDINGS)
    if is_page and not anchors.leads(target.fragment, anchors.in_card(tree.text(target.path))):
        return Verdict("broken", message=f"the file is there, but has no place '#{target.fragment}'")
    return Verdict("ok")
