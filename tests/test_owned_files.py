"""Files beside a card: what says that cardgen wrote one, and what becomes of it when somebody else has a hand in it."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cardgen import file_marks, marks, owned_files, ownership, units
from cardgen.file_marks import RESULTS
from cardgen.model import Card
from cardgen.units import Consent
from cards import SOURCE, make_card
from splicing import states

OLD, NEW = "- value: 1\n", "- value: 2\n"
WRITTEN = file_marks.compose(OLD, SOURCE)
RECORD = file_marks.digests({RESULTS: WRITTEN})
EDITED = WRITTEN.replace("1\n", "99\n")
RESAVED = "\ufeff" + WRITTEN.replace("\n", "\r\n") + "  \r\n"
UNMARKED = OLD
OTHER_MANIFEST = file_marks.compose(OLD, "collections/other.yaml")
RESTORED = file_marks.compose("- value: 0\n", SOURCE)
"""As cardgen wrote it, but not when it wrote the card last."""


def test_the_first_line_says_where_a_file_is_from() -> None:
    assert WRITTEN == (
        "# cardgen: generated from collections/codeio.yaml, edit that file; sha256=9e49bbf7dd907420\n- value: 1\n"
    )
    assert yaml.safe_load(WRITTEN) == [{"value": 1}]
    assert {RESULTS: "9e49bbf7dd907420"} == RECORD


def test_the_name_of_a_manifest_ends_no_comment() -> None:
    text = file_marks.compose(OLD, "a\n- value: 3\n.yaml")
    assert yaml.safe_load(text) == [{"value": 1}]
    assert text.count("\n") == 2


def judge(live: str | None, stated: str | None, record: bool) -> tuple[str, Consent, str | None]:
    """The state of the file, who has to agree, and what it shall be."""
    (judged,) = owned_files.judge(
        {} if stated is None else {RESULTS: file_marks.compose(stated, SOURCE)},
        {} if live is None else {RESULTS: live.encode()},
        RECORD if record else {},
    )
    assert (judged.unit.name, judged.unit.kind) == (RESULTS, "file")
    needs = max((each.needs for each in units.problems_of_text([judged.unit])), default=Consent.NONE)
    return judged.unit.state, needs, judged.after.decode() if judged.after is not None else None


FRESH = file_marks.compose(NEW, SOURCE)


@pytest.mark.parametrize(
    ("live", "stated", "record", "expected"),
    [
        pytest.param(None, NEW, False, ("create", Consent.NONE, FRESH), id="no file"),
        pytest.param(None, NEW, True, ("conflict", Consent.OVERWRITE, FRESH), id="deleted"),
        pytest.param(None, None, True, ("converged", Consent.NONE, None), id="deleted, and left the manifest"),
        pytest.param(WRITTEN, OLD, True, ("unchanged", Consent.NONE, WRITTEN), id="the same"),
        pytest.param(WRITTEN, NEW, True, ("update", Consent.NONE, FRESH), id="other"),
        pytest.param(WRITTEN, None, True, ("update", Consent.NONE, None), id="left the manifest"),
        pytest.param(RESAVED, OLD, True, ("unchanged", Consent.NONE, RESAVED), id="saved again, the same"),
        pytest.param(RESAVED, NEW, True, ("update", Consent.NONE, FRESH), id="saved again, other"),
        pytest.param(RESAVED, None, True, ("update", Consent.NONE, None), id="saved again, left the manifest"),
        pytest.param(EDITED, NEW, True, ("conflict", Consent.OVERWRITE, FRESH), id="edited, other"),
        pytest.param(EDITED.replace("99", "2"), NEW, True, ("converged", Consent.NONE, FRESH), id="the same edit"),
        pytest.param(EDITED, None, True, ("foreign", Consent.NONE, EDITED), id="edited, left the manifest"),
        pytest.param(UNMARKED, OLD, True, ("converged", Consent.NONE, WRITTEN), id="its mark deleted, the same"),
        pytest.param(UNMARKED, NEW, True, ("conflict", Consent.OVERWRITE, FRESH), id="its mark deleted, other"),
        pytest.param(UNMARKED, None, True, ("foreign", Consent.NONE, UNMARKED), id="its mark deleted, left"),
        pytest.param(UNMARKED, OLD, False, ("conflict", Consent.ADOPT, WRITTEN), id="somebody else's"),
        pytest.param("", NEW, False, ("conflict", Consent.ADOPT, FRESH), id="somebody else's, empty"),
        pytest.param(OTHER_MANIFEST, OLD, True, ("update", Consent.NONE, WRITTEN), id="another manifest"),
        pytest.param(WRITTEN, NEW, False, ("update", Consent.NONE, FRESH), id="the card does not say so"),
        pytest.param(RESTORED, NEW, True, ("conflict", Consent.OVERWRITE, FRESH), id="put back by somebody, other"),
        pytest.param(RESTORED, None, True, ("foreign", Consent.NONE, RESTORED), id="put back, left the manifest"),
    ],
)
def test_what_becomes_of_a_file(
    live: str | None, stated: str | None, record: bool, expected: tuple[str, Consent, str | None]
) -> None:
    assert judge(live, stated, record) == expected


def test_a_file_that_is_no_text_is_somebody_elses() -> None:
    (judged,) = owned_files.judge({RESULTS: WRITTEN}, {RESULTS: b"\xff\x00\xfe"}, {})
    assert [each.needs for each in units.problems_of_text([judged.unit])] == [Consent.ADOPT]


def test_a_card_records_its_files() -> None:
    card = make_card({"license": "mit"}, results=OLD)
    assert card.text.endswith(
        f"<!-- cardgen:data license=204d0bce -->\n<!-- cardgen:files {RESULTS}=9e49bbf7dd907420 -->\n"
    )
    assert file_marks.recorded(card.text.encode()) == RECORD
    assert file_marks.recorded(make_card({"license": "mit"}).text.encode()) == {}
    assert file_marks.recorded(None) == {}


@pytest.mark.parametrize("path", ["model.safetensors", "../x.yaml", "README.md", ".eval_results/other.yaml"])
def test_a_card_cannot_claim_the_files_of_others(path: str) -> None:
    claim = make_card({}).text + f"<!-- cardgen:files {path}=00 {RESULTS}=11 -->\n"
    assert file_marks.recorded(claim.encode()) == {RESULTS: "11"}


def test_a_record_is_found_under_broken_marks() -> None:
    text = make_card({}, results=OLD).text.replace("<!-- cardgen:end", "<!-- end")
    assert file_marks.recorded(text.encode()) == RECORD


WITHOUT, WITH, OTHER = make_card({"a": "b"}), make_card({"a": "b"}, results=OLD), make_card({"a": "b"}, results=NEW)


@pytest.mark.parametrize(
    ("live", "card"), [(WITHOUT, WITH), (WITH, WITHOUT), (WITH, OTHER), (make_card({}, results=OLD), WITH)]
)
def test_the_record_follows_the_manifest(live: Card, card: Card) -> None:
    spliced = ownership.splice(live.text.encode(), card)
    assert spliced.text == card.text
    assert not spliced.problems


def test_a_lost_record_is_written_again() -> None:
    spliced = ownership.splice(WITHOUT.text.encode(), WITH)
    assert states(spliced) == {"a": "unchanged", "card": "unchanged"}
    assert spliced.text == WITH.text


def test_records_that_were_moved_apart_are_brought_together_once() -> None:
    *_, data, files = WITH.text.splitlines(keepends=True)
    live = WITH.text.replace(files, "").replace(data, f"{files}\n{data}")
    assert ownership.splice(live.encode(), WITH).text == live
    once = ownership.splice(live.encode(), OTHER).text
    *_, newer = OTHER.text.splitlines(keepends=True)
    assert once.endswith(f"{data}{newer}\n")
    assert ownership.splice(once.encode(), OTHER).text == once


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(texts, texts)
def test_what_was_written_is_known_again(text: str, source: str) -> None:
    composed = file_marks.compose(text, source)
    digests = file_marks.digests({RESULTS: composed})
    assert digests == {RESULTS: marks.digest(text)}
    for data in (composed, composed.replace("\n", "\r\n"), composed + "\n"):
        (judged,) = owned_files.judge({RESULTS: composed}, {RESULTS: data.encode()}, digests)
        assert judged.unit.state == "unchanged"
        (judged,) = owned_files.judge({}, {RESULTS: data.encode()}, digests)
        assert judged.after is None


@given(texts, texts)
def test_no_edit_is_lost(text: str, edit: str) -> None:
    """Whatever somebody made of a file: it is what was written, or nobody replaces it without being told to."""
    composed = file_marks.compose(text, SOURCE)
    stated = file_marks.compose(text + "\n- value: 7\n", SOURCE)
    live = composed + edit
    (judged,) = owned_files.judge({RESULTS: stated}, {RESULTS: live.encode()}, file_marks.digests({RESULTS: composed}))
    if marks.normalize(text + "\n" + edit) not in {marks.normalize(text), marks.normalize(text + "\n- value: 7\n")}:
        assert units.problems_of_text([judged.unit])
