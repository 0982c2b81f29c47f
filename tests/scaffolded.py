"""A project as `cardgen init` makes it, for the tests of what runs on GitHub."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from cardgen.cli import main
from cardgen.localhub import LocalHub


def write(folder: Path) -> Path:
    """The project, with its one link to the outer web led to a repo of its own."""
    assert main(["init", "-q", str(folder)]) == 0
    link_to(folder, "https://huggingface.co/your-name/qwen2.5-7b-dpo")
    return folder


def link_to(folder: Path, url: str) -> None:
    manifest = folder / "collections/example.yaml"
    manifest.write_text(re.sub(r"url: \S+}", f"url: {url}}}", manifest.read_text()))


def break_a_link(folder: Path) -> None:
    manifest = folder / "collections/example.yaml"
    manifest.write_text(re.sub(r"intro: .*", "intro: See [our page](example.com).", manifest.read_text()))


def card_of(hub: LocalHub, repo: str) -> str:
    command = ["git", "-C", str(hub.root / f"{repo}.git"), "show", "main:README.md"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
