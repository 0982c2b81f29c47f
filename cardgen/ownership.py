"""One card: what of it cardgen owns, and how a rendered card goes into the one that is on the Hub."""

from __future__ import annotations

from cardgen import front_matter, marks
from cardgen.errors import InputError
from cardgen.model import CardData

CARD_BLOCK = "card"


def compose(card_data: CardData, body: str, source: str) -> str:
    """The whole README as cardgen writes it into an empty repo: front matter, body between marks, data mark.

    `source` is the name of the manifest, as the card shall show it. Raises InputError when the body holds a
    mark of its own: nobody's manifest may claim what cardgen has not written.
    """
    refuse_marks(body)
    digests = {
        key: marks.digest(front_matter.dump_yaml({key: value}), marks.KEY_DIGITS)
        for key, value in card_data.items()
    }
    return front_matter.dump(card_data) + marks.wrap(CARD_BLOCK, source, body) + marks.data(digests)


def refuse_marks(body: str) -> None:
    """Raise InputError when rendered text holds what reads as one of cardgen's marks."""
    if marks.PREFIX not in body:
        return
    line = body[: body.index(marks.PREFIX)].count("\n") + 1
    raise InputError(
        f"line {line} of the card's body holds {marks.PREFIX!r}, which only cardgen itself may write",
        "take the comment out of the manifest or the template",
    )
