"""What `check --fix` and `lint --fix` do: show what would change, ask, write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from cardgen import manifest_file
from cardgen.cli import reading, sources
from cardgen.cli.console import Console
from cardgen.diff import printable
from cardgen.links.files import Page
from cardgen.lint.card import ReadCard
from cardgen.mending import Mended, manifests, pages, slips
from cardgen.mending.moves import Moves, moves
from cardgen.model import Finding
from cardgen.reports.causes import where
from cardgen.reports.report import Report

BOM = b"\xef\xbb\xbf"


def fix(say: Console, report: Report, names: Sequence[str], markdown: Sequence[Page], *, yes: bool) -> None:
    """Put the new addresses of links that have moved into the manifests of these names and the Markdown files."""
    wanted = moves(report)
    data = reading.read_manifests(names) if wanted.addresses and (names or not markdown) else {}
    results = {**_in_manifests(data, wanted), **_in_pages(markdown, wanted)}
    write(say, results, data, yes=yes)
    _tell_left(say, report, wanted, frozenset().union(*(each.left for each in results.values())))


def write(say: Console, results: Mapping[Path, Mended], data: Mapping[Path, bytes], *, yes: bool) -> bool:
    """Show what changes, ask, and write it: manifests, whose bytes are `data`, and other files. Returns whether it was
    written."""
    changed = {path: each for path, each in results.items() if each.after != each.before}
    for each in changed.values():
        say.say(printable(each.diff).rstrip("\n"))
    if not changed:
        say.say("nothing to fix")
        return False
    files = ", ".join(map(str, changed))
    if not yes and say.is_live() and not click.confirm(f"write {files}?", err=True):
        say.say("nothing was written")
        return False
    for path, each in changed.items():
        bom = BOM if data.get(path, b"").startswith(BOM) else b""
        manifest_file.replace(path, bom + each.before.encode(), bom + each.after.encode())
    say.say(f"wrote {files}" + ("; `cardgen build` makes the cards anew" if data.keys() & changed.keys() else ""))
    return True


def slips_of(report: Report, data: Mapping[Path, bytes], cards: Sequence[ReadCard]) -> dict[Path, Mended]:
    """What lint can mend, in manifests of these bytes, and in cards that are files of this machine."""
    return {
        **{path: slips.in_manifest(source, report.findings) for path, source in sources.read(data).items()},
        **{Path(card.name): slips.in_card(card, _of(card, report)) for card in cards if Path(card.name).is_file()},
    }


def tell_left_slips(say: Console, report: Report, results: Mapping[Path, Mended], cards: Sequence[ReadCard]) -> None:
    """Name what lint could mend and does not write: cards on the Hub, and what templates or several values make."""
    on_the_hub = {card.name for card in cards if not Path(card.name).is_file()}
    unchanged = {str(path) for path, each in results.items() if each.after == each.before}
    for each in report.findings:
        file = each.source.rsplit(":", 2)[0]
        if each.fix and (each.card in on_the_hub or file in unchanged or file.startswith("templates/")):
            say.say(printable(f"left  {each.source or each.card}: {each.message}; {each.hint}"))


def _of(card: ReadCard, report: Report) -> list[Finding]:
    return [each for each in report.findings if each.card == card.name]


def _in_manifests(data: Mapping[Path, bytes], wanted: Moves) -> dict[Path, Mended]:
    return {path: manifests.mend(source, wanted) for path, source in sources.read(data).items()}


def _in_pages(markdown: Sequence[Page], wanted: Moves) -> dict[Path, Mended]:
    return {Path(page.name): pages.mend(page, wanted) for page in markdown}


def _tell_left(say: Console, report: Report, wanted: Moves, left: frozenset[str]) -> None:
    for link in report.links:
        if link.verdict.status == "moved" and (link.url in left or link.url not in wanted.addresses):
            place = "".join(f", in {each}" for each in where(link.places)[:1])
            say.say(printable(f"left  {link.url}{place}: put {link.verdict.location} there by hand"))
