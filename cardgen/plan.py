"""What a push would do: a value, worked out from rendered cards and what the Hub has, before anything is touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Literal

from cardgen import diff, ownership
from cardgen.errors import InputError
from cardgen.model import Card, Repo, RepoKey
from cardgen.plan_report import as_json, as_markdown, as_text, way_out
from cardgen.units import Consent, Problem, Unit

__all__ = [
    "Action",
    "Change",
    "LiveCard",
    "Plan",
    "as_json",
    "as_markdown",
    "as_text",
    "make",
    "make_one",
    "remake",
    "way_out",
]

Action = Literal["create", "update", "unchanged", "converged", "unowned", "conflict"]


@dataclass(frozen=True, slots=True)
class LiveCard:
    """What the Hub has of a repo at one moment: its head commit, and its README.md (None where there is none)."""

    exists: bool
    commit: str | None = None
    readme: bytes | None = None


NO_REPO = LiveCard(exists=False)


@dataclass(frozen=True, slots=True)
class Change:
    """What a push would do to one repo, and why.

    `before` is the live card and `after` what would stand there; for `unowned` and `conflict` that is what the
    user would get by insisting, so that the diff shows what would be lost. Both are empty where nothing changes.
    """

    card: Card
    live: LiveCard
    consent: Consent
    action: Action
    reason: str
    units: tuple[Unit, ...]
    before: bytes
    after: bytes

    @property
    def repo(self) -> Repo:
        """The repo that the card belongs to."""
        return self.card.repo

    @property
    def writes(self) -> bool:
        """Whether a push commits something."""
        return self.action in {"create", "update", "converged"}

    @property
    def stops(self) -> bool:
        """Whether the repo is left alone to protect somebody's work."""
        return self.action in {"unowned", "conflict"}

    @property
    def text(self) -> bytes | None:
        """The README.md to commit; None where nothing is written."""
        return self.after if self.writes else None

    @property
    def parent(self) -> str | None:
        """The commit that the change was worked out against."""
        return self.live.commit

    @property
    def diff(self) -> str:
        """`before` and `after` as a unified diff. Raw text of somebody's card: escape it where it is shown."""
        names = f"{self.repo.path} on the Hub", f"{self.repo.path} from {self.card.source}"
        return diff.unified(self.before.decode(errors="replace"), self.after.decode(errors="replace"), *names)


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes of one push, in the order of its cards."""

    changes: tuple[Change, ...] = ()

    @property
    def pending(self) -> tuple[Change, ...]:
        """What a push would write."""
        return tuple(change for change in self.changes if change.writes)

    @property
    def stopped(self) -> tuple[Change, ...]:
        """What a push leaves alone to protect somebody's work."""
        return tuple(change for change in self.changes if change.stops)


def make(
    cards: Sequence[Card],
    live: Mapping[RepoKey, LiveCard],
    *,
    adopt: bool = False,
    overwrite: AbstractSet[str] = frozenset(),
) -> Plan:
    """The plan for `cards`, given what the Hub has of each of their repos.

    `adopt` takes over cards that cardgen has never written. `overwrite` are ids of repos whose card is replaced
    where somebody changed what cardgen owns. Raises InputError for an id that no card has.
    """
    if unknown := sorted(overwrite - {card.repo.repo_id for card in cards}):
        raise InputError(f"no repo here is called {', '.join(unknown)}", "--overwrite takes the id of a planned repo")
    given = Consent.ADOPT if adopt else Consent.NONE
    return Plan(
        tuple(
            make_one(card, live[card.repo.key], Consent.OVERWRITE if card.repo.repo_id in overwrite else given)
            for card in cards
        )
    )


def make_one(card: Card, live: LiveCard, consent: Consent) -> Change:
    """What to do with one card, given what the user agreed to."""
    before = live.readme or b""
    spliced = ownership.splice(before, card)
    blocked = [problem for problem in spliced.problems if problem.needs > consent]
    after = spliced.text.encode()
    if blocked:
        action: Action = "unowned" if any(each.needs == Consent.ADOPT for each in blocked) else "conflict"
        return Change(card, live, consent, action, _reasons(blocked), spliced.units, before, after)
    units = tuple(replace(unit, state="update") if unit.state == "conflict" else unit for unit in spliced.units)
    if after == before:
        return Change(card, replace(live, readme=None), consent, "unchanged", "", units, b"", b"")
    action, reason = _written(live, units)
    return Change(card, live, consent, action, reason, units, before, after)


def remake(change: Change, live: LiveCard) -> Change:
    """The change again, after somebody committed in between.

    What the user agreed to lose was the card that they saw. If it is still the same, so is the change; if not,
    their consent does not reach the new one.
    """
    same = (live.readme or b"") == change.before
    return make_one(change.card, live, change.consent if same else Consent.NONE)


def _written(live: LiveCard, units: Sequence[Unit]) -> tuple[Action, str]:
    if not live.exists:
        return "create", "the repo does not exist yet"
    if not (live.readme or b"").strip():
        return "create", "the repo has no card yet"
    changed = [unit.name for unit in units if unit.state in {"create", "update"}]
    if changed:
        return "update", f"changed: {', '.join(changed)}"
    return "converged", "the Hub already says what the manifest says; only the marks are renewed"


def _reasons(problems: Sequence[Problem]) -> str:
    return "; ".join(problem.reason for problem in problems)
