"""What the EU asks providers of general-purpose models to document, looked for where somebody asks for it.

A section counts by what stands in it. It may have any heading that says what it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cardgen.duties import DUTIES, Duty, DutyName, Evidence
from cardgen.lint.card import ReadCard
from cardgen.lint.rule import CardCheck, Problem, Rule
from cardgen.lint.sections import Section, under, words

MIN_WORDS: Final = 15

_EVIDENCE: Final[dict[Evidence, re.Pattern[str]]] = {
    "number": re.compile(r"\d"),
    "date": re.compile(r"\b(?:19|20)\d\d\b"),
    "contact": re.compile(r"[\w.+-]+@[\w-]+\.\w+|https?://"),
    "link or words": re.compile(r"https?://"),
}


def _check(name: DutyName, duty: Duty) -> CardCheck:
    called = re.compile(duty.called, re.IGNORECASE)

    def check(card: ReadCard) -> Iterator[Problem]:
        if card.repo_type != "dataset" and not any(says(card, each, duty.evidence) for each in under(card, called)):
            hint = f"write a section “{duty.title}”; in a manifest: {{covers: {name}, text: …}} under `sections`"
            yield Problem(f"the card does not say {duty.asks}", hint=hint)

    return check


def says(card: ReadCard, section: Section, evidence: Evidence) -> bool:
    """Whether a section holds what its duty asks for, and not its heading alone."""
    count = words(card, section.start, section.end)
    wanted = _EVIDENCE.get(evidence)
    if wanted is None:
        return count >= MIN_WORDS
    has_evidence = wanted.search(card.markup, section.start, section.end) is not None
    return count >= MIN_WORDS if evidence == "link or words" and not has_evidence else has_evidence and count > 0


RULES = tuple(
    Rule(f"eu-{name}", "eu", "warning", f"A model's card does not say {duty.asks}.", _check(name, duty))
    for name, duty in DUTIES.items()
)
