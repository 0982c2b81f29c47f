from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen import front_matter, ownership
from cardgen.errors import InputError
from cardgen.model import Card, Position, Repo
from cardgen.ownership import Spliced
from cardgen.units import Consent

SOURCE = "collections/codeio.yaml"
PUBLISHED = Path(__file__).parent / "data" / "codeio_published.md"


def make_card(data: dict[str, Any], body: str = "# T\n\nText.\n", source: str = SOURCE) -> Card:
    repo = Repo("org/name", "model", "Name", data, Position(source))
    return Card(repo, source, body, ownership.compose(data, body, source))


def states(spliced: Spliced) -> dict[str, str]:
    return {unit.name: unit.state for unit in spliced.units}


def needed(spliced: Spliced) -> Consent:
    return max((problem.needs for problem in spliced.problems), default=Consent.NONE)


def splice(live: str, card: Card) -> Spliced:
    return ownership.splice(live.encode(), card)


OLD = make_card({"license": "mit", "base_model": "org/base"})


def test_a_card_for_an_empty_repo() -> None:
    assert ownership.compose({"license": "llama3.1"}, "# T\n\n</table>\n", SOURCE) == (
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
        ownership.compose({}, "# T\n<!-- cardgen:end card sha256=0 -->\n", "a.yaml")
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


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("<!-- cardgen:end card", "<!-- cardgen:end"),
        lambda text: text.replace("<!-- cardgen:end card", "<!-- end card"),
        lambda text: text.replace("Text.", "<!-- cardgen:begin models: x -->\nText."),
        lambda text: text.replace("Text.", "<!-- cardgen:data license=00000000 -->\nText."),
        lambda text: text + text[text.index("<!-- cardgen:data") :],
        lambda text: text + text[text.index("<!-- cardgen:begin") : text.index("<!-- cardgen:data")],
        lambda text: text.replace(" card: ", " models: ").replace("end card", "end models"),
        lambda text: text.replace("<!-- cardgen:begin", "<!-- cardgen:end card -->\n<!-- cardgen:begin"),
        lambda text: text[: text.index("<!-- cardgen:begin")] + text[text.index("<!-- cardgen:data") :],
    ],
)
def test_marks_that_cannot_be_trusted_stop_a_push(spoil: Any) -> None:
    spliced = splice(spoil(OLD.text), OLD)
    assert needed(spliced) == Consent.OVERWRITE
    assert states(spliced)["card"] == "conflict"
    assert spliced.text == OLD.text


def test_a_lost_data_mark_is_written_again_where_the_values_are_the_same() -> None:
    live = OLD.text[: OLD.text.index("<!-- cardgen:data")]
    spliced = splice(live.rstrip("\n"), OLD)
    assert spliced.text == OLD.text
    assert states(spliced)["license"] == "converged"
    assert not spliced.problems
    assert needed(splice(live, make_card({"license": "gpl", "base_model": "org/base"}))) == Consent.OVERWRITE


def test_the_published_card_of_the_seed_is_adopted() -> None:
    data = {"library_name": "transformers", "pipeline_tag": "text-generation", "base_model": "org/base"}
    card = make_card(data, "# CodeI/O\n\nOurs.\n")
    spliced = ownership.splice(PUBLISHED.read_bytes(), card)
    assert needed(spliced) == Consent.ADOPT
    assert states(spliced) == {
        "library_name": "converged",
        "pipeline_tag": "converged",
        "base_model": "create",
        "card": "conflict",
    }
    comments = PUBLISHED.read_text(encoding="utf-8").splitlines(keepends=True)[1:3]
    assert spliced.text == card.text.replace("---\n", "---\n" + "".join(comments), 1)
    again = splice(spliced.text, card)
    assert again.text == spliced.text
    assert set(states(again).values()) == {"unchanged"}
    assert not again.problems


def test_the_authors_own_card_with_comments_and_braces_is_adopted() -> None:
    live = "---\n# one\n# two\n{}\n---\n\n# CodeI/O\n"
    spliced = splice(live, OLD)
    assert spliced.text == OLD.text.replace("---\n", "---\n# one\n# two\n", 1)
    assert needed(spliced) == Consent.ADOPT


@pytest.mark.parametrize(
    ("yaml_text", "reason"),
    [
        ("{license: mit}", "braces"),
        ("- a\n- b", "not a mapping"),
        ("just text", "not a mapping"),
        ("license: [", "not valid YAML"),
        ("a: 1\na: 2", "twice"),
        ("a: &x [1]\nb: *x", "anchor"),
        ("a: *nowhere", "anchor"),
        ("&x a: 1", "not plain text"),
        ("? [a]\n: 1", "not plain text"),
        ("  license: mit\n  tags: []", "indented"),
        ("!!map\na: 1", "a tag"),
        ("a: 1\n--- # c\nb: 1", "more than one"),
        ("a: \x07", "characters"),
        ("x: " + "[" * 300 + "]" * 300, "nested"),
        ("a: 1\n<<: {b: 1}", "<<"),
    ],
)
def test_front_matter_that_cannot_be_spliced(yaml_text: str, reason: str) -> None:
    live = OLD.text.replace("license: mit\nbase_model: org/base", yaml_text)
    spliced = splice(live, OLD)
    assert needed(spliced) == Consent.OVERWRITE
    assert reason in spliced.problems[0].reason
    assert spliced.text == OLD.text


@pytest.mark.parametrize(
    ("live", "consent"),
    [
        (b"\xff\xfe# T", Consent.OVERWRITE),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", Consent.NEVER),
        (b"# T\n", Consent.ADOPT),
        (b"---\nlicense: mit\n---\n", Consent.ADOPT),
    ],
)
def test_what_a_card_that_is_not_cardgens_needs(live: bytes, consent: Consent) -> None:
    assert needed(ownership.splice(live, OLD)) == consent


def test_a_card_that_would_shrink_by_more_than_a_third_stops() -> None:
    old = make_card({}, "# T\n" + "word " * 400)
    spliced = splice(old.text, make_card({}, "# T\n" + "word " * 100))
    assert needed(spliced) == Consent.OVERWRITE
    assert "shrink" in spliced.problems[0].reason
    assert not splice(old.text, make_card({}, "# T\n" + "word " * 300)).problems


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


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
keys = st.sampled_from(["license", "base_model", "tags", "no", "1.10", "a b", "x=y", "🤗", "-->", "configs"])
card_data = st.dictionaries(keys, st.one_of(texts, st.lists(texts, max_size=3), st.booleans()), max_size=4)
bodies = st.text(st.sampled_from("ab# \n<>-`|\r🤗"), max_size=40)
foreign_entries = st.sampled_from(
    [
        "configs:\n- a: [1, 2] # c\n",
        "# comment\n",
        "\n",
        "widget: |+\n  a\n\n",
        "'no': 'x'\n",
        "no: x\n",
        "1.10: y\n",
        "dataset_info: {a: &z b, c: *z}\n",
        "? long\n: v\n",
        "license: other\n",
        "tags:\n  - x\r\n",
    ]
)


@given(card_data, bodies)
def test_cardgens_own_output_is_a_fixed_point(data: dict[str, Any], body: str) -> None:
    card = make_card(data, body)
    slow_path = ownership.splice(card.text.encode(), make_card(data, body + " "))
    assert slow_path.text == card.text
    assert not slow_path.problems


@settings(max_examples=300)
@given(
    st.lists(foreign_entries, min_size=1, max_size=5, unique=True).map("".join), card_data, card_data, bodies, bodies
)
def test_foreign_keys_survive_and_a_second_push_writes_nothing(
    foreign: str, before: dict[str, Any], after: dict[str, Any], old_body: str, new_body: str
) -> None:
    old = make_card(before, old_body)
    front, body = front_matter.split(old.text)
    live = f"---\n{front.lines if front else ''}{foreign}---\n{body}"
    spliced = splice(live, make_card(after, new_body))
    if needed(spliced) == Consent.NEVER or "twice" in str(spliced.problems):
        assert "twice" in str(spliced.problems)
        return
    again = splice(spliced.text, make_card(after, new_body + "\n"))
    assert again.text == spliced.text
    assert not again.problems
    loaded = _load(spliced.text)
    assert {key: loaded[key] for key in after} == after
    for key, value in _load(f"---\n{foreign}---\n").items():
        if key not in after:
            assert loaded[key] == value
    for unit in spliced.units:
        if unit.state == "foreign" and f"{unit.name}:" in foreign:
            assert _lines_of(unit.name, foreign) in spliced.text


def _load(text: str) -> dict[Any, Any]:
    front, _ = front_matter.split(text)
    loaded: dict[Any, Any] = (yaml.safe_load(front.lines) if front else {}) or {}
    return loaded


def _lines_of(key: str, foreign: str) -> str:
    start = foreign.index(f"{key}:")
    return foreign[start : foreign.index("\n", start) + 1]
