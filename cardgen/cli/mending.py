"""What `cardgen check --fix` does: show what would change, ask, write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from cardgen import manifest_file
from cardgen.cli import reading, sources
from cardgen.cli.console import Console
from cardgen.diff import printable
from cardgen.links.files import Page
from cardgen.mending import Mended, manifests, pages
from cardgen.mending.moves import Moves, moves
from cardgen.reports.causes import where
from cardgen.reports.report import Report

BOM = b"\xef\xbb\xbf"


def fix(say: Console, report: Report, names: Sequence[str], markdown: Sequence[Page], *, yes: bool) -> None:
    """Put the new addresses of links that have moved into the manifests of these names and the Markdown files."""
    wanted = moves(report)
    data = reading.read_manifests(names) if wanted.addresses and (names or not markdown) else {}
    results = {**_in_manifests(data, wanted), **_in_pages(markdown, wanted)}
    changed = {path: each for path, each in results.items() if each.after != each.before}
    for each in changed.values():
        say.say(printable(each.diff).rstrip("\n"))
    _tell_left(say, report, wanted, frozenset().union(*(each.left for each in results.values())))
    if not changed:
        say.say("nothing to fix")
        return
    files = ", ".join(map(str, changed))
    if not yes and say.is_live() and not click.confirm(f"write {files}?", err=True):
        say.say("nothing was written")
        return
    for path, each in changed.items():
        bom = BOM if data.get(path, b"").startswith(BOM) else b""
        manifest_file.replace(path, bom + each.before.encode(), bom + each.after.encode())
    say.say(f"wrote {files}" + ("; `cardgen build` makes the cards anew" if data else ""))


def _in_manifests(data: Mapping[Path, bytes], wanted: Moves) -> dict[Path, Mended]:
    return {path: manifests.mend(source, wanted) for path, source in sources.read(data).items()}


def _in_pages(markdown: Sequence[Page], wanted: Moves) -> dict[Path, Mended]:
    return {Path(page.name): pages.mend(page, wanted) for page in markdown}


def _tell_left(say: Console, report: Report, wanted: Moves, left: frozenset[str]) -> None:
    for link in report.links:
        if link.verdict.status == "moved" and (link.url in left or link.url not in wanted.addresses):
            place = "".join(f", in {each}" for each in where(link.places)[:1])
            say.say(printable(f"left  {link.url}{place}: put {link.verdict.location} there by hand"))
