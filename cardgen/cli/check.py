"""cardgen check: lint and links, as a report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from cardgen import markdown_files
from cardgen.cli import checking, console, reporting
from cardgen.cli.console import Console
from cardgen.links import rules
from cardgen.links.files import Page
from cardgen.links.memory import Lifetimes
from cardgen.links.rules import Ignore, Rules
from cardgen.reports import report, shards
from cardgen.reports.shards import Shard

_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


class Age(click.ParamType[float]):
    """A length of time, such as 90m, 12h or 7d, in seconds."""

    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        match = re.fullmatch(r"(\d{1,6})([smhd]?)", str(value))
        if match is None:
            self.fail(f"{value!r} is no length of time such as 90m, 12h or 7d", param, ctx)
        return float(int(match[1]) * _SECONDS[match[2]])


class ShardOption(click.ParamType[Shard]):
    """A part of a run, such as 3/8."""

    name = "shard"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Shard:
        shard = shards.parse(str(value))
        if shard is None:
            self.fail(f"{value!r} is no part of a run such as 3/8 (of {shards.MAX_SHARDS} at most)", param, ctx)
        return shard


@click.command(short_help="Check the cards and their links.")
@click.argument("paths", nargs=-1, metavar="[MANIFEST | MARKDOWN | FOLDER]...", type=click.Path())
@click.option("--offline", is_flag=True, help="Ask nothing of the network; links within the collection are checked.")
@click.option("--strict", is_flag=True, help="Fail for a link that is not known to be good, and for a warning.")
@click.option("--ignore", multiple=True, metavar="URL", help="Do not ask for this link; * stands for anything.")
@click.option(
    "--accept", multiple=True, type=click.IntRange(100, 599), metavar="CODE", help="A status code as good as 200."
)
@click.option("--rules", "file", type=click.Path(), metavar="FILE", help="More rules, from a YAML file.")
@click.option("--allow-private", is_flag=True, help="Ask addresses of this machine and its network too.")
@click.option("--max-age", type=Age(), default="1d", show_default=True, help="How long a good link is believed.")
@click.option("--no-cache", is_flag=True, help="Neither use nor write what is remembered of links.")
@click.option("--shard", type=ShardOption(), metavar="K/N", help="Check only part K of N; `report merge` joins them.")
@reporting.options
@click.option("--fix", is_flag=True, help="Put the new addresses of links that have moved into manifests and files.")
@click.option("-y", "--yes", is_flag=True, help="With --fix: do not ask.")
@console.options
@click.pass_obj
def command(
    say: Console,
    paths: Sequence[str],
    offline: bool,
    strict: bool,
    ignore: Sequence[str],
    accept: Sequence[int],
    file: str | None,
    allow_private: bool,
    max_age: float,
    no_cache: bool,
    shard: Shard | None,
    form: str,
    reports: Sequence[Path],
    since: Path | None,
    fix: bool,
    yes: bool,
) -> int:
    """Check every card: what it lacks, and whether its links lead anywhere.

    Without a name: the cards of every collections/*.yaml. Markdown files (.md, .markdown), and all that lie in a
    FOLDER, are checked as they are, without a manifest. Each URL is asked once, however often it stands anywhere; a
    good answer is remembered for --max-age. Exit 1 if a link is broken or lint finds an error.
    """
    if shard and (fix or since):
        raise click.UsageError("a shard knows only its part: `cardgen report merge` takes --since; --fix needs it all")
    wishes = checking.Wishes(
        offline, allow_private, _rules(ignore, accept, file), Lifetimes(max_age, max_age), not no_cache
    )
    markdown = markdown_files.read([path for path in paths if markdown_files.is_meant(path)])
    manifests = [path for path in paths if not markdown_files.is_meant(path)]
    subject = _subject(markdown, manifests)
    before = reporting.read(since) if since else None
    subject = replace(subject, findings=subject.findings + checking.of_rules(subject, wishes))
    made = checking.make_report(say, subject if shard is None else checking.part(subject, shard), wishes)
    made = replace(reporting.compared(made, before), strict=strict)
    reporting.tell(say, made, form, reports)
    if made.stopped:
        raise click.Abort
    if fix:
        from cardgen.cli import mending

        mending.fix(say, made, manifests, markdown, yes=yes)
    return 1 if report.failed(made) else 0


def _subject(markdown: Sequence[Page], manifests: Sequence[str]) -> checking.Subject:
    """The Markdown files, and the cards of the manifests that were named, or of all if nothing was."""
    subject = checking.of_files(markdown)
    if manifests or not markdown:
        from cardgen.cli import reading

        project = reading.read(manifests)
        subject += checking.of_cards(project, project.cards)
    return subject


def _rules(ignore: Sequence[str], accept: Sequence[int], file: str | None) -> Rules:
    given = Rules(tuple(Ignore(each, "--ignore") for each in ignore), frozenset(accept))
    if file is None:
        return given
    from cardgen import inputs, manifest

    return rules.joined([manifest.load_rules(inputs.read_manifest(Path(file)), file), given])
