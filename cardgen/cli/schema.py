"""cardgen schema: the JSON Schema of the manifest, for editors."""

from __future__ import annotations

import json

import click

from cardgen.cli import console
from cardgen.cli.console import Console
from cardgen.manifest import schema


@click.command(short_help="Print the JSON Schema of the manifest.")
@console.options
@click.pass_obj
def command(say: Console) -> None:
    """Print the JSON Schema of the manifest, for an editor or another program."""
    say.print(text())


def text() -> str:
    """The JSON Schema of the manifest, as a file holds it."""
    return json.dumps(schema.json_schema(), indent=2, ensure_ascii=False) + "\n"
