"""What the Hub says of cards before it takes them, asked for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cardgen.cli import progress
from cardgen.cli.console import Console

if TYPE_CHECKING:
    from cardgen.lint.answers import Answer
    from cardgen.lint.card import ReadCard


def ask(say: Console, cards: Sequence[ReadCard]) -> Sequence[tuple[ReadCard, Answer]]:
    """The Hub's answer to each card. Raises HubError if it cannot be asked, or is none."""
    if not cards:
        return ()
    from cardgen import hub, hub_validation
    from cardgen.patience import WORKERS, Patience, concurrently

    patience = Patience()
    with hub.connect(clock=patience.clock) as connection, progress.bar(say, "asking the Hub", len(cards)) as done:

        def one(card: ReadCard) -> tuple[ReadCard, Answer]:
            kind = card.repo_type or "model"
            return card, patience.ask(lambda: hub_validation.validate(connection, card.name, card.text, kind))

        answers = concurrently(one, cards, patience.clock, WORKERS, done)
    if any(answer.is_bare for _, answer in answers):
        say.say(f"note: {connection.endpoint} says whether a card is valid, and no more")
    return answers
