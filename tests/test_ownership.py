from __future__ import annotations

from typing import Any

import pytest

from cardgen import layout, marks
from cardgen.errors import InputError
from cardgen.units import Consent
from cards import make_card
from splicing import OLD, needed, splice, states


def test_a_card_for_an_empty_repo() -> None:
    assert make_card({"license": "llama3.1"}, "# T\n\n</table>\n").text == (
        "---\n"
        "license: llama3.1\n"
        "---\n"
        "<!-- cardgen:begin card: generated from collections/codeio.yaml, edit that file -->\n"
        "# T\n"
        "\n"
        "</table>\n"
        "\n"
        "<!-- cardgen:end card sha256=11c0465afba39503 -->\n"
        "<!-- cardgen:data license=fb959173 -->\n"
    )


def test_a_body_cannot_forge_marks() -> None:
    with pytest.raises(InputError) as caught:
        make_card({}, "# T\n<!-- cardgen:end card sha256=0 -->\n")
    assert "line 2" in caught.value.message
    assert caught.value.hint


def test_the_same_card_again_changes_nothing() -> None:
    spliced = splice(OLD.text, OLD)
    assert spliced.text == OLD.text
    assert states(spliced) == {"license": "unchanged", "base_model": "unchanged", "card": "unchanged"}
    assert not spliced.problems


@pytest.mark.parametrize("live", ["", "\n", " \r\n\n"])
def test_a_blank_readme_is_filled(live: str) -> None:
    spliced = splice(live, OLD)
    assert spliced.text == OLD.text
    assert set(states(spliced).values()) == {"create"}


@pytest.mark.parametrize("change", [("\n", "\r\n"), ("Text.\n", "Text.  \n\n\n"), ("base\n", "base   \n")])
def test_saving_a_card_in_another_editor_is_no_edit(change: tuple[str, str]) -> None:
    live = OLD.text.replace(*change)
    spliced = splice(live, OLD)
    assert spliced.text == live
    assert set(states(spliced).values()) == {"unchanged"}
    assert not spliced.problems


def test_what_the_manifest_changes_is_written() -> None:
    new = make_card({"license": "apache-2.0", "base_model": "org/base", "tags": ["a"]}, "# T\n\nNew text.\n")
    spliced = splice(OLD.text, new)
    assert spliced.text == new.text
    assert states(spliced) == {
        "license": "update",
        "base_model": "unchanged",
        "tags": "create",
        "card": "update",
    }
    assert not spliced.problems


FOREIGN = """\
# written by a tool
configs:   # do not touch
- config_name: default
  data_files: [ {split: "train", path: 'data/*.parquet'} ]

widget:
- text: |+
    Hello

# at the end
"""


def test_foreign_keys_stay_byte_for_byte() -> None:
    live = OLD.text.replace("base_model:", FOREIGN + "base_model:")
    new = make_card({"license": "apache-2.0", "base_model": "org/other", "tags": ["a"]})
    spliced = splice(live, new)
    expected = new.text.replace("base_model:", FOREIGN + "base_model:")
    assert spliced.text == expected
    assert states(spliced)["configs"] == states(spliced)["widget"] == "foreign"
    assert not spliced.problems
    assert splice(expected, new).text == expected


def test_a_foreign_key_at_the_end_keeps_the_blank_lines_that_belong_to_it() -> None:
    live = OLD.text.replace("---\n<!--", "text: |+\n  a\n\n\n---\n<!--")
    spliced = splice(live, make_card({"license": "mit", "base_model": "org/base", "tags": ["a"]}))
    assert "base_model: org/base\ntext: |+\n  a\n\n\ntags:\n- a\n---\n" in spliced.text
    assert not spliced.problems


@pytest.mark.parametrize(
    ("edit", "data", "state", "consent"),
    [
        pytest.param(("license: mit", "license: gpl"), {"license": "mit"}, "conflict", Consent.OVERWRITE, id="edited"),
        pytest.param(
            ("license: mit", "license: gpl"), {"license": "gpl"}, "converged", Consent.NONE, id="the same edit"
        ),
        pytest.param(
            ("license: mit", "license:  'mit' # !"), {"license": "mit"}, "converged", Consent.NONE, id="style"
        ),
        pytest.param(("license: mit\n", ""), {"license": "mit"}, "conflict", Consent.OVERWRITE, id="deleted"),
        pytest.param(("license: mit", "license: gpl"), {}, "foreign", Consent.NONE, id="edited and left the manifest"),
        pytest.param(("license: mit\n", ""), {}, "converged", Consent.NONE, id="deleted on both sides"),
        pytest.param(("a", "a"), {}, "update", Consent.OVERWRITE, id="a license that left the manifest"),
    ],
)
def test_an_edit_of_a_key_that_cardgen_wrote(
    edit: tuple[str, str], data: dict[str, Any], state: str, consent: Consent
) -> None:
    spliced = splice(OLD.text.replace(*edit, 1), make_card({**data, "base_model": "org/base"}))
    assert states(spliced)["license"] == state
    assert needed(spliced) == consent


def test_a_key_that_left_the_manifest_goes_if_cardgen_wrote_it() -> None:
    old = make_card({"license": "mit", "tags": ["a", "b"], "datasets": ["org/d"]})
    new = make_card({"license": "mit", "datasets": ["org/d"]})
    spliced = splice(old.text, new)
    assert spliced.text == new.text
    assert states(spliced)["tags"] == "update"
    assert not spliced.problems


def test_a_key_that_left_the_manifest_after_an_edit_is_its_editors() -> None:
    live = OLD.text.replace("license: mit", "license: gpl-3.0 # changed")
    spliced = splice(live, make_card({"base_model": "org/base"}))
    assert "license: gpl-3.0 # changed\n" in spliced.text
    again = splice(spliced.text, make_card({"base_model": "org/base"}))
    assert again.text == spliced.text
    assert states(again)["license"] == "foreign"


def test_a_foreign_key_that_the_manifest_now_states() -> None:
    live = OLD.text.replace("base_model:", "library_name: 'transformers'\nbase_model:")
    data = {"license": "mit", "base_model": "org/base"}
    same = splice(live, make_card({**data, "library_name": "transformers"}))
    assert states(same)["library_name"] == "converged"
    assert "library_name: 'transformers'\n" in same.text
    assert " library_name=" in same.text
    assert not same.problems
    other = splice(live, make_card({**data, "library_name": "peft"}))
    assert states(other)["library_name"] == "conflict"
    assert needed(other) == Consent.OVERWRITE


def test_the_last_key_goes_and_the_front_matter_with_it() -> None:
    spliced = splice(make_card({"tags": ["a"]}).text, make_card({}))
    assert spliced.text == make_card({}).text
    assert spliced.text.startswith("<!--")


def test_comments_alone_are_kept_with_braces_because_the_hub_refuses_an_empty_block() -> None:
    spliced = splice(make_card({"tags": ["a"]}).text.replace("tags", "# note\ntags", 1), make_card({}))
    assert spliced.text.startswith("---\n# note\n{}\n---\n<!--")
    assert not spliced.problems


@pytest.mark.parametrize(
    ("edit", "body", "state", "consent"),
    [
        pytest.param(("Text.", "Edited."), "# T\n\nText.\n", "conflict", Consent.OVERWRITE, id="edited"),
        pytest.param(("Text.", "Edited."), "# T\n\nEdited.\n", "converged", Consent.NONE, id="the same edit"),
        pytest.param(("a", "a"), "# T\n\nNew text.\n", "update", Consent.NONE, id="changed in the manifest"),
    ],
)
def test_an_edit_of_the_body(edit: tuple[str, str], body: str, state: str, consent: Consent) -> None:
    card = make_card({"license": "mit", "base_model": "org/base"}, body)
    spliced = splice(OLD.text.replace(*edit), card)
    assert states(spliced)["card"] == state
    assert needed(spliced) == consent
    assert spliced.text == card.text


def test_another_manifest_takes_a_card_over_visibly() -> None:
    card = make_card({"license": "mit", "base_model": "org/base"}, source="collections/other.yaml")
    spliced = splice(OLD.text, card)
    assert spliced.text == card.text
    assert states(spliced)["card"] == "update"


@pytest.mark.parametrize("place", ["<!-- cardgen:begin", "<!-- cardgen:data"])
def test_text_outside_the_block_stops_a_push(place: str) -> None:
    spliced = splice(OLD.text.replace(place, f"\nHand-written.\n{place}"), OLD)
    assert states(spliced)["outside"] == "conflict"
    assert needed(spliced) == Consent.OVERWRITE
    assert spliced.text == OLD.text


def test_blank_lines_around_the_marks_stay() -> None:
    live = OLD.text.replace("<!-- cardgen:begin", "\n\n<!-- cardgen:begin") + "\n\n"
    new = make_card({"license": "mit", "base_model": "org/base"}, "# T\n\nNew text.\n")
    spliced = splice(live, new)
    assert not spliced.problems
    assert spliced.text == new.text.replace("<!-- cardgen:begin", "\n\n<!-- cardgen:begin") + "\n\n"


def test_a_card_that_would_shrink_by_more_than_a_third_stops() -> None:
    old = make_card({}, "# T\n" + "word " * 400)
    spliced = splice(old.text, make_card({}, "# T\n" + "word " * 100))
    assert needed(spliced) == Consent.OVERWRITE
    assert "shrink" in spliced.problems[0].reason
    assert not splice(old.text, make_card({}, "# T\n" + "word " * 300)).problems


@pytest.mark.parametrize("result", ["", "license: mit\n", "license: [\n", "a: 1\nlicense: mit\nbase_model: org/base\n"])
def test_a_splice_that_went_wrong_is_never_published(result: str, monkeypatch: pytest.MonkeyPatch) -> None:
    live = OLD.text.replace("license:", "configs: [1]\nlicense:", 1)
    monkeypatch.setattr(layout, "replace", lambda *_: result)
    assert needed(splice(live, make_card({"license": "mit", "base_model": "org/base", "tags": []}))) == Consent.NEVER


@pytest.mark.parametrize("block", ["", "<!-- cardgen:begin card -->\nOther.\n<!-- cardgen:end card -->\n"])
def test_a_body_that_went_wrong_is_never_published(block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "wrap", lambda *_: block)
    live = OLD.text.replace("Text.", "Edited.")
    assert needed(splice(live, OLD)) == Consent.NEVER


def test_a_byte_order_mark_stays() -> None:
    live = "\ufeff" + OLD.text
    assert splice(live, OLD).text == live
    assert not splice(live, OLD).problems


def test_a_closing_fence_that_hides_the_front_matter_is_mended() -> None:
    live = OLD.text.replace("org/base\n---\n", "org/base\n--- \n")
    spliced = splice(live, OLD)
    assert spliced.text == OLD.text
    assert not spliced.problems


@pytest.mark.parametrize(
    "value",
    ['"x\n# y"', "[a,\n# b\n c]", "|+\n  t\n\n\n", ">-\n  t\n  # u\n", "\n- 1\n# c\n- 2\n", "", "&a [*a]", "!!str 1"],
)
def test_a_foreign_value_of_any_style_stays(value: str) -> None:
    live = OLD.text.replace("license:", f"foreign: {value}\nlicense:")
    new = make_card({"license": "gpl", "base_model": "org/new", "tags": ["x"]})
    spliced = splice(live, new)
    assert spliced.text == new.text.replace("license:", f"foreign: {value}\nlicense:")
    assert not spliced.problems
