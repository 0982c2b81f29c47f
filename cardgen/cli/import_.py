"""cardgen import: a manifest out of a collection on the Hub, or of cards that exist."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from cardgen import card_files, importing, repo_ids
from cardgen.cli import console, published
from cardgen.cli.console import Console
from cardgen.errors import InputError
from cardgen.importing import sources


@click.command(short_help="Make a manifest out of cards that exist.")
@click.argument("words", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(), help="Write the manifest there instead of printing it."
)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@click.option("--namespace", metavar="NAME", default="", help="Whose repos the cards are of, where they do not tell.")
@console.options
@click.pass_obj
def command(say: Console, words: Sequence[str], output: str | None, force: bool, namespace: str) -> None:
    """Print the manifest that would make the cards of SOURCE, as far as they can be told.

    SOURCE is a collection on the Hub (its address, or NAMESPACE/TITLE-ID), a NAMESPACE, a repo (NAMESPACE/NAME, or
    datasets/NAMESPACE/NAME), or on this machine a folder of README.md files, or such files. What exists here is meant
    before what is on the Hub. What could not be placed is told, and stands at the end of the manifest as a comment.
    """
    if namespace and (problem := repo_ids.part_problem(namespace)):
        raise InputError(f"the namespace {namespace!r} {problem}")
    if output and not force:
        card_files.check_free(Path(output))
    paths = [Path(word) for word in words if published.is_path(word)]
    shelf = published.from_hub(say, [sources.understand(word) for word in words if not published.is_path(word)])
    cards = (*card_files.read(paths), *shelf.cards)
    made = importing.make(cards, shelf.listed, shelf.collection, namespace or shelf.namespace, shelf.notes)
    for each in made.notes:
        say.say(f"note: {each}")
    if output:
        card_files.write(Path(output), made.text, replace=force)
        say.say(f"wrote {output}; `cardgen build {output}` makes its cards")
    else:
        say.print(made.text)
