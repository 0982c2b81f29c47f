"""What single rules find in a text, for tests."""

from __future__ import annotations

from cardgen import front_matter
from cardgen.lint import card, catalog
from cardgen.lint.card import ReadCard
from cardgen.lint.rule import Problem, Rule


def problems(rule: str, text: str) -> list[Problem]:
    """What a rule of cards finds in a README."""
    return found_in(card.of_bytes("README.md", text.encode(errors="surrogatepass")), rule)


def found_in(read: ReadCard, rule: str) -> list[Problem]:
    """The same of a card that was read already."""
    found = catalog.ALL[rule]
    assert isinstance(found, Rule)
    return list(found.check(read))


def marked(rule: str, text: str) -> list[str]:
    """The places that a rule marks, as they are written."""
    return [front_matter.readable(text)[each.start : each.end] for each in problems(rule, text)]


def mended(rule: str, text: str) -> str:
    """The text with everything mended that the rule says how to mend."""
    for problem in sorted(problems(rule, text), key=lambda each: -each.start):
        if problem.mended is not None:
            text = text[: problem.start] + problem.mended + text[problem.end :]
    return text
