"""cardgen score: how much of what a reader needs the cards say, and what to add."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import click

from cardgen.cli import console, published, reading
from cardgen.cli.console import Console
from cardgen.lint.card import ReadCard, of_card
from cardgen.lint.completeness import score
from cardgen.lint.score_report import Scored, as_json, text
from cardgen.model import RepoType

FORMATS: dict[str, Callable[[Sequence[Scored]], str]] = {"text": text, "json": as_json}


@click.command(short_help="Tell how complete the cards are, and what to add.")
@click.argument("words", nargs=-1, metavar="[MANIFEST | FILE | FOLDER | REPO]...")
@click.option("--type", "kind", type=click.Choice(["model", "dataset"]), help="What the files are cards of.")
@click.option(
    "--at-least", type=click.IntRange(0, 100), default=0, metavar="PERCENT", help="Exit 1 if a card is less complete."
)
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@console.options
@click.pass_obj
def command(say: Console, words: Sequence[str], kind: RepoType | None, at_least: int, form: str) -> int:
    """Tell how complete each card is, in percent, and what is worth adding.

    The cards are named as for `cardgen lint`; without a name they are those of every collections/*.yaml.
    """
    manifests, others = published.sort(words)
    groups = list(_of_manifests(manifests)) if manifests or not words else []
    if others:
        groups.append(_scored("cards", published.read(say, others, kind)))
    say.print(FORMATS[form](groups))
    return 1 if any(each.percent < at_least for group in groups for each in group.scores) else 0


def _of_manifests(names: Sequence[str]) -> Iterator[Scored]:
    """A group for each manifest."""
    project = reading.read(names)
    by_repo = {card.repo.key: card for card in project.cards}
    for collection in project.collections:
        yield _scored(collection.source, [of_card(by_repo[repo.key]) for repo in collection.repos])


def _scored(name: str, cards: Sequence[ReadCard]) -> Scored:
    return Scored(name, tuple(map(score, cards)))
