"""A small project on disk, and the command line run over it as a user runs it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from cardgen.cli import main
from cardgen.localhub import LocalHub

MANIFEST = """\
version: 1
namespace: lab
title: A family
intro: "Two models and their data."
card_data:
  models: {license: mit, base_model: org/base}
  datasets: {license: mit}
datasets:
  - repo: data
models:
  repo: "{row}-{column}"
  rows: [{key: small}]
  columns: [{key: one}, {key: two}]
"""


@dataclass(frozen=True)
class Result:
    """What a run left behind."""

    code: int
    out: str
    err: str


@dataclass
class Project:
    """A folder with a manifest, and the environment of the runs in it."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def manifest(self) -> Path:
        return self.folder / "collections" / "family.yaml"

    def write(self, text: str = MANIFEST) -> None:
        self.manifest.parent.mkdir(parents=True, exist_ok=True)
        self.manifest.write_text(text, encoding="utf-8")

    def replace(self, old: str, new: str) -> None:
        text = self.manifest.read_text(encoding="utf-8")
        assert old in text
        self.write(text.replace(old, new))

    def use(self, hub: LocalHub, token: str | None = None) -> None:
        """Let the runs publish to a hub."""
        self.environment = {"HF_ENDPOINT": hub.endpoint, "HF_TOKEN": hub.token if token is None else token}

    def build(self) -> None:
        """`cardgen build` in this process: it reads no environment."""
        with contextlib.chdir(self.folder):
            assert main(["build", "--quiet"]) == 0

    def run(self, *arguments: str) -> Result:
        """`cardgen …` in the folder, as a process of its own, without a terminal."""
        with self.start(*arguments) as process:
            out, err = process.communicate(timeout=120)
        assert "Traceback" not in err, err
        return Result(process.returncode, out, err)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """The same, while it runs."""
        return subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "cardgen", *arguments],
            cwd=self.folder,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
