"""The plan of a repo whose card has a file beside it."""

from __future__ import annotations

import json

import pytest

from cardgen import plan
from cardgen.file_marks import RESULTS
from cardgen.model import README, Card
from cardgen.plan import NO_REPO, Change, LiveCard
from cards import make_card

SCORES, HIGHER = "- value: 1\n- value: 5\n", "- value: 2\n- value: 5\n"
PLAIN = make_card({"license": "mit"})
CARD = make_card({"license": "mit"}, results=SCORES)
BETTER = make_card({"license": "mit"}, "# T\n\nBetter.\n", results=HIGHER)
FILE, BETTER_FILE = CARD.files[RESULTS].encode(), BETTER.files[RESULTS].encode()
EDITED = FILE.replace(b"1\n", b"9\n")


def live(card: str | None, file: bytes | None) -> LiveCard:
    return LiveCard(
        exists=True,
        commit="0" * 40,
        readme=card.encode() if card else None,
        files={} if file is None else {RESULTS: file},
    )


def change(card: Card, has: LiveCard, *, adopt: bool = False, overwrite: bool = False) -> Change:
    ids = frozenset({card.repo.repo_id}) if overwrite else frozenset()
    (made,) = plan.make([card], {card.repo.key: has}, adopt=adopt, overwrite=ids).changes
    return made


def test_a_new_repo_gets_both() -> None:
    made = change(CARD, NO_REPO)
    assert (made.action, made.files) == ("create", {README: CARD.text.encode(), RESULTS: FILE})


def test_the_same_again_is_no_change() -> None:
    made = change(CARD, live(CARD.text, FILE))
    assert (made.action, made.files, made.edits, made.diff) == ("unchanged", {}, (), "")


def test_results_come_to_a_card_that_is_there() -> None:
    made = change(CARD, live(PLAIN.text, None))
    assert (made.action, made.reason) == ("update", f"changed: {RESULTS}")
    assert made.files == {README: CARD.text.encode(), RESULTS: FILE}


def test_both_change() -> None:
    made = change(BETTER, live(CARD.text, FILE))
    assert (made.action, made.reason) == ("update", f"changed: card, {RESULTS}")
    assert made.files == {README: BETTER.text.encode(), RESULTS: BETTER_FILE}


def test_results_that_left_the_manifest_are_removed() -> None:
    made = change(PLAIN, live(CARD.text, FILE))
    assert (made.action, made.reason) == ("update", f"changed: {RESULTS}")
    assert made.files == {README: PLAIN.text.encode(), RESULTS: None}
    assert "\n-- value: 1\n" in made.diff


def test_edited_results_that_left_the_manifest_stay_where_they_are() -> None:
    made = change(PLAIN, live(CARD.text, EDITED))
    assert made.files == {README: PLAIN.text.encode()}
    assert (made.action, {unit.name: unit.state for unit in made.units}[RESULTS]) == ("converged", "foreign")
    assert f"keeps {RESULTS}" in plan.as_text(plan.Plan((made,)))


def test_an_edit_of_the_results_stops_the_repo() -> None:
    made = change(BETTER, live(CARD.text, EDITED))
    assert (made.action, made.reason) == ("conflict", f"edited on the Hub: {RESULTS}")
    assert (made.files, made.stops) == ({}, True)
    assert "\n-- value: 9\n" in made.diff
    assert "cardgen pull" not in plan.way_out(made)
    assert "--overwrite org/name" in plan.way_out(made)
    insisted = change(BETTER, live(CARD.text, EDITED), overwrite=True)
    assert (insisted.action, insisted.files[RESULTS]) == ("update", BETTER_FILE)


def test_an_edit_of_the_results_that_the_manifest_does_not_touch_stops_the_repo_too() -> None:
    assert change(CARD, live(CARD.text, EDITED)).action == "conflict"


def test_the_same_edit_on_both_sides_is_only_marked_again() -> None:
    card = make_card({"license": "mit"}, results=SCORES.replace("1", "9"))
    made = change(card, live(CARD.text, EDITED))
    assert made.action == "converged"
    assert made.files == {README: card.text.encode(), RESULTS: card.files[RESULTS].encode()}
    assert change(card, live(card.text, card.files[RESULTS].encode())).action == "unchanged"


def test_a_file_alone_may_need_a_commit() -> None:
    unmarked = FILE.split(b"\n", 1)[1]
    made = change(CARD, live(CARD.text, unmarked))
    assert (made.action, made.files) == ("converged", {RESULTS: FILE})


def test_somebody_elses_file_is_taken_over_only_when_told() -> None:
    has = live(PLAIN.text, b"- value: 7\n")
    made = change(CARD, has)
    assert (made.action, made.reason, made.files) == ("unowned", f"not written by cardgen: {RESULTS}", {})
    assert plan.way_out(made).startswith("--adopt takes it over")
    assert change(CARD, has, adopt=True).files == {README: CARD.text.encode(), RESULTS: FILE}
    assert change(CARD, has, overwrite=True).writes


def test_adopting_a_file_does_not_reach_an_edit_of_the_card() -> None:
    has = live(PLAIN.text.replace("Text.", "Mine."), b"- value: 7\n")
    assert change(CARD, has).action == "conflict"
    assert change(CARD, has, adopt=True).action == "conflict"
    assert change(CARD, has, overwrite=True).action == "update"


def test_a_card_and_a_file_of_somebody_else_are_adopted_together() -> None:
    has = live("# Mine\n", b"- value: 7\n")
    assert change(CARD, has).action == "unowned"
    assert change(CARD, has, adopt=True).files == {README: CARD.text.encode(), RESULTS: FILE}


@pytest.mark.parametrize(
    "card", ["# Mine\n", PLAIN.text, CARD.text.replace("Text.", "Mine."), CARD.text.replace("<!-- cardgen:end", "<!--")]
)
def test_no_file_is_taken_away_that_cardgen_did_not_write(card: str) -> None:
    claims = card + f"<!-- cardgen:files {RESULTS}=9e49bbf7dd907420 -->\n"
    for foreign in (b"- value: 1\n", b"\xff", EDITED):
        made = change(PLAIN, live(claims, foreign), overwrite=True)
        assert RESULTS not in made.files


def test_consent_is_for_the_file_that_was_seen() -> None:
    agreed = change(BETTER, live(CARD.text, EDITED), overwrite=True)
    assert plan.remake(agreed, live(CARD.text, EDITED)).action == "update"
    assert plan.remake(agreed, live(CARD.text, EDITED + b"- value: 3\n")).action == "conflict"
    assert plan.remake(agreed, live(CARD.text, None)).action == "conflict"
    assert plan.remake(agreed, live(CARD.text.replace("Text.", "Mine."), EDITED)).action == "conflict"


def test_the_plan_tells_about_files() -> None:
    made = plan.make([BETTER], {BETTER.repo.key: live(CARD.text, FILE)})
    (said,) = json.loads(plan.as_json(made))["changes"]
    assert said["units"][-1] == {"name": RESULTS, "kind": "file", "state": "update", "note": ""}
    for shown in (said["diff"], plan.as_text(made), plan.as_markdown(made)):
        assert shown.count("--- models/org/name/README.md on the Hub\n") == 1
        assert shown.count(f"--- models/org/name/{RESULTS} on the Hub\n") == 1
        assert "-Text.\n+Better.\n" in shown
        assert "\n-- value: 1\n" in shown
        assert "\n+- value: 2\n" in shown


def test_the_same_change_of_many_files_is_shown_once() -> None:
    old = [make_card({}, results=SCORES, repo_id=f"org/{name}") for name in "abc"]
    new = [make_card({}, results=HIGHER, repo_id=f"org/{name}") for name in "ab"]
    new.append(make_card({}, results="- value: 3\n", repo_id="org/c"))
    has = {card.repo.key: live(card.text, card.files[RESULTS].encode()) for card in old}
    text = plan.as_text(plan.make(new, has))
    assert text.count("+- value: 2\n") == 1
    assert "and the same in 1 more: org/b\n" in text
    assert text.count("+- value: 3\n") == 1
