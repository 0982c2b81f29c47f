"""Writes into README.md and docs/ what the program itself says, so that they cannot differ from it.

    .venv/bin/python docs/generate.py

A page holds it between `<!-- generated: NAME -->` and `<!-- end: NAME -->`. A test holds every page to it.
"""

from __future__ import annotations

import functools
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sized
from pathlib import Path
from typing import Any

import click

from cardgen.cli import COMMANDS, cardgen
from cardgen.lint.catalog import ALL, AnyRule
from cardgen.manifest import schema
from cardgen.vocabulary import datasets, fields, languages, libraries, licenses, tasks

ROOT = Path(__file__).parent.parent
WIDTH = "100"
TYPES = {
    "string": "text",
    "boolean": "`true` or `false`",
    "object": "a mapping",
    "integer": "a whole number",
    "number": "a number",
}
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
    return "\n".join(_command(name) for name in COMMANDS)


def rules() -> str:
    """Every rule of lint, in a table for each group."""
    groups: dict[str, list[AnyRule]] = {}
    for rule in ALL.values():
        groups.setdefault(rule.group, []).append(rule)
    return "\n".join(_group(name, some) for name, some in groups.items())


def _group(name: str, some: list[AnyRule]) -> str:
    rows = "".join(f"| [{rule.id}](rules/{rule.id}.md) | {rule.severity} | {rule.summary} |\n" for rule in some)
    return f"### {name[0].upper()}{name[1:]}\n\n| rule | severity | what is wrong |\n| --- | --- | --- |\n{rows}"


def _command(*names: str) -> str:
    """A command, and those that it is a group of."""
    text = f"#{'#' * len(names)} cardgen {' '.join(names)}\n\n{_fenced(_help(*names))}"
    top: click.Command = cardgen
    found = functools.reduce(_part_of, names, top)
    parts = found.commands if isinstance(found, click.Group) else ()
    return "\n".join([text, *(_command(*names, part) for part in parts)])


def _part_of(command: click.Command, name: str) -> click.Command:
    assert isinstance(command, click.Group)
    part = command.get_command(click.Context(command), name)
    assert part is not None
    return part


def keys() -> str:
    """Every key of a manifest: a table for each mapping, from the top down."""
    definitions = schema.json_schema()["$defs"]
    return "\n".join(_mapping(name, definitions[name]) for name in _reached(definitions, ["Manifest"]))


def vocabulary() -> str:
    """Every list of the Hub's words: where it is used, how long it is, where it is from."""
    rows = [f"| {key} | {len(words):,} | {source} |" for key, words, source in _lists()]
    return "\n".join(["| for | words | from |", "| --- | --- | --- |", *rows, ""])


PARTS: Mapping[str, Callable[[], str]] = {
    "usage": usage,
    "commands": commands,
    "keys": keys,
    "rules": rules,
    "vocabulary": vocabulary,
}


def _lists() -> list[tuple[str, Sized, str]]:
    return [
        ("`pipeline_tag`", tasks.PIPELINES, tasks.SOURCE),
        ("`task_categories`", tasks.CATEGORIES, tasks.SOURCE),
        ("`task_ids`", tasks.IDS, tasks.SOURCE),
        ("`library_name`", libraries.MODELS, libraries.SOURCE),
        ("libraries that read datasets", libraries.DATASETS, libraries.SOURCE),
        ("`evaluation_framework`", libraries.EVALUATION, libraries.SOURCE),
        ("`language`", languages.codes(), languages.source()),
        ("`license`", licenses.NAMES, licenses.SOURCE),
        ("`size_categories`", datasets.SIZES, datasets.SOURCE),
        ("`annotations_creators`", datasets.ANNOTATIONS_CREATORS, datasets.SOURCE),
        ("`language_creators`", datasets.LANGUAGE_CREATORS, datasets.SOURCE),
        ("`multilinguality`", datasets.MULTILINGUALITY, datasets.SOURCE),
        ("tags for a dataset's modality", datasets.MODALITIES, datasets.MODALITIES_SOURCE),
        ("`base_model_relation`", fields.RELATIONS, fields.SOURCE),
        ("types in `extra_gated_fields`", fields.GATED_FIELD_TYPES, fields.SOURCE),
        ("keys of a model's card", fields.MODEL, fields.SOURCE),
        ("keys of a dataset's card", fields.DATASET, fields.SOURCE),
    ]


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


def _reached(definitions: Shape, names: list[str]) -> list[str]:
    """These mappings and all that they hold, each once, the nearest first."""
    for name in names:  # which grows while it is walked
        for value in definitions[name]["properties"].values():
            names += [each for each in dict.fromkeys(_names(value)) if each not in names]
    return names


def _names(value: Shape) -> Iterator[str]:
    """The mappings that a value may be, or hold."""
    if "$ref" in value:
        yield _name(value)
    inner = [*value.get("anyOf", ()), value.get("items"), value.get("additionalProperties")]
    for each in inner:
        if isinstance(each, dict):
            yield from _names(each)


def _name(reference: Shape) -> str:
    name: str = reference["$ref"].rpartition("/")[2]
    return name


def _mapping(name: str, shape: Shape) -> str:
    rows = [_row(key, value, key in shape.get("required", ())) for key, value in shape["properties"].items()]
    return "\n".join(
        [
            f"### {name}",
            "",
            inspect.cleandoc(shape["description"]),
            "",
            "| key | what it says | what it is |",
            _LINE,
            *rows,
            "",
        ]
    )


_LINE = "| --- | --- | --- |"


def _row(key: str, value: Shape, required: bool) -> str:
    default = value.get("default")
    note = ", required" if required else f", `{json.dumps(default)}` if left out" if default else ""
    return f"| `{key}` | {value['description']} | {_kind(value)}{note} |"


def _kind(value: Shape) -> str:
    """What may be written as a value, in words; a mapping is a link to its table."""
    if "$ref" in value:
        return f"[{_name(value)}](#{_name(value).lower()})"
    if "enum" in value:
        return " or ".join(f"`{json.dumps(each)}`" for each in value["enum"])
    if "anyOf" in value:
        kinds = [_kind(each) for each in value["anyOf"] if each.get("type") != "null"]
        return " or ".join(sorted(kinds, key=lambda kind: kind.startswith("a list")))
    # Where text is meant, a number will do: the schema says so, and nobody needs to read it.
    kind = value["type"][0] if isinstance(value["type"], list) else value["type"]
    if kind == "array":
        return f"a list of {_kind(value['items'])}"
    inner = value.get("additionalProperties")
    return f"a mapping to {_kind(inner)}" if isinstance(inner, dict) and inner else TYPES[kind]


if __name__ == "__main__":
    main()
