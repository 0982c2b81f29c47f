"""The table of states: what is live against what is rendered, and what a push does. Each row, with both ownerships."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from cardgen import plan
from cardgen.model import README, Card
from cardgen.plan import NO_REPO, Change, LiveCard
from cards import BLOCKS, make_block_card, make_card

DATA = {"license": "mit", "base_model": "org/base"}
NEW_TEXT = "<table>\n<tr></tr>\n</table>"


@dataclass(frozen=True)
class Kind:
    """An ownership: how its cards are made, and the block that tests change."""

    make: Callable[[Mapping[str, Any], str], Card]
    block: str
    old: str
    new: str

    def card(self, data: Mapping[str, Any] = DATA, text: str = "") -> Card:
        return self.make(data, text or self.old)

    def live(self, old: str = "", new: str = "") -> str:
        """The card as it was written, with an edit by somebody."""
        text = self.card().text
        assert old in text
        return text.replace(old, new, 1) if old else text


def _by_blocks(data: Mapping[str, Any], text: str) -> Card:
    return make_block_card(data, {**BLOCKS, "models": text})


KINDS = {
    "card": Kind(make_card, "card", "# T\n\nText.\n", "# T\n\nNew text.\n"),
    "blocks": Kind(_by_blocks, "models", BLOCKS["models"], NEW_TEXT),
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


def change(card: Card, has: str | LiveCard, **consent: bool) -> Change:
    live = LiveCard(exists=True, commit="0" * 40, readme=has.encode()) if isinstance(has, str) else has
    overwrite = frozenset({card.repo.repo_id} if consent.get("overwrite") else ())
    (made,) = plan.make([card], {card.repo.key: live}, adopt=consent.get("adopt", False), overwrite=overwrite).changes
    return made


def state(made: Change, name: str) -> str:
    return next(unit.state for unit in made.units if unit.name == name)


def written(made: Change) -> str:
    return (made.files[README] or b"").decode()


@pytest.mark.parametrize("has", [NO_REPO, LiveCard(exists=True, commit="0" * 40), ""], ids=["no repo", "none", "empty"])
def test_no_card_is_created(kind: Kind, has: str | LiveCard) -> None:
    made = change(kind.card(), has)
    assert (made.action, state(made, kind.block)) == ("create", "create")
    assert written(made) == kind.card().text


def test_a_card_without_marks_is_unowned_until_it_is_adopted(kind: Kind) -> None:
    live = "---\ntags: [mine]\n---\n# By hand\n\nWords.\n"
    stopped = change(kind.card(), live)
    assert (stopped.action, stopped.stops, stopped.files) == ("unowned", True, {})
    assert stopped.diff
    assert change(kind.card(), live, overwrite=True).writes
    adopted = change(kind.card(), live, adopt=True)
    assert adopted.action == "update"
    assert "tags: [mine]\n" in written(adopted)
    assert ("# By hand\n\nWords.\n" in written(adopted)) is (kind.block == "models")
    assert change(kind.card(), written(adopted)).action == "unchanged"


def test_a_digest_that_fits_and_the_same_is_unchanged(kind: Kind) -> None:
    made = change(kind.card(), kind.live())
    assert (made.action, state(made, kind.block), made.files) == ("unchanged", "unchanged", {})


def test_a_digest_that_fits_and_something_else_is_an_update(kind: Kind) -> None:
    made = change(kind.card(text=kind.new), kind.live())
    assert (made.action, state(made, kind.block)) == ("update", "update")
    assert written(made) == kind.card(text=kind.new).text


def test_an_edit_that_says_the_same_converges(kind: Kind) -> None:
    card = kind.card(text=kind.new)
    made = change(card, kind.live(kind.old, kind.new))
    assert (made.action, state(made, kind.block)) == ("converged", "converged")
    assert written(made) == card.text


def test_an_edit_that_says_something_else_is_a_conflict(kind: Kind) -> None:
    live = kind.live(kind.old, f"{kind.old.rstrip()}\n\nSomebody's line.\n")
    made = change(kind.card(), live)
    assert (made.action, state(made, kind.block), made.files) == ("conflict", "conflict", {})
    assert made.loss is not None
    assert (made.loss.kind, made.loss.lines, made.loss.about) == ("an edit inside a block", 1, kind.block)
    assert change(kind.card(), live, adopt=True).action == "conflict"
    assert ("cardgen pull" in plan.way_out(made)) is (kind.block == "card"), "cards with blocks are not pulled"
    insisted = change(kind.card(), live, overwrite=True)
    assert (insisted.action, written(insisted)) == ("update", kind.card().text)
    assert insisted.loss == made.loss


def test_a_foreign_key_that_the_manifest_does_not_state_is_kept_always(kind: Kind) -> None:
    live = kind.live("license:", "tags: [ a,b ]  # mine\nlicense:")
    assert change(kind.card(), live).action == "unchanged"
    for consent in ({}, {"adopt": True}, {"overwrite": True}):
        made = change(kind.card(text=kind.new), live, **consent)
        assert (made.action, state(made, "tags")) == ("update", "foreign")
        assert "\ntags: [ a,b ]  # mine\n" in written(made)


def test_a_foreign_key_that_the_manifest_now_states_alike_is_taken_over(kind: Kind) -> None:
    live = kind.live("license:", "tags: [ a,b ]  # mine\nlicense:")
    made = change(kind.card({**DATA, "tags": ["a", "b"]}), live)
    assert (made.action, state(made, "tags")) == ("converged", "converged")
    assert "\ntags: [ a,b ]  # mine\n" in written(made)


def test_a_foreign_key_that_the_manifest_now_states_otherwise_is_a_conflict(kind: Kind) -> None:
    live = kind.live("license:", "tags: [a, b]\nlicense:")
    card = kind.card({**DATA, "tags": ["a", "c"]})
    made = change(card, live)
    assert (made.action, state(made, "tags")) == ("conflict", "conflict")
    assert made.loss is not None
    assert (made.loss.kind, made.loss.lines, made.loss.about) == ("metadata only", 1, "tags")
    assert "- c\n" in written(change(card, live, overwrite=True))


def test_text_outside_is_kept_in_blocks_and_stops_a_card_that_is_owned_whole(kind: Kind) -> None:
    live = kind.live() + "\n## Mine\n\nWords.\n"
    made = change(kind.card(text=kind.new), live)
    if kind.block == "models":
        assert (made.action, made.loss) == ("update", None)
        assert written(made).endswith("\n## Mine\n\nWords.\n")
        return
    assert (made.action, state(made, "outside")) == ("conflict", "conflict")
    assert made.loss is not None
    assert (made.loss.kind, made.loss.lines, made.loss.about) == ("a new section", 2, "## Mine")
    assert written(change(kind.card(text=kind.new), live, overwrite=True)) == kind.card(text=kind.new).text


@pytest.mark.parametrize("key", ["license", "base_model"])
def test_a_card_that_would_lose_a_key_that_matters_stops(kind: Kind, key: str) -> None:
    card = kind.card({name: value for name, value in DATA.items() if name != key})
    made = change(card, kind.live())
    assert (made.action, made.reason, made.loss) == ("conflict", f"it would lose its {key}", None)
    assert written(change(card, kind.live(), overwrite=True)) == card.text


def test_a_card_that_would_shrink_by_more_than_a_third_stops(kind: Kind) -> None:
    long, short = kind.card(text="word " * 400), kind.card(text="word " * 100)
    made = change(short, long.text)
    assert (made.action, state(made, kind.block)) == ("conflict", "update")
    assert "it would shrink from 2," in made.reason
    assert change(kind.card(text="word " * 300), long.text).action == "update"
    assert written(change(short, long.text, overwrite=True)) == short.text


COMMENTED = {
    "beside the value": ("license: mit\n", "license: mit  # as agreed with the lab\n"),
    "in quotes there is none": ("license: mit\n", "license: 'mit' # as agreed\n"),
}


@pytest.mark.parametrize(("old", "new"), COMMENTED.values(), ids=COMMENTED)
def test_a_comment_in_a_key_that_was_taken_over_stays_its_authors(kind: Kind, old: str, new: str) -> None:
    taken_over = change(kind.card(), kind.live(old, new))
    assert taken_over.action == "converged"
    live = taken_over.files[README]
    assert live is not None
    assert new in live.decode()
    assert change(kind.card(), live.decode()).action == "unchanged"
    newer = kind.card({**DATA, "license": "apache-2.0"})
    stopped = change(newer, live.decode())
    assert (stopped.action, stopped.reason) == ("conflict", "has a comment that cardgen did not write: license")
    assert change(newer, live.decode(), overwrite=True).writes
    gone = change(kind.card({"base_model": "org/base"}), live.decode())
    assert gone.writes
    assert new.encode() in (gone.files[README] or b"")
