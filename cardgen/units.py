"""What has become of a unit (a front-matter key, a block of the body, a file) since cardgen last wrote it.

Two comparisons decide: what was last written against what is there (drift), and what is there against what
is rendered (change).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Literal

from cardgen import foreign, layout, marks
from cardgen.foreign import Loss
from cardgen.suggest import did_you_mean

Kind = Literal["key", "block", "file"]
State = Literal["create", "update", "unchanged", "converged", "conflict", "foreign", "absent"]
"""`absent` is a block that the manifest prints, and that the card on the Hub has no marks for."""

NOT_OURS: Final = "not written by cardgen"
"""The note of a block or file that can be adopted: nothing in it is an edit of what cardgen wrote."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of a repo and its state; `note` says in a few words what happened to it, where that helps."""

    name: str
    kind: Kind
    state: State
    note: str = ""


class Consent(IntEnum):
    """How much of other people's work in a repo the user has agreed to replace."""

    NONE = 0
    ADOPT = 1
    """What stands in a card or file that cardgen has never written (`--adopt`)."""
    OVERWRITE = 2
    """What stands in this card and its files, foreign front-matter keys excepted (`--overwrite REPO`)."""
    NEVER = 3
    """Nobody can agree to this: it would not work."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a repo must not be written to, unless the user gives the consent that it needs.

    `remedy` says what to do first, where nobody can agree.
    """

    reason: str
    needs: Consent
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """A front-matter key after the splice: its lines (empty when it goes), and their fingerprint.

    For a conflict, the lines are the rendered ones: what would stand there if the user insisted.
    """

    unit: Unit
    text: str
    value: str


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a key with the fingerprint of their value. A comment in them is somebody's: cardgen writes none."""

    text: str
    value: str
    has_comment: bool = False


def lines(of: layout.Layout) -> dict[str, Lines]:
    """Every key of a front matter with its lines."""
    return {entry.key: Lines(of.raw(entry), entry.value, entry.has_comment) for entry in of.entries}


def judge_keys(live: Mapping[str, Lines], written: Mapping[str, str], stated: Mapping[str, Lines]) -> tuple[Key, ...]:
    """The keys of a card: those that are there in their order, then new ones in the manifest's order.

    `written` are the digests of what cardgen wrote last; `stated` is what the manifest says now.
    """
    gone = [key for key in [*stated, *written] if key not in live]
    return tuple(
        [_judge_live(key, here, written.get(key), stated.get(key)) for key, here in live.items()]
        + [_judge_gone(key, key in written, stated.get(key)) for key in dict.fromkeys(gone)]
    )


def _judge_live(key: str, live: Lines, written: str | None, stated: Lines | None) -> Key:
    fits = written == marks.digest(live.text, marks.KEY_DIGITS)
    untouched = fits and not live.has_comment
    if stated is None and untouched:
        return Key(Unit(key, "key", "update", "left the manifest"), "", "")
    if stated is None:
        note = "left the manifest, but was edited on the Hub and stays" if written else ""
        return Key(Unit(key, "key", "foreign", note), live.text, live.value)
    if live.value == stated.value:
        return Key(Unit(key, "key", "unchanged" if fits else "converged"), live.text, live.value)
    if untouched:
        return Key(Unit(key, "key", "update"), stated.text, stated.value)
    note = "edited on the Hub" if written else "set on the Hub, not by cardgen"
    note = "has a comment that cardgen did not write" if fits else note
    return Key(Unit(key, "key", "conflict", note), stated.text, stated.value)


def _judge_gone(key: str, was_written: bool, stated: Lines | None) -> Key:
    if stated is None:
        return Key(Unit(key, "key", "converged", "gone from the manifest and the Hub"), "", "")
    if was_written:
        return Key(Unit(key, "key", "conflict", "deleted on the Hub"), stated.text, stated.value)
    return Key(Unit(key, "key", "create"), stated.text, stated.value)


def problems(judged: Iterable[Unit], needs: Consent) -> tuple[Problem, ...]:
    """One problem for all units that are in conflict for the same reason."""
    names: dict[str, list[str]] = {}
    for unit in judged:
        if unit.state == "conflict":
            names.setdefault(unit.note, []).append(unit.name)
    return tuple(Problem(f"{note}: {', '.join(each)}", needs) for note, each in names.items())


def problems_of_text(judged: Iterable[Unit]) -> tuple[Problem, ...]:
    """The same for blocks and files: what cardgen never wrote can be adopted, an edit only be overwritten."""
    found = list(judged)
    ours = [unit for unit in found if unit.note != NOT_OURS]
    others = [unit for unit in found if unit.note == NOT_OURS]
    return (*problems(ours, Consent.OVERWRITE), *problems(others, Consent.ADOPT))


@dataclass(frozen=True, slots=True)
class Judged:
    """A block after the splice: its state, its text with its marks, and what of it is lost by writing that."""

    unit: Unit
    text: str
    loss: Loss | None = None


def judge_block(live: marks.Block, source: str, rendered: str) -> Judged:
    """A block that is there, against what is rendered for it. One that does not change keeps its bytes."""
    name, begin = live.name, marks.begin(live.name, source)
    fresh = marks.wrap(name, source, rendered)
    if live.is_to_be_filled:
        return Judged(Unit(name, "block", "create"), fresh)
    if marks.normalize(live.text) == marks.normalize(rendered):
        return _judge_same(live, begin)
    if live.is_untouched:
        return Judged(Unit(name, "block", "update"), fresh)
    note = "edited on the Hub" if live.digest else NOT_OURS
    return Judged(Unit(name, "block", "conflict", note), fresh, foreign.of_block(name, live.text, rendered))


def _judge_same(live: marks.Block, begin: str) -> Judged:
    if not live.is_untouched:
        return Judged(Unit(live.name, "block", "converged"), _remark(live, begin))
    if live.begin.strip() == begin:
        return Judged(Unit(live.name, "block", "unchanged"), live.whole)
    return Judged(Unit(live.name, "block", "update", "another manifest"), _remark(live, begin))


def _remark(live: marks.Block, begin: str) -> str:
    return f"{begin}\n{live.text}{marks.end(live.name, marks.digest(live.text))}\n"


def judge_unprinted(live: marks.Block, printed: Iterable[str]) -> Judged:
    """A block that is there, and that the manifest does not print for this card.

    The marks stay, because somebody may have put them there. What lies between them goes only if cardgen wrote it.
    """
    if not live.digest:
        note = f"the manifest prints no such block here{did_you_mean(live.name, printed)}"
        return Judged(Unit(live.name, "block", "foreign", note), live.whole)
    if not live.is_untouched:
        note = "left the manifest, but was edited on the Hub and stays"
        return Judged(Unit(live.name, "block", "foreign", note), live.whole)
    return Judged(Unit(live.name, "block", "update", "left the manifest"), marks.emptied(live.name))
