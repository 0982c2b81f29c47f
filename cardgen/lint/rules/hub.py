"""What the Hub itself says of a card, where it is asked (`cardgen lint --online`)."""

from __future__ import annotations

from cardgen.lint import answers
from cardgen.lint.rule import HubRule

RULES = (
    HubRule("hub-refuses", "front matter", "error", "The Hub says that it would refuse the card.", answers.errors),
    HubRule("hub-warns", "front matter", "warning", "The Hub warns of the card.", answers.warnings),
)
