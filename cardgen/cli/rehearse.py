"""cardgen rehearse: the whole run against a local hub."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from cardgen import build, hub, localhub, publish
from cardgen.cli import checking, console, publishing, reading
from cardgen.cli.console import Console
from cardgen.cli.hub import DEFAULT_ROOT
from cardgen.cli.publishing import Run, Wishes
from cardgen.clock import Clock
from cardgen.links import report, reports


@click.command(short_help="Do all of it against a local hub: no account, no network.")
@console.manifests
@console.output
@click.option("--root", default=DEFAULT_ROOT, metavar="DIR", show_default=True, help="Where the local hub keeps repos.")
@console.options
@click.pass_obj
def command(say: Console, manifests: Sequence[str], output: str, root: str) -> int:
    """Build, check, push to a local hub, verify: no account, no network.

    Run it again: what did not change is not committed again.
    """
    project = reading.read(manifests)
    changed = build.write(Path(output), build.files(project.cards))
    say.say(f"build    {len(project.cards)} cards in {output}/, {changed} files changed")
    found = checking.make_report(say, checking.of_cards(project, project.cards), checking.Wishes(offline=True))
    say.say(f"check    {reports.causes.summary(found)}")
    if report.failed(found):
        say.print(reports.text.write(found))
        return 1
    with localhub.start(Path(root)) as local:
        clock = Clock()
        run = Run(say, hub.connect(local.endpoint, local.token, clock=clock), publish.apply, clock)
        made, _ = publishing.make_plan(run, project.cards, Wishes())
        say.say(f"plan     {len(made.pending)} of {len(made.changes)} repos to write")
        code = publishing.publish_plan(run, made)
    say.say(f"look     the cards: {output}/   their history: git -C {_first_repo(root, project)} log -p")
    say.say(f"         the pages: cardgen hub --root {root}")
    return code


def _first_repo(root: str, project: reading.Project) -> str:
    repo = project.cards[-1].repo
    return f"{root}/{repo.repo_type}s/{repo.repo_id}.git"
