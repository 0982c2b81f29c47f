"""What the preview shows at one moment, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cardgen.committing import Logged
from cardgen.model import Card, Collection, Finding, RepoKey, SourceText
from cardgen.plan import Change
from cardgen.reports.report import CheckedLink


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with a card, and what is known of its links."""

    findings: tuple[Finding, ...] = ()
    links: tuple[CheckedLink, ...] = ()


@dataclass(frozen=True, slots=True)
class OnHub:
    """What the Hub has of a repo: what a push would do to it, and its newest commits; `error` if it was not told."""

    change: Change | None = None
    commits: tuple[Logged, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much of what there is to say of a card."""

    errors: int = 0
    warnings: int = 0
    broken: int = 0


@dataclass(frozen=True, slots=True)
class Scene:
    """The cards as they are made now, and what is known of them.

    `mistakes` are those of manifests and templates that cannot be read, a line each: the cards are then the last ones
    that were good. `findings` are those of all cards, by their paths; None until all were judged. `counts` and `on_hub`
    lack the repos that nobody has looked at yet. `endpoint` is the hub that is asked, empty if none is. `number` is
    another one as soon as anything is; it is empty where nothing will change.
    """

    number: str = ""
    collections: tuple[Collection, ...] = ()
    cards: tuple[Card, ...] = ()
    sources: tuple[SourceText, ...] = ()
    mistakes: str = ""
    hint: str = ""
    findings: Mapping[str, tuple[Finding, ...]] | None = None
    counts: Mapping[RepoKey, Counts] = field(default_factory=dict)
    endpoint: str = ""
    on_hub: Mapping[RepoKey, OnHub] = field(default_factory=dict)


def count(checked: Checked) -> Counts:
    """How much there is of each kind."""
    severities = [finding.severity for finding in checked.findings]
    broken = sum(link.verdict.status == "broken" for link in checked.links)
    return Counts(severities.count("error"), severities.count("warning"), broken)
