"""Makes the README's pictures: a card as the preview shows it, in light and in dark, up to the end of its tables.

    .venv/bin/python docs/pictures.py

Needs Chromium and fonts (Debian: `apt-get install chromium fonts-noto-color-emoji fonts-inter`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))  # the pictures are made as the tests look at pages

from playwright.sync_api import FloatRect  # noqa: E402 (the same)

from browser import Watched, chromium, watched  # noqa: E402 (after the path)
from previews import scene_of, served  # noqa: E402 (the same)

CARD = "models/hkust-nlp/llama3.1-8b_codeio/index.html"
WIDTH, HEIGHT, MARGIN = 680, 600, 16
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def make(folder: Path) -> Iterator[Path]:
    """Take a picture of the card for each theme; yields the files."""
    scene = scene_of([str(ROOT / "collections/codeio.yaml")])
    with (
        served(scene) as address,
        chromium() as browser,
        watched(browser, viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=2) as shown,
    ):
        shown.open(address + CARD)
        for theme in THEMES:
            shown.page.emulate_media(color_scheme=theme)
            picture = folder / f"card-{theme}.png"
            shown.page.screenshot(path=picture, full_page=True, clip=_from_its_begin_to_its_last_table(shown))
            yield picture


def _from_its_begin_to_its_last_table(shown: Watched) -> FloatRect:
    """Where on the page the card is, as far as it is shown."""
    card = shown.page.locator("article.card")
    top, bottom = card.bounding_box(), card.locator("table").last.bounding_box()
    assert top
    assert bottom
    height = bottom["y"] + bottom["height"] + MARGIN - top["y"]
    return {"x": 0.0, "y": top["y"], "width": float(WIDTH), "height": height}


if __name__ == "__main__":
    for made in make(ROOT / "docs/images"):
        print(f"{made.relative_to(ROOT)}: {made.stat().st_size:,} bytes")
