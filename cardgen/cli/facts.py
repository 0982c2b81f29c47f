"""cardgen facts: read from the repos what their cards show of them, into a lock file beside the manifest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from cardgen import facts_file, hub
from cardgen.cli import console, progress, reading
from cardgen.cli.console import Console
from cardgen.errors import InputError
from cardgen.facts import changes, lock, read
from cardgen.facts.read import Readings, Wanted
from cardgen.hub_facts import HubFacts
from cardgen.model import Collection, Facts


@click.command(short_help="Read from the repos what their cards show of them.")
@console.manifests
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a lock file is not up to date.")
@console.options
@click.pass_obj
def command(say: Console, manifests: Sequence[str], check: bool) -> int:
    """Read parameters, types, architecture, context length, sizes and chosen files of the repos from the Hub.

    They go into collections/NAME.facts.json, from which `build` takes them offline. A repo that does not exist yet
    is left out. Works without a token for what is public.
    """
    data = reading.read_manifests(manifests)
    collections = dict(zip(data, reading.load(data, {}), strict=True))
    codes = [0]
    with hub.connect() as connection:
        for path, collection in collections.items():
            readings = _read(say, collection, HubFacts(connection))
            codes.append(_finish(say, path, readings, check))
    return max(codes)


def _read(say: Console, collection: Collection, source: HubFacts) -> Readings:
    wanted = list(_wanted(collection))
    with progress.bar(say, "reading repos", len(wanted)) as done:
        readings = read.read(wanted, source, on_read=done)
    for _, repo_id in readings.missing:
        say.say(f"{repo_id}: does not exist, or is not shown to this token: left out")
    for error in readings.failed.values():
        say.fail(error.message, error.hint)
    return readings


def _wanted(collection: Collection) -> Iterator[Wanted]:
    listing = collection.files
    for repo in collection.repos:
        yield Wanted(repo.key, listing.paths if listing and repo.key in listing.shown_on else ())


def _finish(say: Console, manifest: Path, readings: Readings, check: bool) -> int:
    """Tell what changed, and keep it; the facts of a repo that could not be read stay as they were."""
    path = facts_file.path_of(manifest)
    before = _before(say, manifest)
    old = before or {}
    unread = {key: old[key] for key in readings.failed if key in old}
    new = lock.keep(old, {**unread, **readings.facts})
    if new == before:
        say.say(f"{path} is up to date")
        return 1 if readings.failed else 0
    for line in changes.lines(old, new):
        say.say(line)
    if check:
        say.fail(f"{path} is not up to date", "`cardgen facts` writes it anew")
        return 1
    facts_file.write(manifest, lock.dump(new))
    say.say(f"wrote {path}: {len(new)} repos")
    return 1 if readings.failed else 0


def _before(say: Console, manifest: Path) -> Facts | None:
    """The facts as they were; one that is damaged is no more than a file to replace."""
    try:
        return reading.read_facts(manifest)
    except InputError as error:
        say.say(error.message)
        return None
