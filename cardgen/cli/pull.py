"""cardgen pull: edits made on the Hub come into the manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from cardgen import fetch, hub, manifest_file, pulling
from cardgen.cli import console, progress, reading, sources
from cardgen.cli.console import Console
from cardgen.diff import printable
from cardgen.errors import HubError, InputError
from cardgen.hub import Connection
from cardgen.model import Card, RepoKey
from cardgen.pulling import Edits, Left, Pulled, Refused, Source, Taken, history
from cardgen.suggest import did_you_mean

MAX_SHOWN = 50_000
"""Characters of what was left that are shown."""

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Live:
    """What was edited on the Hub, by repo, and how many repos could not be read or are not cardgen's."""

    edits: Mapping[RepoKey, Edits]
    refused: int


@click.command(short_help="Take edits made on the Hub into the manifest.")
@click.argument("repos", nargs=-1, metavar="[REPO]...")
@click.option("--all", "every", is_flag=True, help="Every repo of the manifests.")
@click.option("--take", multiple=True, metavar="KEY", help="Only this key, or `card` for the text; may be given again.")
@click.option("-m", "--manifest", "manifests", multiple=True, metavar="MANIFEST", help="Instead of collections/*.yaml.")
@click.option("--dry-run", is_flag=True, help="Stop after showing what would be written.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@console.options
@click.pass_obj
def command(
    say: Console,
    repos: Sequence[str],
    every: bool,
    take: Sequence[str],
    manifests: Sequence[str],
    dry_run: bool,
    yes: bool,
) -> int:
    """Take what somebody edited in a card on the Hub into the manifest.

    A key of the front matter goes where the manifest states it, and changes no other repo; an edit that several REPOs
    share may go where they share it. Text goes into the title, the names, links and texts that it was printed from.
    What has no place in the manifest is shown, and the exit code is 1. A key that the manifest does not state stays
    on the Hub unless --take names it.
    """
    if bool(repos) == every:
        raise click.UsageError("name the repos to pull from, or say --all")
    data = reading.read_manifests(manifests)
    texts = sources.read(data)
    wanted = _select([card for source in texts.values() for card in source.cards.values()], repos)
    with hub.connect() as connection:
        live = _read(say, wanted, connection, every)
    _check_names(take, live)
    results = {path: _pull(source, live, frozenset(take)) for path, source in texts.items()}
    done = _tell(say, results, live, take)
    changed = {path: each for path, each in results.items() if each.after.text != each.before.text}
    if changed and not dry_run and not _write(say, changed, data, yes):
        return 1
    return 0 if done and not live.refused else 1


def _select(cards: Sequence[Card], repos: Sequence[str]) -> tuple[Card, ...]:
    """The cards of the repos that were named, or all. Raises InputError for a repo that no manifest has."""
    known = {card.repo.repo_id for card in cards}
    for name in repos:
        if name not in known:
            message = f"no manifest has the repo {printable(name)!r}{did_you_mean(name, known)}"
            raise InputError(message, "name it as NAMESPACE/NAME")
    return tuple(card for card in cards if not repos or card.repo.repo_id in repos)


def _read(say: Console, cards: Sequence[Card], connection: Connection, every: bool) -> Live:
    """What was edited in these cards; a repo without a card is passed over, unless it was named."""
    with progress.bar(say, "reading the Hub", len(cards)) as done:
        readings = fetch.cards([card.repo.key for card in cards], connection, on_read=done)
    for error in readings.failed.values():
        say.fail(error.message, error.hint)
    edits: dict[RepoKey, Edits] = {}
    refused = len(readings.failed)
    for card in cards:
        live = readings.live.get(card.repo.key)
        if live is None or (every and not (live.readme or b"").strip()):
            continue
        found = _with_past(say, pulling.find(live, card), card.repo.key, connection)
        if isinstance(found, Refused):
            say.fail(f"{card.repo.repo_id}: {printable(found.reason)}", found.hint)
            refused += 1
        else:
            edits[card.repo.key] = found
    return Live(edits, refused)


def _with_past(say: Console, found: Edits | Refused, repo: RepoKey, connection: Connection) -> Edits | Refused:
    if isinstance(found, Refused):
        return found
    try:
        return history.complete(repo, found, connection)
    except HubError as error:
        say.fail(error.message, error.hint)
        return found


def _check_names(take: Sequence[str], live: Live) -> None:
    known = {name for edits in live.edits.values() for name in pulling.units(edits)}
    for name in take:
        if name not in known and live.edits:
            raise InputError(f"nobody edited {name!r} on these cards{did_you_mean(name, known)}", _names(known))


def _names(known: set[str]) -> str:
    return f"edited: {printable(', '.join(sorted(known)))}" if known else "nothing was edited at all"


def _pull(source: Source, live: Live, take: frozenset[str]) -> Pulled:
    return pulling.pull(source, {repo: live.edits[repo] for repo in source.cards if repo in live.edits}, take)


def _tell(say: Console, results: Mapping[Path, Pulled], live: Live, take: Sequence[str]) -> bool:
    """Tell what became of each edit, and print what changes; returns whether all of it came in."""
    if not take:
        for line in _foreign(live):
            say.say(line)
    for path, result in results.items():
        for taken in result.taken:
            say.say(f"taken  {taken.repo[1]}  {_place(path, taken)}")
        if result.also:
            say.say(f"       the text stands on the cards of {len(result.also)} other repos, too")
        if result.diff:
            say.print(printable(result.diff))
        for left in result.left:
            _tell_left(say, left)
    if live.edits and not any(result.taken or result.left for result in results.values()):
        say.say("nothing to take: the Hub has no edits")
    return not any(result.left for result in results.values())


def _foreign(live: Live) -> Iterator[str]:
    for (_, repo_id), edits in live.edits.items():
        names = [each.key for each in edits.keys if each.is_foreign]
        if names:
            yield f"kept   {repo_id}  {printable(', '.join(names))}: not in the manifest; --take KEY brings it in"


def _place(path: Path, taken: Taken) -> str:
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in taken.path).lstrip(".")
    unit = "" if taken.unit == pulling.TEXT else f".{taken.unit}"
    return printable(f"{path}: {steps}{unit}")


def _tell_left(say: Console, left: Left) -> None:
    hint = "" if left.unit == pulling.TEXT else "edit the manifest by hand, or the card"
    say.fail(printable(f"{left.repo[1]}: {left.unit} was left: {left.reason}"), hint)
    if left.diff:
        say.print(printable(_shortened(left.diff)))


def _shortened(difference: str) -> str:
    """A difference of a length that somebody may read."""
    if len(difference) <= MAX_SHOWN:
        return difference
    return f"{difference[:MAX_SHOWN]}\n… and {len(difference) - MAX_SHOWN:,} characters more\n"


def _write(say: Console, changed: Mapping[Path, Pulled], data: Mapping[Path, bytes], yes: bool) -> bool:
    """Write the manifests, once the user agrees."""
    names = ", ".join(map(str, changed))
    if not yes and say.is_live() and not click.confirm(f"write {names}?", err=True):
        say.say("nothing was written")
        return False
    for path, result in changed.items():
        manifest_file.replace(path, data[path], (BOM if data[path].startswith(BOM) else b"") + result.after.data)
    say.say(f"wrote {names}; `cardgen build && cardgen plan` shows what is left to publish")
    return True
