"""Splicing a card into what a test says is on the Hub, and what it takes to get it written."""

from __future__ import annotations

from pathlib import Path

from cardgen import ownership
from cardgen.model import Card
from cardgen.ownership import Spliced
from cardgen.units import Consent
from cards import make_card

PUBLISHED = Path(__file__).parent / "data" / "codeio_published.md"


def states(spliced: Spliced) -> dict[str, str]:
    return {unit.name: unit.state for unit in spliced.units}


def needed(spliced: Spliced) -> Consent:
    return max((problem.needs for problem in spliced.problems), default=Consent.NONE)


def splice(live: str, card: Card) -> Spliced:
    return ownership.splice(live.encode(), card)


OLD = make_card({"license": "mit", "base_model": "org/base"})
