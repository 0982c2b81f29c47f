"""The preview as a site: its paths, and what stands at each. The same pages are served and exported.

Every link of a page is relative and names a file, so that a page works wherever the site lies, and without a server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cardgen.model import Card, Repo
from cardgen.pages import frame, home, repo_page
from cardgen.pages.scene import Checked, Scene

HOME = "index.html"
ASSETS = {"-/page.css": "text/css", "-/page.js": "text/javascript", "-/icon.svg": "image/svg+xml"}

Look = Callable[[Card], Checked]
"""Looks at one card: it is asked when its page is."""


@dataclass(frozen=True, slots=True)
class Page:
    """A file of the site."""

    text: str
    media_type: str = "text/html"
    is_there: bool = True


def path_of(repo: Repo) -> str:
    """Where the page of a repo is: `models/lab/one/index.html`."""
    return f"{repo.folder}/{HOME}"


def paths(scene: Scene) -> Iterator[str]:
    """Every file of the site."""
    yield HOME
    yield from ASSETS
    yield from (path_of(card.repo) for card in scene.cards)


def render(scene: Scene, path: str, look: Look) -> Page:
    """The file at a path of the site; a page that says so where there is none."""
    if path in ASSETS:
        return Page(frame.asset(path.removeprefix("-/")), ASSETS[path])
    if path == HOME:
        return _page("home.html", "", scene, **home.values(scene, path_of))
    card = next((card for card in scene.cards if path_of(card.repo) == path), None)
    if card is None:
        return Page(_page("nothing.html", "/", scene, title="There is no such page").text, is_there=False)
    root = "../" * path.count("/")
    pages = {each.repo.url: root + path_of(each.repo) for each in scene.cards}
    return _page("repo.html", root, scene, **repo_page.values(scene, card, look(card), pages))


def _page(template: str, root: str, scene: Scene, **values: Any) -> Page:
    policy = frame.policy(**frame.SCRIPTED)
    text = _TEMPLATES.get_template(template).render(root=root, scene=scene, policy=policy, home=HOME, **values)
    return Page(text)


_TEMPLATES = frame.environment()
