"""cardgen init: the files to start from."""

from __future__ import annotations

from pathlib import Path

import click

from cardgen import scaffold
from cardgen.cli import console, schema
from cardgen.cli.console import Console


@click.command(short_help="Start a project: a manifest, workflows, a .gitignore.")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path())
@console.options
@click.pass_obj
def command(say: Console, folder: str) -> None:
    """Write a manifest to start from, its schema for your editor, GitHub workflows and a .gitignore into DIR.

    DIR is the present folder if left out. A file that is there already is left as it is; a .gitignore is given the
    lines that it does not have.
    """
    requirement = scaffold.requirement()
    outcomes = scaffold.write(Path(folder), scaffold.files(schema.text(), requirement))
    for outcome in outcomes:
        say.say(f"{outcome.state:<8} {Path(folder, outcome.path)}")
    for line in _next_steps(Path(folder), {each.path for each in outcomes if each.state == "created"}, requirement):
        say.say(line)


def _next_steps(folder: Path, created: set[str], requirement: str) -> list[str]:
    steps = [f"cd {folder}"] if folder != Path() else []
    if scaffold.EXAMPLE in created:
        steps.append(f"edit {scaffold.EXAMPLE}: it is an example, with a namespace that is nobody's")
    steps += ["cardgen build", "cardgen rehearse   # publishes to a hub on this machine, for you to look at"]
    if scaffold.WORKFLOW in created:
        if not requirement:
            steps.append(f"say in {scaffold.WORKFLOW} and {scaffold.WEEKLY} what pip has to install (CARDGEN)")
        steps.append("give the repository on GitHub the secret HF_TOKEN, or let the repos trust it, to publish main")
    return ["", "next:", *(f"  {step}" for step in steps)]
