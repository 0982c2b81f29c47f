"""Writes into README.md and docs/ what the program itself says, so that they cannot differ from it.

    .venv/bin/python docs/generate.py

A page holds it between `<!-- generated: NAME -->` and `<!-- end: NAME -->`. A test holds every page to it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cardgen.cli import COMMANDS
from cardgen.manifest import schema

ROOT = Path(__file__).parent.parent
WIDTH = "100"
TYPES = {"string": "text", "array": "a list", "object": "a mapping"}
_PART = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end: \2 -->\n)", re.DOTALL)

Shape = Mapping[str, Any]


def main() -> None:
    """Bring every page up to date."""
    for page in pages():
        text = page.read_text(encoding="utf-8")
        page.write_text(refresh(text), encoding="utf-8")


def pages() -> list[Path]:
    """The pages that may hold something generated."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def refresh(page: str) -> str:
    """A page with its generated parts made anew."""
    return _PART.sub(lambda found: f"{found[1]}{PARTS[found[2]]()}{found[3]}", page)


def usage() -> str:
    """What `cardgen --help` prints."""
    return _fenced(_help())


def commands() -> str:
    """What `--help` prints of every command, under a heading each."""
    return "\n".join(f"## cardgen {name}\n\n{_fenced(_help(name))}" for name in COMMANDS)


def keys() -> str:
    """Every key of a manifest, a table for each mapping."""
    definitions = schema.json_schema()["$defs"]
    return "\n".join(_mapping(place, definitions[name]) for place, name in _walk("", "Manifest", definitions, set()))


PARTS: Mapping[str, Callable[[], str]] = {"usage": usage, "commands": commands, "keys": keys}


def _help(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "cardgen", *command, "--help"],
        env={"COLUMNS": WIDTH, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def _fenced(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```\n"


def _walk(place: str, name: str, definitions: Shape, seen: set[str]) -> Iterator[tuple[str, str]]:
    """Every mapping with the place where it stands first, from the top down."""
    if name in seen:
        return
    seen.add(name)
    yield place, name
    for key, value in definitions[name]["properties"].items():
        for inner, suffix in sorted(_mappings(value, ""), key=lambda found: len(found[1])):
            yield from _walk(f"{place}.{key}{suffix}".strip("."), inner, definitions, seen)


def _mappings(value: Shape, suffix: str) -> Iterator[tuple[str, str]]:
    """The mappings that a value may be or hold, each with how it is reached from the value."""
    if "$ref" in value:
        yield value["$ref"].rpartition("/")[2], suffix
    for each in value.get("anyOf", ()):
        yield from _mappings(each, suffix)
    if "items" in value:
        yield from _mappings(value["items"], f"{suffix}[]")
    if isinstance(value.get("additionalProperties"), dict):
        yield from _mappings(value["additionalProperties"], f"{suffix}.*")


def _mapping(place: str, shape: Shape) -> str:
    rows = [_row(key, value, key in shape.get("required", ())) for key, value in shape["properties"].items()]
    heading = f"### `{place}`" if place else "### The whole file"
    return "\n".join([heading, "", shape["description"], "", "| key | what it says |", "| --- | --- |", *rows, ""])


def _row(key: str, value: Shape, required: bool) -> str:
    default = value.get("default")
    notes = [_kind(value), "required" if required else f"`{json.dumps(default)}` if left out" if default else ""]
    return f"| `{key}` | {value['description']} ({', '.join(filter(None, notes))}) |"


def _kind(value: Shape) -> str:
    """What may be written as a value, in words."""
    if "$ref" in value:
        return "a mapping"
    if "enum" in value:
        return " or ".join(f"`{json.dumps(each)}`" for each in value["enum"])
    if "anyOf" in value:
        return " or ".join(_kind(each) for each in value["anyOf"] if each.get("type") != "null")
    # Where text is meant, a number will do: the schema says so, and nobody needs to read it.
    types = value["type"] if isinstance(value["type"], list) else [value["type"]]
    return next(TYPES[each] for each in types if each in TYPES)


if __name__ == "__main__":
    main()
