"""cardgen lint: what is wrong with cards, those of a manifest and any others, beyond their links."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import click

from cardgen import lint, rule_pages
from cardgen.cli import checking, console, published, reading, reporting, validating
from cardgen.cli.console import Console
from cardgen.errors import InputError
from cardgen.lint import switching
from cardgen.lint.answers import Answer, Asked
from cardgen.lint.card import ReadCard, of_card
from cardgen.lint.catalog import ALL
from cardgen.lint.rule import OPTIONAL
from cardgen.model import RepoType
from cardgen.reports import report
from cardgen.reports.report import Report
from cardgen.suggest import did_you_mean
from cardgen.switches import Switch, Switches

Answers = Sequence[tuple[ReadCard, Answer]]
Asking = Callable[[Sequence[ReadCard]], Answers]


@click.command(short_help="Check the cards, or any README, without links.")
@click.argument("words", nargs=-1, metavar="[MANIFEST | FILE | FOLDER | REPO]...")
@click.option("--strict", is_flag=True, help="Fail for a warning, too.")
@click.option("--ignore", multiple=True, metavar="RULE", help="Switch this rule off. May be given again.")
@click.option("--also", multiple=True, type=click.Choice(sorted(OPTIONAL)), help="Look at this group of rules, too.")
@click.option("--type", "kind", type=click.Choice(["model", "dataset"]), help="What the files are cards of.")
@click.option("--online", is_flag=True, help="Ask the Hub, too, what it says of every card.")
@click.option("--explain", metavar="RULE", help="Show the page of a rule, and do nothing else.")
@reporting.options
@click.option("--fix", is_flag=True, help="Mend what is safe to mend, in manifests and files; show it first.")
@click.option("-y", "--yes", is_flag=True, help="With --fix: do not ask.")
@console.options
@click.pass_obj
def command(
    say: Console,
    words: Sequence[str],
    strict: bool,
    ignore: Sequence[str],
    also: Sequence[str],
    kind: RepoType | None,
    online: bool,
    explain: str | None,
    form: str,
    reports: Sequence[Path],
    since: Path | None,
    fix: bool,
    yes: bool,
) -> int:
    """Check every card for what the Hub refuses, what readers miss, and what nobody meant to publish.

    Without a name: the cards of every collections/*.yaml. A FILE is taken for a card whatever it is called, a FOLDER
    for every README.md in it, at any depth. A REPO on the Hub is NAMESPACE/NAME or datasets/NAMESPACE/NAME; a
    NAMESPACE, a collection, or an address will do. With --online the Hub's own check is asked as well, which needs no
    token. Exit 1 if there is an error.
    """
    if explain:
        say.print(rule_pages.read(_known(explain)))
        return 0
    switches = Switches(tuple(Switch(_known(rule), "--ignore") for rule in ignore), optional=frozenset(also))
    before = reporting.read(since) if since else None
    ask = partial(validating.ask, say) if online else _ask_nobody
    looked = _look(say, words, kind, switches, ask)
    if fix and _mended(say, looked, yes=yes):
        looked = _look(say, words, kind, switches, ask)
    made = reporting.compared(replace(looked.report, strict=strict), before)
    reporting.tell(say, made, form, reports)
    return 1 if report.failed(made) else 0


@dataclass(frozen=True, slots=True)
class _Looked:
    """What was looked at: manifests by their names, if any, and cards; and what was found."""

    manifests: Sequence[str] | None
    cards: Sequence[ReadCard]
    report: Report


def _look(say: Console, words: Sequence[str], kind: RepoType | None, switches: Switches, ask: Asking) -> _Looked:
    manifests, others = published.sort(words)
    names = manifests if manifests or not words else None
    cards = published.read(say, others, kind)
    of_manifests = [] if names is None else [_of_manifests(names, switches, ask)]
    return _Looked(names, cards, report.joined([*of_manifests, _of_cards(cards, switches, ask)]))


def _ask_nobody(_: Sequence[ReadCard]) -> Answers:
    return ()


def _of_manifests(names: Sequence[str], switches: Switches, ask: Asking) -> Report:
    project = reading.read(names)
    answers = ask([of_card(card) for card in project.cards])
    judged = checking.judged(project, project.cards, switches)
    asked = Asked(answers, project.collections, project.sources)
    judged = lint.answered(judged, asked, checking.today(), switches)
    return report.make({}, {}, judged.findings, judged.silenced, checking.texts(project))


def _of_cards(cards: Sequence[ReadCard], switches: Switches, ask: Asking) -> Report:
    answers = ask(cards)
    judged = switching.judge(lint.of_texts(cards, switches.optional), switches, checking.today())
    judged = lint.answered(judged, Asked(answers), checking.today(), switches)
    return report.make({}, {}, judged.findings, judged.silenced, {each.name: each.text for each in cards})


def _mended(say: Console, looked: _Looked, *, yes: bool) -> bool:
    """Mend what can be mended; whether anything was written."""
    from cardgen.cli import mending

    data = {} if looked.manifests is None else reading.read_manifests(looked.manifests)
    results = mending.slips_of(looked.report, data, looked.cards)
    is_written = mending.write(say, results, data, yes=yes)
    mending.tell_left_slips(say, looked.report, results, looked.cards)
    return is_written


def _known(rule: str) -> str:
    if rule not in ALL:
        raise InputError(f"there is no rule {rule!r}{did_you_mean(rule, ALL)}", "docs/rules.md lists them")
    return rule
