"""Whatever somebody makes of a card with blocks: none of their bytes goes without consent, under either ownership."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen import front_matter, marks, ownership
from cardgen.marks import Block, Marks
from cardgen.model import CARD_BLOCK, Card
from cardgen.units import Consent
from cards import BLOCKS, SOURCE, make_block_card, make_card, mark
from splicing import needed

NAMES = ("header", "models", "citation", "card", "model", "section-1")
texts = st.lists(st.sampled_from(["a", "b\u2028c", "## H", " ", "", "```", "<!-- x -->", "🤗\r", "---"]), max_size=3)
foreign = texts.map(lambda lines: "".join(f"{line}\n" for line in lines))
contents = st.one_of(foreign, st.sampled_from([f"{text}\n" for text in BLOCKS.values()]))


@st.composite
def written(draw: st.DrawFn, name: str) -> str:
    """A block that cardgen wrote, as it was or with somebody's edit."""
    whole = marks.wrap(name, SOURCE, draw(contents))
    if draw(st.booleans()):
        whole = whole.replace("<!-- cardgen:end", draw(foreign) + "<!-- cardgen:end")
    return whole.replace("\n", "\r\n") if draw(st.integers(0, 5)) == 0 else whole


@st.composite
def bodies(draw: st.DrawFn) -> str:
    pieces = [draw(foreign)]
    for name in draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True)):
        pieces += [draw(st.one_of(contents.map(partial(mark, name)), written(name))), draw(foreign)]
    pieces += [
        draw(st.sampled_from(["", "<!-- cardgen:data license=3fa9c1d2 -->\n"])),
        draw(st.sampled_from(["", "end"])),
    ]
    return "".join(pieces)


cards_of: Mapping[str, Any] = {
    "blocks": lambda blocks, data: make_block_card(data, blocks),
    "card": lambda blocks, data: make_card(data, "\n\n".join(blocks.values()) + "\n"),
}
blocks = st.dictionaries(st.sampled_from(list(BLOCKS)), st.sampled_from([*BLOCKS.values(), "New."]), min_size=1)
card_data = st.sampled_from([{}, {"license": "mit"}])
fronts = st.sampled_from(["", "---\nlicense: mit\n---\n", "---\nconfigs:\n- a: [1] # c\n---\n"])


def read(text: str) -> Marks:
    found = marks.read(front_matter.split(text)[1])
    assert isinstance(found, Marks)
    return found


def somebodys(block: Block) -> bool:
    return bool(block.text.strip()) and not block.is_untouched


def is_kept(block: Block, card: Card, after: str) -> bool:
    same = marks.normalize(card.owned.get(block.name, "")) == marks.normalize(block.text)
    return block.text in after or same


@pytest.mark.parametrize("ownership_of", cards_of)
@settings(max_examples=400)
@given(st.data())
def test_no_foreign_byte_disappears_without_consent(ownership_of: str, data: st.DataObject) -> None:
    card = cards_of[ownership_of](data.draw(blocks), data.draw(card_data))
    front, body = data.draw(fronts), data.draw(bodies())
    live = front + body
    before = marks.read(front_matter.split(live)[1])
    spliced = ownership.splice(live.encode(), card)
    if not live.strip() or needed(spliced) == Consent.NEVER or not isinstance(before, Marks):
        return
    after = spliced.text
    if ownership_of == "blocks":
        outside = read(after).outside.rstrip("\r\n")
        is_divided = [block.name for block in before.blocks] == [CARD_BLOCK]
        assert is_divided or outside == before.outside.rstrip("\r\n")
        assert all(line in after for line in before.outside.split("\n"))
    elif before.outside.strip():
        assert needed(spliced) > Consent.NONE
    for block in before.blocks:
        if somebodys(block) and not is_kept(block, card, after):
            assert needed(spliced) > (Consent.ADOPT if block.digest else Consent.NONE)
    if "configs" in front:
        assert "\nconfigs:\n- a: [1] # c\n" in after
    again = ownership.splice(after.encode(), card)
    assert again.text == after
    assert needed(again) in (Consent.NONE, Consent.ADOPT if not read(after).exist else Consent.NONE)


@given(blocks, blocks, card_data)
def test_from_one_ownership_to_the_other_and_back(
    old: dict[str, str], new: dict[str, str], data: dict[str, Any]
) -> None:
    """Where nobody edited anything, there is no conflict, and the result is as if it were new."""
    made = {kind: (make(old, data), make(new, data)) for kind, make in cards_of.items()}
    for one, other in (("card", "blocks"), ("blocks", "card")):
        spliced = ownership.splice(made[one][0].text.encode(), made[other][1])
        assert not spliced.problems
        assert spliced.text == made[other][1].text
