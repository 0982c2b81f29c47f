"""What a manifest says of lint's rules."""

from __future__ import annotations

from datetime import date

from cardgen.manifest.check_shape import IgnoredRule, LintRules
from cardgen.manifest.document import Document, Path
from cardgen.manifest.messages import short
from cardgen.suggest import did_you_mean
from cardgen.switches import NO_SWITCHES, Switch, Switches


def read(document: Document, shape: LintRules, path: Path) -> Switches:
    """The switches that stand at `path`; what is wrong with them goes to the document's mistakes."""
    if shape == LintRules():
        return NO_SWITCHES  # nothing is said, so the rules need not be known
    for index, each in enumerate(shape.ignore):
        _check_rule(document, each.rule, (*path, "ignore", index, "rule"))
        if each.until and not is_day(each.until):
            document.complain_at((*path, "ignore", index, "until"), f"there is no day {short(each.until)}")
    for rule in shape.severity:
        _check_rule(document, rule, (*path, "severity", rule))
    return Switches(tuple(map(_switch, shape.ignore)), shape.severity, frozenset(shape.also))


def _switch(each: IgnoredRule) -> Switch:
    return Switch(each.rule, each.reason, each.cards, each.until or "")


def _check_rule(document: Document, rule: str, path: Path) -> None:
    from cardgen.lint.catalog import ALL

    if rule not in ALL:
        document.complain_at(path, f"there is no rule {short(rule)}{did_you_mean(rule, ALL)}")


def is_day(text: str) -> bool:
    """Whether there is such a day."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
