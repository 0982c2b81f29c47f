"""Starts a project: writes the files that a folder of manifests needs, and never over one that is there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from cardgen.errors import DiskError, InputError

EXAMPLE = "collections/example.yaml"
SCHEMA = "collections/cardgen.schema.json"
WORKFLOW = ".github/workflows/cards.yml"
WEEKLY = ".github/workflows/cards-weekly.yml"
GITHUB = {
    WORKFLOW: "cards.yml",
    WEEKLY: "cards-weekly.yml",
    ".github/workflows/cards-comment.yml": "cards-comment.yml",
    ".github/cardgen.py": "github.py",
    ".github/cardgen-mistakes.json": "mistakes.json",
}
"""What GitHub runs, by path, and which of this package's files it is."""
IGNORED = ".gitignore"

_FILES = Path(__file__).parent / "files"
_NO_REQUIREMENT = 'CARDGEN: ""'


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: made, given lines that it did not have, or left as it was."""

    path: str
    state: Literal["created", "extended", "kept"]


def files(schema: str, requirement: str) -> dict[str, str]:
    """The files of a new project, by path.

    `schema` is the JSON Schema of a manifest, for editors; `requirement` is what the workflows give to pip, and
    may be empty: they then say that it has to be filled in.
    """
    installs = f"CARDGEN: {json.dumps(requirement)}"
    github = {path: _text(name).replace(_NO_REQUIREMENT, installs) for path, name in GITHUB.items()}
    return {EXAMPLE: _text("example.yaml"), SCHEMA: schema, **github, IGNORED: _text("gitignore")}


def requirement() -> str:
    """What pip is given to install this cardgen on another machine; empty if it was installed from this one's disk.

    An installer notes an origin other than a package index in direct_url.json (PEP 610).
    """
    try:
        distribution = metadata.distribution("cardgen")
    except metadata.PackageNotFoundError:
        return ""
    noted = distribution.read_text("direct_url.json")
    if noted is None:
        return f"cardgen=={distribution.version}"
    origin = json.loads(noted)
    if origin["url"].startswith("file:"):
        return ""
    vcs = origin.get("vcs_info")
    return f"cardgen @ {vcs['vcs']}+{origin['url']}@{vcs['commit_id']}" if vcs else f"cardgen @ {origin['url']}"


def write(folder: Path, wanted: Mapping[str, str]) -> tuple[Outcome, ...]:
    """Write what is not there yet. Raises InputError if `folder` cannot be used, DiskError if writing fails."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is not a folder", "name one that is, or that does not exist yet")
    return tuple(_write(folder, path, text) for path, text in wanted.items())


def _write(folder: Path, path: str, text: str) -> Outcome:
    target = folder / path
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if path == EXAMPLE and _has_manifest(target.parent):
            return Outcome(path, "kept")
        if _create(target, text):
            return Outcome(path, "created")
        return Outcome(path, "extended" if path == IGNORED and _append(target, text) else "kept")
    except OSError as error:
        raise DiskError(f"{target}: cannot be written: {error.strerror}") from None


def _has_manifest(folder: Path) -> bool:
    """A project that has a manifest needs no example: it would be built and published with the others."""
    return any(path.suffix in (".yaml", ".yml") for path in folder.iterdir())


def _create(target: Path, text: str) -> bool:
    """Make a file, whole or not at all; false if there is one."""
    try:
        file = target.open("x", encoding="utf-8", newline="\n")
    except FileExistsError:
        return False
    try:
        with file:
            file.write(text)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return True


def _append(target: Path, text: str) -> bool:
    """Give a .gitignore the lines that it does not have, in whichever way they are written; false if it has all."""
    old = target.read_text(encoding="utf-8", errors="replace")
    known = {line.strip().strip("/") for line in old.splitlines()}
    lines = [line for line in text.splitlines() if line.strip("/") not in known]
    if lines:
        with target.open("a", encoding="utf-8", newline="\n") as file:
            file.write(("" if old.endswith("\n") or not old else "\n") + "".join(f"{line}\n" for line in lines))
    return bool(lines)


def _text(name: str) -> str:
    return (_FILES / name).read_text(encoding="utf-8")
