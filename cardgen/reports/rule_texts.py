"""What a report says of the rules whose findings it holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cardgen.model import Severity


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule in words: one sentence, why it matters, how to mend it; its page as Markdown, and the address of that.
    Only the sentence has to be there. `severity` is what its findings have if nobody says otherwise."""

    short: str
    severity: Severity = "warning"
    full: str = ""
    help: str = ""
    page: str = ""
    address: str = ""


_SECTION = re.compile(r"^## (.*)\n", re.MULTILINE)

RuleTexts = Mapping[str, RuleText]
"""Rules by their names."""

LINKS: Final[RuleTexts] = {
    "link-broken": RuleText(
        "A link leads nowhere.",
        "error",
        "A reader who follows it finds nothing: the page does not exist, has no such place, or is not public.",
        "Correct the address, or take the link out.",
    ),
    "link-moved": RuleText(
        "A link has a new address.",
        "warning",
        "It redirects for good. The old address works only as long as its owner keeps the redirect.",
        "`cardgen check --fix` writes the new address.",
    ),
    "link-unsure": RuleText(
        "Of a link nothing could be proved.",
        "warning",
        "It was refused, failed, or did not answer in time; a reader may find it all the same.",
        "Look at it in a browser. `check: links:` in the manifest can accept the answer, or pass the link over.",
    ),
}
"""The rules of links. Their findings are links with this status."""


def of_page(page: str) -> RuleText:
    """A rule as its page in docs/rules has it."""
    top, *sections = _SECTION.split(page)
    texts = {heading.strip(): text.strip() for heading, text in zip(sections[::2], sections[1::2], strict=True)}
    _, kind, *short = top.strip().split("\n\n")
    severity: Severity = "error" if kind.startswith("error") else "warning"
    return RuleText(" ".join(short), severity, texts.get("Why", ""), texts.get("How to mend it", ""), page)


def rule_text(rule: str, texts: RuleTexts) -> RuleText:
    """What is known of a rule; its name in words, if that is nothing."""
    return texts.get(rule) or LINKS.get(rule) or RuleText(rule.replace("-", " ").capitalize() + ".")
