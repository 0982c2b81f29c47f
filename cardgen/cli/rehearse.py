"""cardgen rehearse: the whole run against a local hub."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from msgspec.structs import replace

from cardgen import build, hub, localhub, publish, reports
from cardgen.cli import checking, collecting, console, publishing, reading
from cardgen.cli.console import Console
from cardgen.cli.hub import DEFAULT_ROOT
from cardgen.cli.publishing import Run, Wishes
from cardgen.clock import Clock
from cardgen.localhub import LocalHub
from cardgen.members import collection_id
from cardgen.model import Collection
from cardgen.plan import Plan
from cardgen.reports import report


@click.command(short_help="Do all of it against a local hub: no account, no network.")
@console.manifests
@console.output
@click.option("--root", default=DEFAULT_ROOT, metavar="DIR", show_default=True, help="Where the local hub keeps repos.")
@console.options
@click.pass_obj
def command(say: Console, manifests: Sequence[str], output: str, root: str) -> int:
    """Build, check, push to a local hub, verify: no account, no network.

    Run it again: what did not change is not committed again. A collection that the manifest names is there, with the
    same id, and at first empty.
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
        connection = hub.connect(local.endpoint, local.token, clock=clock)
        run = Run(say, connection, connection, publish.apply, clock)
        here = [_rehearsed(say, collection, local) for collection in project.collections]
        made = publishing.make_plan(run, project.cards, Wishes())
        made, _ = collecting.plan_pages(run, made, here, Wishes())
        say.say(f"plan     {len(made.pending)} of {len(made.changes)} repos to write{_and_pages(made)}")
        code = publishing.exit_code(publishing.publish_plan(run, made))
        code = collecting.exit_code(collecting.publish_pages(run, made), code)
    say.say(f"look     the cards: {output}/   their history: git -C {_first_repo(root, project)} log -p")
    say.say(f"         the pages: cardgen hub --root {root}")
    return code


def _rehearsed(say: Console, collection: Collection, local: LocalHub) -> Collection:
    """A collection as the local hub can have it: what is elsewhere on the Hub is left out, and told.

    One that the manifest names by its slug is there as it is on the Hub, under the same id; at first it is empty.
    """
    page = collection.hub_collection
    if page is None:
        return collection
    own = {repo.key for repo in collection.repos}
    here = tuple(each for each in page.members if each.kind == "paper" or (each.kind, each.item_id) in own)
    if left_out := [each.item_id for each in page.members if each not in here]:
        say.say(f"         not on the local hub, and left out of the collection: {', '.join(left_out)}")
    namespace, _, words = page.slug.partition("/")
    title = page.title or words
    own_id = collection_id(page.slug)
    if own_id:
        local.add_collection(namespace, own_id, title)
    slug = page.slug if own_id else ""
    return replace(collection, hub_collection=replace(page, slug=slug, title=title, members=here))


def _and_pages(made: Plan) -> str:
    return f", {len(made.pending_collections)} of {len(made.collections)} collections" if made.collections else ""


def _first_repo(root: str, project: reading.Project) -> str:
    repo = project.cards[-1].repo
    return f"{root}/{repo.repo_type}s/{repo.repo_id}.git"
