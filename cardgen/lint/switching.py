"""Findings as the switches want them: those of rules that are off are kept apart, others may be graver or lighter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from msgspec import structs

from cardgen.model import Finding, Silenced
from cardgen.switches import Switch, Switches


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found, and what was found but switched off."""

    findings: tuple[Finding, ...] = ()
    silenced: tuple[Silenced, ...] = ()

    def __add__(self, other: Judged) -> Judged:
        return Judged(self.findings + other.findings, self.silenced + other.silenced)


def judge(findings: Iterable[Finding], switches: Switches, today: str) -> Judged:
    """The findings under some switches. A switch that is over switches nothing; the finding then tells of it."""
    heard: list[Finding] = []
    silenced: list[Silenced] = []
    for each in findings:
        off = [switch for switch in switches.off if switch.covers(each.rule, each.card)]
        active = next((switch for switch in off if not switch.is_over(today)), None)
        if active:
            silenced.append(Silenced(each, active.reason))
        else:
            heard.append(_heard(each, switches, off))
    return Judged(tuple(heard), tuple(silenced))


def _heard(finding: Finding, switches: Switches, over: list[Switch]) -> Finding:
    severity = switches.severities.get(finding.rule, finding.severity)
    told = [f"it was switched off until {switch.until}: {switch.reason}" for switch in over[:1]]
    return structs.replace(finding, severity=severity, hint="; ".join(filter(None, (finding.hint, *told))))
