"""Every golden card in a real browser: light and dark, wide and narrow.

What is looked at is what a reader needs: the own place can be seen, text can be read, nothing sticks out, nothing is
loaded from elsewhere. The pictures are kept in `.artifacts/cards`.
"""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ViewportSize

from browser import ARTIFACTS, NARROW, WIDE, Watched, chromium, watched
from cardgen.model import Card
from cardgen.pages import site
from previews import scene_of, served

pytestmark = pytest.mark.browser
HERE = Path(__file__).parent
SCENE = scene_of([str(path) for path in sorted((HERE.parent / "collections").glob("*.yaml"))])
THEMES: dict[Literal["light", "dark"], list[str]] = {
    "light": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    "dark": ["color-contrast"],
}
"""The themes, and the rules of axe-core that are tried in each: those of WCAG, then the one that a theme matters to.

`test_preview.py` tries all of them, with every part of a page.
"""
WIDTHS: dict[str, ViewportSize] = {"wide": WIDE, "narrow": NARROW}
PICTURED = {("light", "wide"), ("dark", "narrow")}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(SCENE) as found:
        yield found


@pytest.fixture(scope="module")
def shown() -> Iterator[Watched]:
    with chromium() as browser, watched(browser) as page:
        page.page.add_init_script(path=HERE / "visible.js")
        yield page


def test_the_cards_are_the_golden_ones() -> None:
    golden = {path.relative_to(path.parents[3]).as_posix() for path in HERE.glob("golden/*/*/*/*/README.md")}
    assert {card.repo.path for card in SCENE.cards} == golden


def test_the_pictures_of_the_readme_can_be_made(tmp_path: Path) -> None:
    made = runpy.run_path(str(HERE.parent / "docs/pictures.py"))["make"](tmp_path)
    assert [picture.name for picture in made] == ["card-light.png", "card-dark.png"]
    assert all(picture.stat().st_size > 10_000 for picture in tmp_path.iterdir())


@pytest.mark.parametrize("card", SCENE.cards, ids=lambda card: card.repo.repo_id)
def test_a_card_can_be_read(shown: Watched, address: str, card: Card) -> None:
    shown.open(address + site.path_of(card.repo))
    shown.ask(AXE_SCRIPT)
    for theme, rules in THEMES.items():
        shown.page.emulate_media(color_scheme=theme)
        for width, size in WIDTHS.items():
            shown.page.set_viewport_size(size)
            assert shown.ask("visible.overflow()") <= 0, (theme, width)
            assert not shown.ask("visible.outside()"), (theme, width)
            if (theme, width) in PICTURED:
                picture = ARTIFACTS / "cards" / card.repo.folder / f"{theme}-{width}.jpeg"
                shown.page.screenshot(path=picture, type="jpeg", quality=60, full_page=True)
        own = shown.ask("visible.ownPlaces()")
        assert own, "the card shows its own place"
        assert min(place["text"] for place in own) >= 4.5, (theme, own)
        assert all(place["mark"] is None or place["mark"] >= 0.1 for place in own), (theme, own)
        assert shown.ask("visible.violations", rules) == [], theme
    assert shown.messages == []
    assert [url for url in shown.requests if not url.startswith(address)] == []
