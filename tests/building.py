"""A small project that is built again and again, in the working folder."""

from __future__ import annotations

from pathlib import Path

from cardgen.cli import main

MANIFEST = """\
version: 1
namespace: lab
title: {title}
datasets: [{{repo: data}}]
models: {{repo: "{{row}}-{{column}}", rows: [{{key: small}}], columns: [{{key: one}}, {{key: two}}]}}
"""
OTHER = "version: 1\nnamespace: lab\ntitle: Other\ndatasets: [{repo: other}]\n"
CARDS = ["datasets/lab/data/README.md", "models/lab/small-one/README.md", "models/lab/small-two/README.md"]


def write_manifest(title: str, text: str = MANIFEST) -> None:
    Path("collections/family.yaml").write_text(text.format(title=title))


def run(*arguments: str) -> int:
    return main(["build", "-q", *arguments])


def beside(project: Path) -> list[str]:
    return sorted(path.name for path in project.iterdir())


def start(folder: Path) -> Path:
    """A project in a new folder of its own, beside which other things may lie."""
    project = folder / "project"
    (project / "collections").mkdir(parents=True)
    return project
