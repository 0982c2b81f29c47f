"""cardgen schema: the JSON Schemas, for editors and other programs."""

from __future__ import annotations

import json

import click

from cardgen.cli import console
from cardgen.cli.console import Console
from cardgen.manifest import schema


@click.command(short_help="Print the JSON Schema of the manifest.")
@click.argument("what", type=click.Choice(["manifest", "report"]), default="manifest")
@console.options
@click.pass_obj
def command(say: Console, what: str) -> None:
    """Print the JSON Schema of the manifest, for an editor or another program, or of the report of `cardgen check`."""
    say.print(text() if what == "manifest" else _report())


def text() -> str:
    """The JSON Schema of the manifest, as a file holds it."""
    return json.dumps(schema.json_schema(), indent=2, ensure_ascii=False) + "\n"


def _report() -> str:
    from cardgen.reports.document import json_schema

    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
