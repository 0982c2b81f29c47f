"""Cards of which cardgen owns only the blocks that they have marks for."""

from __future__ import annotations

import pytest

from cardgen import composing, marks, ownership
from cardgen.errors import InputError
from cardgen.ownership import Spliced
from cardgen.units import Consent
from cards import BLOCKS, SOURCE, make_block_card, make_card, mark
from splicing import needed, splice, states

CARD = make_block_card({"license": "mit"})
HAND = f"---\nlicense: mit\n---\n\n# Mine\n\n{mark('models')}\nMy own words.\r\n  \n{mark('citation')}\nThe end"
"""A card by hand, that asks for two of the three blocks."""


def wrapped(name: str, text: str = "") -> str:
    return marks.wrap(name, SOURCE, text or BLOCKS[name])


def filled() -> str:
    return splice(HAND, CARD).text


def test_marks_by_hand_are_filled_and_all_else_stays() -> None:
    spliced = splice(HAND, CARD)
    record = CARD.text[CARD.text.index("<!-- cardgen:data") :]
    expected = HAND.replace(mark("models"), wrapped("models")).replace(mark("citation"), wrapped("citation"))
    assert spliced.text == f"{expected}\n{record}"
    assert states(spliced) == {
        "license": "converged",
        "models": "create",
        "citation": "create",
        "header": "absent",
    }
    assert not spliced.problems
    again = splice(spliced.text, CARD)
    assert again.text == spliced.text
    assert set(states(again).values()) == {"unchanged", "absent"}


def test_the_blocks_may_stand_in_any_order() -> None:
    live = f"{mark('citation')}{mark('header')}\n{mark('models')}"
    found = marks.read(splice(live, make_block_card({})).text)
    assert isinstance(found, marks.Marks)
    assert [block.name for block in found.blocks] == ["citation", "header", "models"]


def test_an_empty_repo_gets_every_block_between_marks_of_its_own() -> None:
    spliced = splice("", CARD)
    assert spliced.text == CARD.text
    found = marks.read(CARD.text.split("---\n")[2])
    assert isinstance(found, marks.Marks)
    assert {block.name: marks.normalize(block.text) for block in found.blocks} == BLOCKS
    assert all(block.is_untouched for block in found.blocks)


def test_text_between_the_blocks_may_be_written_by_hand_later() -> None:
    live = CARD.text.replace("\n<!-- cardgen:begin models", "\nBy hand.\n\n<!-- cardgen:begin models")
    new = make_block_card({"license": "mit"}, {**BLOCKS, "models": "<table>\n<tr></tr>\n</table>"})
    spliced = splice(live, new)
    assert not spliced.problems
    assert spliced.text == new.text.replace("\n<!-- cardgen:begin models", "\nBy hand.\n\n<!-- cardgen:begin models")


@pytest.mark.parametrize(
    ("inside", "state", "consent"),
    [
        pytest.param("", "create", Consent.NONE, id="empty"),
        pytest.param("\n  \n\n", "create", Consent.NONE, id="blank"),
        pytest.param(BLOCKS["models"] + "\n", "converged", Consent.NONE, id="the same by hand"),
        pytest.param("My table.\n", "conflict", Consent.ADOPT, id="something else"),
    ],
)
def test_marks_without_a_digest(inside: str, state: str, consent: Consent) -> None:
    live = f"Mine.\n\n{mark('models', inside)}"
    spliced = splice(live, make_block_card({}))
    assert states(spliced)["models"] == state
    assert needed(spliced) == consent
    assert spliced.text == live.replace(mark("models", inside), spliced.text[len("Mine.\n\n") :])
    assert states(splice(spliced.text, make_block_card({})))["models"] == "unchanged"


def test_an_edit_inside_a_block_stops_and_what_is_outside_never_does() -> None:
    live = filled().replace("Cite.", "Cite me.").replace("My own", "My very own")
    spliced = splice(live, CARD)
    assert states(spliced)["citation"] == "conflict"
    assert needed(spliced) == Consent.OVERWRITE
    assert spliced.text == live.replace("Cite me.", "Cite.")


def test_marks_that_somebody_takes_out_are_his_wish() -> None:
    live = filled().replace(wrapped("citation"), "")
    spliced = splice(live, CARD)
    assert spliced.text == live
    assert states(spliced)["citation"] == "absent"
    assert not spliced.problems


def test_a_block_that_left_the_manifest_is_emptied_and_its_marks_stay() -> None:
    fewer = make_block_card({"license": "mit"}, {"header": BLOCKS["header"], "models": BLOCKS["models"]})
    spliced = splice(filled(), fewer)
    assert spliced.text == filled().replace(wrapped("citation"), mark("citation"))
    assert states(spliced)["citation"] == "update"
    assert not spliced.problems
    assert splice(spliced.text, fewer).text == spliced.text
    assert splice(spliced.text, CARD).text == filled()


def test_a_block_that_left_the_manifest_after_an_edit_stays() -> None:
    fewer = make_block_card({"license": "mit"}, {"models": BLOCKS["models"]})
    live = filled().replace("Cite.", "Cite me.")
    spliced = splice(live, fewer)
    assert spliced.text == live
    assert states(spliced)["citation"] == "foreign"
    assert not spliced.problems


def test_a_name_that_the_manifest_does_not_print_is_told_and_left() -> None:
    spliced = splice(f"Mine.\n{mark('model')}{mark('models')}", make_block_card({}))
    assert spliced.text == f"Mine.\n{mark('model')}{wrapped('models')}"
    (unit,) = (unit for unit in spliced.units if unit.name == "model")
    assert (unit.state, unit.note) == (
        "foreign",
        "the manifest prints no such block here; did you mean 'models'?",
    )


def test_a_card_without_marks_stops_and_adopting_it_takes_its_front_matter_alone() -> None:
    live = "---\npipeline_tag: text-generation\n---\n# Mine\n\nWords."
    spliced = splice(live, CARD)
    assert needed(spliced) == Consent.ADOPT
    assert "it has no marks" in spliced.problems[0].reason
    assert not spliced.losses
    record = CARD.text[CARD.text.index("<!-- cardgen:data") :]
    assert spliced.text == live.replace("\n---\n#", "\nlicense: mit\n---\n#") + "\n" + record
    again = splice(spliced.text, CARD)
    assert again.text == spliced.text
    assert not again.problems


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("<!-- cardgen:end models", "<!-- cardgen:end"),
        lambda text: text.replace("<!-- cardgen:end models", "<!-- end models"),
        lambda text: text + mark("models"),
        lambda text: text + mark("card"),
        lambda text: text.replace("<table>", mark("header")),
    ],
)
def test_marks_that_cannot_be_trusted_are_for_a_person_to_mend(spoil: object) -> None:
    live = spoil(filled())  # type: ignore[operator]
    spliced = splice(live, CARD)
    assert needed(spliced) == Consent.NEVER
    assert spliced.problems[0].remedy
    assert spliced.text == live


def test_bytes_that_are_no_text_are_never_replaced() -> None:
    assert needed(ownership.splice(b"\xff\xfe# T", CARD)) == Consent.NEVER


WHOLE = make_card({"license": "mit"}, "# T\n\nIntro, as it was long ago, with a few more words.\n")


def problems(spliced: Spliced) -> list[str]:
    return [problem.reason for problem in spliced.problems]


def test_a_card_that_was_owned_whole_is_divided() -> None:
    spliced = splice(WHOLE.text, CARD)
    assert not spliced.problems
    assert spliced.text == CARD.text
    assert states(spliced) == {"license": "unchanged", "card": "update"}


def test_dividing_keeps_text_outside_of_the_block() -> None:
    live = WHOLE.text.replace("<!-- cardgen:data", "By hand.\n\n<!-- cardgen:data")
    spliced = splice(live, CARD)
    assert not spliced.problems
    assert spliced.text == CARD.text.replace("<!-- cardgen:data", "By hand.\n\n<!-- cardgen:data")


def test_dividing_an_edited_card_stops() -> None:
    spliced = splice(WHOLE.text.replace("Intro", "My intro"), CARD)
    assert needed(spliced) == Consent.OVERWRITE
    assert states(spliced)["card"] == "conflict"
    assert spliced.text == CARD.text


def test_blocks_become_a_whole_card() -> None:
    spliced = splice(CARD.text, WHOLE)
    assert not spliced.problems
    assert spliced.text == WHOLE.text
    assert states(spliced) == {"license": "unchanged", "card": "update"}


def test_blocks_with_text_of_others_become_a_whole_card_only_when_told() -> None:
    spliced = splice(filled(), WHOLE)
    assert needed(spliced) == Consent.OVERWRITE
    assert "text outside the block: outside" in problems(spliced)
    assert [(loss.kind, loss.lines) for loss in spliced.losses] == [("a new section", 3)]
    edited = splice(CARD.text.replace("Cite.", "Cite me."), WHOLE)
    assert problems(edited) == ["edited on the Hub: citation"]
    by_hand = splice(mark("models", "Mine.\n"), make_card({}))
    assert problems(by_hand) == ["not written by cardgen: models"]
    assert needed(by_hand) == Consent.ADOPT


def test_there_and_back_again() -> None:
    assert splice(splice(CARD.text, WHOLE).text, CARD).text == CARD.text


@pytest.mark.parametrize(
    ("body", "blocks"),
    [
        (wrapped("header") + wrapped("header"), BLOCKS),
        (wrapped("header", "Other."), BLOCKS),
        (wrapped("other", "Other."), BLOCKS),
        (wrapped("header") + "<!-- cardgen:data a=1 -->\n", BLOCKS),
        (wrapped("header"), {**BLOCKS, "models": "<!-- cardgen:end models -->"}),
    ],
)
def test_a_template_that_spoils_a_block(body: str, blocks: dict[str, str]) -> None:
    with pytest.raises(InputError) as caught:
        composing.make_card(make_block_card({}).repo, SOURCE, body, blocks, {})
    assert caught.value.hint
