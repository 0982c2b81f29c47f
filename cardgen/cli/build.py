"""cardgen build: write the cards, or show what writing them would change."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from cardgen import build
from cardgen.cli import console, reading
from cardgen.cli.console import Console


@click.command(short_help="Write every card into the build folder.")
@console.manifests
@console.output
@click.option("--check", is_flag=True, help="Write nothing; show a diff and exit 1 if the folder is not up to date.")
@console.options
@click.pass_obj
def command(say: Console, manifests: Sequence[str], output: str, check: bool) -> int:
    """Write build/{models,datasets}/NAMESPACE/NAME/README.md and build/index.json.

    Without a MANIFEST: every collections/*.yaml. Offline, and the same bytes every time.
    """
    project = reading.read(manifests)
    folder = Path(output)
    made: build.Files = build.files(project.cards)
    if manifests:
        made = build.keep_others(folder, made, frozenset(each.source for each in project.collections))
    return _check(say, folder, made) if check else _write(say, folder, made, len(project.cards))


def _check(say: Console, folder: Path, made: build.Files) -> int:
    build.refuse_foreign(folder)
    differences = build.compare(folder, made)
    if not differences:
        say.say(f"{folder} is up to date")
        return 0
    say.print(build.diff(differences))
    what = "1 file differs" if len(differences) == 1 else f"{len(differences)} files differ"
    say.fail(f"{folder} is not up to date: {what}", "`cardgen build` writes them")
    return 1


def _write(say: Console, folder: Path, made: build.Files, cards: int) -> int:
    changed = build.write(folder, made)
    what = "nothing changed" if not changed else f"{changed} {'file' if changed == 1 else 'files'} changed"
    say.say(f"built {cards} {'card' if cards == 1 else 'cards'} in {folder}: {what}")
    return 0
