"""One card: what of it cardgen owns, and how a rendered card goes into the one that is on the Hub."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cardgen import file_marks, foreign, front_matter, hub_rules, layout, marks, owned_body, units
from cardgen.composing import is_whole
from cardgen.foreign import Loss
from cardgen.front_matter import FrontMatter
from cardgen.marks import Broken, Marks
from cardgen.model import CARD_BLOCK, Card, CardData
from cardgen.owned_body import Body
from cardgen.units import Consent, Problem, Unit

GUARDED_KEYS = ("license", "base_model")
MAX_SHRINK = 1 / 3
MIN_SHRINK = 200
"""Characters; a shorter card may lose a sentence."""
LFS_POINTER = "version https://git-lfs.github.com/spec/"
LFS_REASON = "README.md is stored with Git LFS, as .gitattributes says"
NO_LFS = "take README.md out of the repo's .gitattributes, and commit the card as plain text"
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Spliced:
    """A live card with a rendered one in it. `text` is what is written once every problem has its consent.

    `losses` are what of other people's work it takes away.
    """

    text: str
    units: tuple[Unit, ...]
    problems: tuple[Problem, ...] = ()
    losses: tuple[Loss, ...] = ()


def splice(live: bytes, card: Card) -> Spliced:
    """Put a rendered card into a README from the Hub, and say what that does to each unit of it.

    What is not cardgen's stays byte for byte, as far as it can be told apart; where it cannot, or where
    somebody changed what cardgen wrote, the result carries problems. Never raises for anything in `live`.
    """
    spliced = _splice(live, card)
    if spliced.text.encode() == live:
        return spliced
    return replace(spliced, problems=(*spliced.problems, *_refusals(spliced)))


def _splice(live: bytes, card: Card) -> Spliced:
    try:
        text = live.decode()
    except UnicodeDecodeError:
        needs = Consent.OVERWRITE if card.repo.ownership == "card" else Consent.NEVER
        remedy = "save it as UTF-8 on the Hub: cardgen keeps all of its text but the blocks"
        return _replace_all(card, Problem("the card on the Hub is not UTF-8", needs, remedy))
    if text == card.text:
        return Spliced(text, _all_units(card, "unchanged"))
    if not text.strip():
        return Spliced(card.text, _all_units(card, "create"))
    if text.startswith(LFS_POINTER):
        return _replace_all(card, Problem(LFS_REASON, Consent.NEVER, NO_LFS))
    return _splice_text(text, card)


def _replace_all(card: Card, problem: Problem) -> Spliced:
    return Spliced(card.text, _all_units(card, "conflict"), (problem,))


def _all_units(card: Card, state: units.State) -> tuple[Unit, ...]:
    keys = tuple(Unit(key, "key", state) for key in card.repo.card_data)
    return (*keys, *(Unit(name, "block", state) for name in card.owned))


def _refusals(spliced: Spliced) -> tuple[Problem, ...]:
    """What stands in the front matter that the Hub refuses in every commit."""
    front, _ = front_matter.split(spliced.text.removeprefix(_BOM))
    foreign_keys = {unit.name for unit in spliced.units if unit.state == "foreign"}
    return tuple(
        Problem(
            f"the Hub refuses every card like this: {refusal.reason}",
            Consent.NEVER,
            "mend it on the Hub: the key is not cardgen's"
            if refusal.key in foreign_keys
            else "mend it in the manifest",
        )
        for refusal in (hub_rules.refusals(front.lines) if front else ())
    )


def _splice_text(text: str, card: Card) -> Spliced:
    bom = _BOM if text.startswith(_BOM) else ""
    front, body = front_matter.split(text.removeprefix(_BOM))
    found = marks.read(body)
    owned = isinstance(found, Broken) or found.say_written
    needs = Consent.OVERWRITE if owned else Consent.ADOPT
    head = _splice_head(front, found.keys if isinstance(found, Marks) else {}, card.repo.card_data, needs)
    tail = owned_body.splice(body, found, card, head.digests)
    result = head.text + tail.text
    problems = [*head.problems, *tail.problems]
    problems += [Problem(reason, needs) for reason in _losses(text.removeprefix(_BOM), result, head)]
    if not isinstance(found, Broken) and (fault := _fault(result, head, tail, card)):
        problems.append(Problem(f"cardgen cannot splice this card safely: {fault}", Consent.NEVER))
    return Spliced(bom + result, (*head.units, *tail.units), tuple(problems), (*head.losses, *tail.losses))


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
    losses: tuple[Loss, ...] = ()


def _splice_head(front: FrontMatter | None, written: Mapping[str, str], data: CardData, needs: Consent) -> _Head:
    fences = front or FrontMatter("---\n", "", "---\n")
    live = layout.read(fences.lines)
    stated = _stated(data)
    if isinstance(live, layout.Unreadable):
        problem = Problem(f"the front matter {live.reason}", Consent.OVERWRITE)
        return _replace_head(data, stated, problem, foreign.of_key("all of it", fences.lines))
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
        losses=tuple(_loss(key, here) for key in keys if key.unit.state == "conflict"),
    )


def _loss(key: units.Key, here: Mapping[str, units.Lines]) -> Loss:
    name = key.unit.name
    return foreign.of_key(name, here[name].text if name in here else "")


def _replace_head(data: CardData, stated: Mapping[str, units.Lines], problem: Problem, loss: Loss) -> _Head:
    return _Head(
        text=front_matter.dump(data),
        units=tuple(Unit(key, "key", "conflict") for key in stated),
        before=frozenset(),
        values={key: each.value for key, each in stated.items()},
        digests={key: marks.digest(each.text, marks.KEY_DIGITS) for key, each in stated.items()},
        problems=(problem,),
        losses=(loss,),
    )


def _stated(data: CardData) -> dict[str, units.Lines]:
    rendered = layout.read(front_matter.dump_yaml(data) if data else "")
    return units.lines(rendered) if isinstance(rendered, layout.Layout) else {}


def _digests(keys: tuple[units.Key, ...], stated: Mapping[str, units.Lines]) -> dict[str, str]:
    """The digests of the stated keys as they will stand, in the manifest's order."""
    texts = {key.unit.name: key.text for key in keys}
    return {key: marks.digest(texts[key], marks.KEY_DIGITS) for key in stated}


def _losses(before: str, after: str, head: _Head) -> list[str]:
    """What a card would lose that no push should take without being told to. Marks are no loss."""
    lost = [f"it would lose its {key}" for key in GUARDED_KEYS if key in head.before - head.values.keys()]
    cards = [marks.without(text) for text in (before, after)]
    bodies = [front_matter.split(text)[1] for text in cards]
    shrunk = [(then, now) for then, now in (map(len, cards), map(len, bodies)) if _is_shrunk(then, now)]
    return [*lost, *(f"it would shrink from {then:,} to {now:,} characters" for then, now in shrunk[:1])]


def _is_shrunk(then: int, now: int) -> bool:
    return then - now > max(then * MAX_SHRINK, MIN_SHRINK)


def _fault(result: str, head: _Head, tail: Body, card: Card) -> str:
    """What is wrong with a spliced card when it is read again; empty when it says what it has to."""
    front, body = front_matter.split(result)
    again = layout.read(front.lines if front else "")
    if isinstance(again, layout.Unreadable):
        return f"the front matter {again.reason}"
    if {entry.key: entry.value for entry in again.entries} != head.values:
        return "keys of the front matter would change"
    found = marks.read(body)
    if isinstance(found, Broken) or (card.repo.ownership == "card" and _names(found) != [CARD_BLOCK]):
        return "its marks would not read back"
    if not all(is_whole(block, card.owned) for block in found.blocks if block.name in card.owned):
        return "its text would change"
    if tail.kept is not None and found.outside.rstrip("\r\n") != tail.kept.rstrip("\r\n"):
        return "text outside of its blocks would change"
    recorded = found.keys == head.digests and found.files == file_marks.digests(card.files)
    return "" if recorded else "its records would not read back"


def _names(found: Marks) -> list[str]:
    return [block.name for block in found.blocks]
