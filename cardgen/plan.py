"""What a push would do: a value, worked out from rendered cards and what the Hub has, before anything is touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Literal

from cardgen import diff, file_marks, foreign, git_attributes, owned_files, ownership, units
from cardgen.collection_plan import CollectionChange
from cardgen.errors import CardgenError, InputError
from cardgen.foreign import Loss
from cardgen.model import README, Card, Repo, RepoKey
from cardgen.owned_files import Judged
from cardgen.plan_markdown import as_markdown
from cardgen.plan_report import as_json, as_text, way_out
from cardgen.units import Consent, Problem, Unit

__all__ = [
    "Action",
    "Change",
    "Edit",
    "LiveCard",
    "Plan",
    "as_json",
    "as_markdown",
    "as_text",
    "guard",
    "judge_with",
    "make",
    "make_one",
    "remake",
    "way_out",
]

Action = Literal["create", "update", "unchanged", "converged", "unowned", "conflict"]


@dataclass(frozen=True, slots=True)
class LiveCard:
    """What the Hub has of a repo at one moment: its head commit, and its README.md (None where there is none).

    `files` are those beside it that are, or may be, cardgen's; what the Hub does not have is not among them.
    """

    exists: bool
    commit: str | None = None
    readme: bytes | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)


NO_REPO = LiveCard(exists=False)


@dataclass(frozen=True, slots=True)
class Edit:
    """What a change does to one file of a repo; None where there is no file before, or none after."""

    path: str
    before: bytes | None
    after: bytes | None


@dataclass(frozen=True, slots=True)
class Change:
    """What a push would do to one repo, and why.

    `edits` are the files that would be other than they are; for `unowned` and `conflict` that is what the user would
    get by insisting, so that the diff shows what would be lost. Without edits nothing is kept of what is live.
    `loss` is what of other people's work that takes away; `remedy` says what to do first where insisting is no use.
    """

    card: Card
    live: LiveCard
    consent: Consent
    action: Action
    reason: str
    units: tuple[Unit, ...]
    edits: tuple[Edit, ...] = ()
    loss: Loss | None = None
    remedy: str = ""

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
    def files(self) -> Mapping[str, bytes | None]:
        """What to commit, by path: a file's bytes, or None where it goes. Empty where nothing is written."""
        return {edit.path: edit.after for edit in self.edits} if self.writes else {}

    @property
    def parent(self) -> str | None:
        """The commit that the change was worked out against."""
        return self.live.commit

    @property
    def diffs(self) -> tuple[str, ...]:
        """A unified diff for each edit. Raw text of somebody's card: escape it where it is shown."""
        return tuple(map(self._diff, self.edits))

    @property
    def diff(self) -> str:
        """All of them as one."""
        return "".join(self.diffs)

    def _diff(self, edit: Edit) -> str:
        path = f"{self.repo.folder}/{edit.path}"
        before, after = ((each or b"").decode(errors="replace") for each in (edit.before, edit.after))
        return diff.unified(before, after, f"{path} on the Hub", f"{path} from {self.card.source}")


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes of one push: of cards in their order, then of the collections' pages.

    `unread` are repos that nothing is planned for, because what the Hub has of them could not be read.
    """

    changes: tuple[Change, ...] = ()
    collections: tuple[CollectionChange, ...] = ()
    unread: Mapping[RepoKey, CardgenError] = field(default_factory=dict)

    @property
    def pending(self) -> tuple[Change, ...]:
        """The cards that a push would write."""
        return tuple(change for change in self.changes if change.writes)

    @property
    def pending_collections(self) -> tuple[CollectionChange, ...]:
        """The pages of collections that a push would change."""
        return tuple(change for change in self.collections if change.writes)

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
    """The plan for `cards`, given what the Hub has of each of their repos, and what the user agrees to lose.

    Raises InputError for an id to overwrite that no card has.
    """
    if unknown := sorted(overwrite - {card.repo.repo_id for card in cards}):
        raise InputError(f"no repo here is called {', '.join(unknown)}", "--overwrite takes the id of a planned repo")
    judge = judge_with(adopt=adopt, overwrite=overwrite)
    return Plan(tuple(judge(card, live[card.repo.key]) for card in cards))


def judge_with(*, adopt: bool = False, overwrite: AbstractSet[str] = frozenset()) -> Callable[[Card, LiveCard], Change]:
    """What to do with a card, given what the Hub has of its repo, and what the user agrees to lose.

    `adopt` takes over cards and files that cardgen has never written. `overwrite` are ids of repos whose card and
    files are replaced where somebody changed what cardgen owns.
    """
    given = Consent.ADOPT if adopt else Consent.NONE

    def judge(card: Card, live: LiveCard) -> Change:
        return make_one(card, live, Consent.OVERWRITE if card.repo.repo_id in overwrite else given)

    return judge


def make_one(card: Card, live: LiveCard, consent: Consent) -> Change:
    """What to do with one card and the files beside it, given what the user agreed to."""
    spliced = ownership.splice(live.readme or b"", card)
    judged = owned_files.judge(card.files, live.files, file_marks.recorded(live.readme))
    readme = card.data if spliced.text == card.text else spliced.text.encode()
    edits = tuple(_edits(live, readme, judged))
    found = (*spliced.units, *(each.unit for each in judged))
    loss = foreign.worst([*spliced.losses, *(each.loss for each in judged if each.loss)])
    problems = (*spliced.problems, *units.problems_of_text(each.unit for each in judged))
    if blocked := [problem for problem in problems if problem.needs > consent]:
        action, remedy = _stopped(spliced.problems, blocked), _remedy(blocked)
        return Change(card, live, consent, action, _reasons(blocked), found, edits, loss, remedy)
    found = tuple(replace(unit, state="update") if unit.state == "conflict" else unit for unit in found)
    if not edits:
        return Change(card, replace(live, readme=None, files={}), consent, "unchanged", "", found)
    action, reason = _written(live, found)
    return Change(card, live, consent, action, reason, found, edits, loss)


def _stopped(of_card: Sequence[Problem], blocked: Sequence[Problem]) -> Action:
    """A file that is somebody else's, beside a card of cardgen's that was edited too, takes more than adopting."""
    strangers = [problem for problem in blocked if problem.needs == Consent.ADOPT]
    is_unowned = len(strangers) == len(blocked) or any(problem in strangers for problem in of_card)
    return "unowned" if is_unowned else "conflict"


def _remedy(blocked: Sequence[Problem]) -> str:
    """What has to be done first; empty where the user's consent is enough."""
    hopeless = [problem for problem in blocked if problem.needs == Consent.NEVER]
    return "; ".join(dict.fromkeys(problem.remedy or "report it, with the card" for problem in hopeless))


def guard(change: Change, attributes: bytes) -> Change:
    """The change, unless the repo's own `.gitattributes` would send what it writes to Git LFS: then the repo stops.

    A card that is stored there is a pointer to the Hub, and a pointer only.
    """
    written = [path for path, data in change.files.items() if data is not None]
    if not (caught := git_attributes.in_lfs(attributes, written)):
        return change
    rules = dict.fromkeys(f"line {rule.line}: {rule.text}" for rule in caught.values())
    return replace(
        change,
        action="conflict",
        reason=f".gitattributes sends {', '.join(caught)} to Git LFS ({'; '.join(rules)})",
        remedy=f"take it out of the repo's .gitattributes, or end that with `{written[0]} -filter`",
    )


def _edits(live: LiveCard, readme: bytes, files: Sequence[Judged]) -> Iterator[Edit]:
    if readme != (live.readme or b""):
        yield Edit(README, live.readme, readme)
    for each in files:
        before = live.files.get(each.unit.name)
        if each.after != before:
            yield Edit(each.unit.name, before, each.after)


def remake(change: Change, live: LiveCard) -> Change:
    """The change again, after somebody committed in between.

    What the user agreed to lose was the card, and the files, that they saw. If these are still the same, so is the
    change; if not, their consent does not reach the new ones.
    """
    same = (live.readme or b"", live.files) == (change.live.readme or b"", change.live.files)
    return make_one(change.card, live, change.consent if same else Consent.NONE)


def _written(live: LiveCard, found: Sequence[Unit]) -> tuple[Action, str]:
    if not live.exists:
        return "create", "the repo does not exist yet"
    if not (live.readme or b"").strip():
        return "create", "the repo has no card yet"
    changed = [unit.name for unit in found if unit.state in {"create", "update"}]
    if changed:
        return "update", f"changed: {', '.join(changed)}"
    return "converged", "the Hub already says what the manifest says; only the marks are renewed"


def _reasons(problems: Sequence[Problem]) -> str:
    return "; ".join(problem.reason for problem in problems)
