"""How a rendered card goes into the body of the one on the Hub: as one block, or into the blocks that have marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cardgen import file_marks, foreign, marks, units
from cardgen.composing import records
from cardgen.foreign import Loss
from cardgen.marks import Block, Broken, Marks
from cardgen.model import CARD_BLOCK, Card
from cardgen.units import NOT_OURS, Consent, Judged, Problem, Unit

MEND = "mend the marks on the Hub; the history of the repo may have them as they were"
MARK_IT = (
    "put `<!-- cardgen:begin models -->` and `<!-- cardgen:end models -->`, a line each, where that block shall stand"
)


@dataclass(frozen=True, slots=True)
class Body:
    """The body after the splice. `kept` is the text outside of the blocks that it must still have; None is any."""

    text: str
    units: tuple[Unit, ...]
    problems: tuple[Problem, ...] = ()
    losses: tuple[Loss, ...] = ()
    kept: str | None = None


def fresh(card: Card, digests: Mapping[str, str]) -> str:
    """The body of a card in an empty repo. `digests` are those of the front-matter keys that it will have."""
    text = marks.wrap(CARD_BLOCK, card.source, card.body) if card.repo.ownership == "card" else card.body
    return text + records(digests, card.files)


def splice(body: str, found: Marks | Broken, card: Card, digests: Mapping[str, str]) -> Body:
    """Put a rendered card into a body whose marks were read."""
    if card.repo.ownership == "blocks":
        return _by_blocks(body, found, card, digests)
    new = fresh(card, digests)
    if isinstance(found, Broken):
        return _stopped(new, body, Problem(found.reason, Consent.OVERWRITE))
    if not found.exist:
        return _stopped(new, body, Problem(NOT_OURS, Consent.ADOPT))
    if not found.blocks:
        return _stopped(new, body, Problem("its block was deleted on the Hub", Consent.OVERWRITE))
    if [block.name for block in found.blocks] != [CARD_BLOCK]:
        return _from_blocks(new, found)
    judged = units.judge_block(found.blocks[0], card.source, card.body)
    if found.outside.strip():
        return _replaced(new, (judged,), found.outside)
    text = _replace(body, found, [judged.text], _renewed(found, card, digests), found.blocks[0].end)
    return _replaced(text, (judged,), "")


def _stopped(new: str, body: str, problem: Problem) -> Body:
    """A body that is replaced whole, once somebody agrees."""
    unit = Unit(CARD_BLOCK, "block", "conflict", problem.reason)
    loss = foreign.of_text(body, new)
    return Body(new, (unit,), (problem,), (loss,) if loss else ())


def _replaced(text: str, judged: Sequence[Judged], outside: str, *more: Unit) -> Body:
    """A body without any text outside of its blocks: what stood there is lost."""
    loss = foreign.of_text(outside)
    stray = [Unit("outside", "block", "conflict", "text outside the block")] if outside.strip() else []
    stated = (*(each.unit for each in judged), *more, *stray)
    losses = (*(each.loss for each in judged), loss)
    return Body(text, stated, units.problems_of_text(stated), tuple(each for each in losses if each))


def _from_blocks(new: str, found: Marks) -> Body:
    """A card that was owned by blocks becomes cardgen's as a whole; nothing is lost if all of it was cardgen's."""
    edited = [_edited(block, new) for block in found.blocks if not (block.is_untouched or block.is_to_be_filled)]
    return _replaced(new, edited, found.outside, Unit(CARD_BLOCK, "block", "update", "was owned by blocks"))


def _edited(block: Block, new: str) -> Judged:
    note = "edited on the Hub" if block.digest else NOT_OURS
    unit = Unit(block.name, "block", "conflict", note)
    return Judged(unit, "", foreign.of_block(block.name, block.text, new))


def _by_blocks(body: str, found: Marks | Broken, card: Card, digests: Mapping[str, str]) -> Body:
    """The blocks that have marks; the rest of the body stays byte for byte, whatever anybody agrees to."""
    if isinstance(found, Broken):
        return Body(body, (), (Problem(found.reason, Consent.NEVER, MEND),))
    if not found.blocks and not found.outside.strip():
        text = found.outside + fresh(card, digests)
        return Body(text, tuple(Unit(name, "block", "create") for name in card.blocks))
    names = [block.name for block in found.blocks]
    if CARD_BLOCK in names and len(names) > 1:
        reason = f"its block {CARD_BLOCK!r} stands beside others"
        return Body(body, (), (Problem(reason, Consent.NEVER, "take it, or the others, out on the Hub"),))
    judged = [_judge(block, card) for block in found.blocks]
    text = _replace(body, found, [each.text for each in judged], _renewed(found, card, digests), len(body))
    problems = units.problems_of_text(each.unit for each in judged)
    if not found.exist:
        problems = (Problem(f"it has no marks: {MARK_IT}", Consent.ADOPT),)
    return Body(
        text=text,
        units=(*(each.unit for each in judged), *_absent(text, card)),
        problems=problems,
        losses=tuple(each.loss for each in judged if each.loss),
        kept=None if names == [CARD_BLOCK] else found.outside,
    )


def _judge(block: Block, card: Card) -> Judged:
    if block.name == CARD_BLOCK:
        return _divided(block, card)
    if block.name not in card.blocks:
        return units.judge_unprinted(block, card.blocks)
    return units.judge_block(block, card.source, card.blocks[block.name])


def _divided(block: Block, card: Card) -> Judged:
    """The block of a card that was owned whole becomes the blocks that the manifest prints now."""
    if block.is_untouched or block.is_to_be_filled:
        return Judged(Unit(CARD_BLOCK, "block", "update", "is owned by blocks from now on"), card.body)
    edited = _edited(block, card.body)
    return Judged(edited.unit, card.body, edited.loss)


def _absent(text: str, card: Card) -> tuple[Unit, ...]:
    found = marks.read(text)
    there = {block.name for block in found.blocks} if isinstance(found, Marks) else set()
    return tuple(Unit(name, "block", "absent") for name in card.blocks if name not in there)


def _renewed(found: Marks, card: Card, digests: Mapping[str, str]) -> str | None:
    """The records as they have to be; None where they are so."""
    is_current = (found.keys, found.files) == (digests, file_marks.digests(card.files))
    return None if is_current else records(digests, card.files)


def _replace(body: str, found: Marks, texts: Sequence[str], renewed: str | None, end: int) -> str:
    """The body with other texts for its blocks, and maybe for its records: where there are none yet, at `end`."""
    edits = [(block.start, block.end, text) for block, text in zip(found.blocks, texts, strict=True)]
    if renewed is not None:
        first, *others = found.records or ((end, end),)
        edits += [(*first, renewed), *((*place, "") for place in others)]
    for start, stop, text in sorted(edits, reverse=True):
        before = body[:start]
        gap = "\n" if text and before and not before.endswith(("\n", "\r")) else ""
        body = f"{before}{gap}{text}{body[stop:]}"
    return body
