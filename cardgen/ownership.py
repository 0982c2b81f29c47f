"""One card: what of it cardgen owns, and how a rendered card goes into the one that is on the Hub."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cardgen import front_matter, layout, marks, owned_files, units
from cardgen.errors import InputError
from cardgen.front_matter import FrontMatter
from cardgen.marks import Broken, Marks
from cardgen.model import Card, CardData
from cardgen.units import Consent, Problem, Unit

CARD_BLOCK = "card"
GUARDED_KEYS = ("license", "base_model")
MAX_SHRINK = 1 / 3
LFS_POINTER = "version https://git-lfs.github.com/spec/"
NO_FILES: Mapping[str, str] = MappingProxyType({})
_BOM = "\ufeff"


def compose(card_data: CardData, body: str, source: str, files: Mapping[str, str] = NO_FILES) -> str:
    """The whole README as cardgen writes it into an empty repo: front matter, body between marks, records.

    `source` is the name of the manifest, as the card shall show it; `files` are the files beside the card, as they are
    published. Raises InputError when the body holds a mark of its own: nobody's manifest may claim what cardgen has
    not written.
    """
    refuse_marks(body)
    digests = {
        key: marks.digest(front_matter.dump_yaml({key: value}), marks.KEY_DIGITS) for key, value in card_data.items()
    }
    return front_matter.dump(card_data) + _fresh(body, source, digests, files)


def _fresh(body: str, source: str, digests: Mapping[str, str], files: Mapping[str, str]) -> str:
    return marks.wrap(CARD_BLOCK, source, body) + _records(digests, files)


def _records(digests: Mapping[str, str], files: Mapping[str, str]) -> str:
    return marks.data(digests) + marks.files(owned_files.digests(files))


def refuse_marks(body: str) -> None:
    """Raise InputError when rendered text holds what reads as one of cardgen's marks."""
    if marks.PREFIX not in body:
        return
    line = body[: body.index(marks.PREFIX)].count("\n") + 1
    raise InputError(
        f"line {line} of the card's body holds {marks.PREFIX!r}, which only cardgen itself may write",
        "take the comment out of the manifest or the template",
    )


@dataclass(frozen=True, slots=True)
class Spliced:
    """A live card with a rendered one in it. `text` is what is written once every problem has its consent."""

    text: str
    units: tuple[Unit, ...]
    problems: tuple[Problem, ...] = ()


def splice(live: bytes, card: Card) -> Spliced:
    """Put a rendered card into a README from the Hub, and say what that does to each unit of it.

    What is not cardgen's stays byte for byte, as far as it can be told apart; where it cannot, or where
    somebody changed what cardgen wrote, the result carries problems. Never raises for anything in `live`.
    """
    try:
        text = live.decode()
    except UnicodeDecodeError:
        return _replace_all(card, Problem("the card on the Hub is not UTF-8", Consent.OVERWRITE))
    if text == card.text:
        return Spliced(text, _all_units(card, "unchanged"))
    if not text.strip():
        return Spliced(card.text, _all_units(card, "create"))
    if text.startswith(LFS_POINTER):
        reason = "README.md is stored with Git LFS: take it out of .gitattributes first"
        return _replace_all(card, Problem(reason, Consent.NEVER))
    return _splice_text(text, card)


def _replace_all(card: Card, problem: Problem) -> Spliced:
    return Spliced(card.text, _all_units(card, "conflict"), (problem,))


def _all_units(card: Card, state: units.State) -> tuple[Unit, ...]:
    keys = tuple(Unit(key, "key", state) for key in card.repo.card_data)
    return (*keys, Unit(CARD_BLOCK, "block", state))


def _splice_text(text: str, card: Card) -> Spliced:
    bom = _BOM if text.startswith(_BOM) else ""
    front, body = front_matter.split(text.removeprefix(_BOM))
    found = marks.read(body)
    owned = isinstance(found, Broken) or found.exist
    needs = Consent.OVERWRITE if owned else Consent.ADOPT
    head = _splice_head(front, found.keys if isinstance(found, Marks) else {}, card.repo.card_data, needs)
    tail = _splice_body(body, found, card, head.digests)
    result = head.text + tail.text
    problems = [*head.problems, *tail.problems]
    problems += [Problem(reason, needs) for reason in _losses(text, result, head)]
    if fault := _fault(result, head, card):
        problems.append(Problem(f"cardgen cannot splice this card safely: {fault}", Consent.NEVER))
    return Spliced(bom + result, (*head.units, *tail.units), tuple(problems))


@dataclass(frozen=True, slots=True)
class _Head:
    """The front matter after the splice: its text with fences, and the keys that it has to read back with.

    `before` are the keys that the live card had; `values` are fingerprints, `digests` go into the data mark.
    """

    text: str
    units: tuple[Unit, ...]
    before: frozenset[str]
    values: Mapping[str, str]
    digests: Mapping[str, str]
    problems: tuple[Problem, ...] = ()


def _splice_head(front: FrontMatter | None, written: Mapping[str, str], data: CardData, needs: Consent) -> _Head:
    fences = front or FrontMatter("---\n", "", "---\n")
    live = layout.read(fences.lines)
    stated = _stated(data)
    if isinstance(live, layout.Unreadable):
        return _replace_head(data, stated, Problem(f"the front matter {live.reason}", Consent.OVERWRITE))
    here = units.lines(live)
    keys = units.judge_keys(here, written, stated)
    texts = {key.unit.name: key.text for key in keys if key.unit.name in here}
    added = "".join(key.text for key in keys if key.unit.name not in here)
    return _Head(
        text=fences.around(layout.replace(live, texts, added)),
        units=tuple(key.unit for key in keys),
        before=frozenset(here),
        values={key.unit.name: key.value for key in keys if key.text},
        digests=_digests(keys, stated),
        problems=units.problems((key.unit for key in keys), needs),
    )


def _replace_head(data: CardData, stated: Mapping[str, units.Lines], problem: Problem) -> _Head:
    return _Head(
        text=front_matter.dump(data),
        units=tuple(Unit(key, "key", "conflict") for key in stated),
        before=frozenset(),
        values={key: each.value for key, each in stated.items()},
        digests={key: marks.digest(each.text, marks.KEY_DIGITS) for key, each in stated.items()},
        problems=(problem,),
    )


def _stated(data: CardData) -> dict[str, units.Lines]:
    rendered = layout.read(front_matter.dump_yaml(data) if data else "")
    return units.lines(rendered) if isinstance(rendered, layout.Layout) else {}


def _digests(keys: tuple[units.Key, ...], stated: Mapping[str, units.Lines]) -> dict[str, str]:
    """The digests of the stated keys as they will stand, in the manifest's order."""
    texts = {key.unit.name: key.text for key in keys}
    return {key: marks.digest(texts[key], marks.KEY_DIGITS) for key in stated}


@dataclass(frozen=True, slots=True)
class _Tail:
    """The body after the splice."""

    text: str
    units: tuple[Unit, ...]
    problems: tuple[Problem, ...] = ()


def _splice_body(body: str, found: Marks | Broken, card: Card, digests: Mapping[str, str]) -> _Tail:
    fresh = _fresh(card.body, card.source, digests, card.files)
    if isinstance(found, Broken):
        return _Tail(fresh, *_stop(found.reason, Consent.OVERWRITE))
    if not found.exist:
        return _Tail(fresh, *_stop("not written by cardgen", Consent.ADOPT))
    if [block.name for block in found.blocks] != [CARD_BLOCK]:
        return _Tail(fresh, *_stop("its block was deleted or renamed on the Hub", Consent.OVERWRITE))
    block = units.judge_block(found.blocks[0], card.source, card.body)
    foreign = [Unit("outside", "block", "conflict", "text outside the block")] if found.outside.strip() else []
    stated = (block.unit, *foreign)
    text = fresh if foreign else _replace_marked(body, found, block.text, digests, card.files)
    return _Tail(text, stated, units.problems(stated, Consent.OVERWRITE))


def _stop(reason: str, needs: Consent) -> tuple[tuple[Unit, ...], tuple[Problem, ...]]:
    return (Unit(CARD_BLOCK, "block", "conflict", reason),), (Problem(reason, needs),)


def _replace_marked(body: str, found: Marks, block: str, digests: Mapping[str, str], files: Mapping[str, str]) -> str:
    """The body with its one block and its records replaced, and the blank lines around them kept."""
    span = (found.blocks[0].start, found.blocks[0].end)
    edits = [(*span, block)]
    if (found.keys, found.files) != (digests, owned_files.digests(files)):
        first, *others = found.records or ((span[1], span[1]),)
        edits += [(*first, _records(digests, files)), *((*place, "") for place in others)]
    for start, end, text in sorted(edits, reverse=True):
        before = body[:start]
        gap = "\n" if text and before and not before.endswith(("\n", "\r")) else ""
        body = f"{before}{gap}{text}{body[end:]}"
    return body


def _losses(before: str, after: str, head: _Head) -> list[str]:
    """What a card would lose that no push should take without being told to."""
    lost = [f"it would lose its {key}" for key in GUARDED_KEYS if key in head.before - head.values.keys()]
    pairs = [(before, after), (front_matter.split(before)[1], front_matter.split(after)[1])]
    if any(len(now) < len(then) * (1 - MAX_SHRINK) for then, now in pairs):
        lost.append(f"it would shrink from {len(before):,} to {len(after):,} characters")
    return lost


def _fault(result: str, head: _Head, card: Card) -> str:
    """What is wrong with a spliced card when it is read again; empty when it says what it has to."""
    front, body = front_matter.split(result)
    again = layout.read(front.lines if front else "")
    if isinstance(again, layout.Unreadable):
        return f"the front matter {again.reason}"
    if {entry.key: entry.value for entry in again.entries} != head.values:
        return "keys of the front matter would change"
    found = marks.read(body)
    if isinstance(found, Broken) or [block.name for block in found.blocks] != [CARD_BLOCK]:
        return "its marks would not read back"
    block = found.blocks[0]
    if not block.is_untouched or marks.normalize(block.text) != marks.normalize(card.body):
        return "its text would change"
    recorded = found.keys == head.digests and found.files == owned_files.digests(card.files)
    return "" if recorded else "its records would not read back"
