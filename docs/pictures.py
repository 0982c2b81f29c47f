"""Makes the README's pictures: a card as the local hub shows it, in light and in dark, up to the end of its tables.

    .venv/bin/python docs/pictures.py

Needs Chromium and fonts (Debian: `apt-get install chromium fonts-noto-color-emoji fonts-inter`).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

from huggingface_hub import HfApi

from cardgen import localhub
from cardgen.cli import reading
from cardgen.localhub import LocalHub

ROOT = Path(__file__).parent.parent
REPO = "hkust-nlp/llama3.1-8b_codeio"
SCHEMES = {"light": "1", "dark": "0"}
"""Chromium's numbers of the colour schemes that a page may prefer."""
SIZE = "640,598"
STYLE = """<style>
body { font-family: Inter, sans-serif; padding: 0.5rem 1.5rem }
h1 { font-size: 1.6rem; line-height: 1.25 }
a { text-decoration: none }
</style>"""


def main() -> None:
    """Put the built card on a local hub and take a picture of its page for each scheme."""
    with tempfile.TemporaryDirectory() as folder, localhub.start(Path(folder) / "hub") as hub:
        publish(hub)
        page = Path(folder) / "card.html"
        page.write_text(card_alone(hub.endpoint), encoding="utf-8")
        for scheme, number in SCHEMES.items():
            picture = ROOT / f"docs/images/card-{scheme}.png"
            photograph(page.as_uri(), picture, number, Path(folder) / scheme)
            print(f"{picture.relative_to(ROOT)}: {picture.stat().st_size:,} bytes")


def publish(hub: LocalHub) -> None:
    """Write the card of REPO as a publisher would, with the real client."""
    card = next(
        card for card in reading.read([str(ROOT / "collections/codeio.yaml")]).cards if card.repo.repo_id == REPO
    )
    api = HfApi(endpoint=hub.endpoint, token=hub.token)
    api.create_repo(REPO)
    api.upload_file(path_or_fileobj=card.text.encode(), path_in_repo="README.md", repo_id=REPO)


def card_alone(endpoint: str) -> str:
    """The page of REPO without what the local hub puts around the card."""
    page, style = (fetch(endpoint + path) for path in (f"/{REPO}", "/-/page.css"))
    card = page[page.index("<article") : page.index("</article>")]
    return f'<!doctype html><meta charset="utf-8"><style>{style}</style>{STYLE}{card}</article>'


def fetch(url: str) -> str:
    """The text at a URL of the local hub."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        text: str = answer.read().decode()
    return text


def photograph(url: str, picture: Path, scheme: str, profile: Path) -> None:
    """A picture of a page, as Chromium shows it to somebody who prefers a scheme."""
    command = [
        "chromium",
        "--headless",
        "--no-sandbox",  # in a container Chromium has no sandbox of its own; the page is ours
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--force-device-scale-factor=2",
        f"--window-size={SIZE}",
        f"--blink-settings=preferredColorScheme={scheme}",
        f"--user-data-dir={profile}",
        f"--screenshot={picture}",
        url,
    ]
    subprocess.run(command, check=True, stdout=sys.stderr, stderr=subprocess.DEVNULL, timeout=120)


if __name__ == "__main__":
    main()
