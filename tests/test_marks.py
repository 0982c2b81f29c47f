from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen import marks
from cardgen.marks import Broken, Marks


def test_a_block_stands_between_its_marks() -> None:
    assert marks.wrap("card", "collections/codeio.yaml", "# T\r\n\r\n</table>\n\n") == (
        "<!-- cardgen:begin card: generated from collections/codeio.yaml, edit that file -->\n"
        "# T\n"
        "\n"
        "</table>\n"
        "\n"
        "<!-- cardgen:end card sha256=11c0465afba39503 -->\n"
    )


def test_saving_a_card_again_does_not_change_a_digest() -> None:
    assert marks.digest("a\nb") == marks.digest("a\r\nb\r\n") == marks.digest("a\rb \t\n\n")
    assert marks.digest("a\nb") != marks.digest("a\nc")
    assert marks.digest("a  \nb") != marks.digest("a\nb"), "two blanks in a line are a line break in Markdown"


def test_the_data_mark_holds_any_key() -> None:
    assert marks.data({"license": "3fa9c1d2", "a --> b=c": "77ab01fe"}) == (
        "<!-- cardgen:data license=3fa9c1d2 a%20--%3E%20b%3Dc=77ab01fe -->\n"
    )
    assert marks.data({}) == ""


def test_the_name_of_a_manifest_cannot_end_the_comment() -> None:
    mark = marks.begin("card", "a --> <b>\n.yaml")
    assert mark.count(">") == 1
    assert "\n" not in mark


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
keys = st.dictionaries(texts.filter(bool), st.from_regex(r"[0-9a-f]{8}", fullmatch=True), max_size=4)


@given(keys, keys, st.text(st.sampled_from("ab# \n<>-"), max_size=30), texts)
def test_marks_survive_a_round_trip(owned: dict[str, str], files: dict[str, str], text: str, source: str) -> None:
    body = marks.wrap("card", source, text) + marks.data(owned) + marks.files(files)
    found = marks.read(body)
    assert isinstance(found, Marks)
    assert (found.keys, found.files) == (owned, files)
    assert marks.files_in(body) == files
    assert found.outside == ""
    (block,) = found.blocks
    assert block.name == "card"
    assert block.is_untouched
    assert marks.normalize(block.text) == marks.normalize(text)
    assert block.whole + marks.data(owned) + marks.files(files) == body


def test_a_hand_written_card_may_hold_several_blocks_and_one_that_is_still_empty() -> None:
    text = "# Mine\n\n" + marks.wrap("models", "a.yaml", "table") + "Mine too.\n<!-- cardgen:begin citation -->\n"
    found = marks.read(text + "<!-- cardgen:end citation -->")
    assert isinstance(found, Marks)
    assert [(block.name, block.is_untouched) for block in found.blocks] == [("models", True), ("citation", False)]
    assert found.outside == "# Mine\n\nMine too.\n"
    assert found.keys == {}


def test_a_body_without_marks() -> None:
    found = marks.read("# T\n\n<!-- a comment -->\n")
    assert isinstance(found, Marks)
    assert not found.exist


BEGIN, END, DATA = "<!-- cardgen:begin a: x -->\n", "<!-- cardgen:end a sha256=00 -->\n", "<!-- cardgen:data k=00 -->\n"
FILES = DATA.replace("data", "files")


@pytest.mark.parametrize(
    "body",
    [
        BEGIN,
        END,
        END + BEGIN,
        BEGIN + BEGIN + END + END,
        BEGIN + END + BEGIN + END,
        BEGIN + END.replace(" a ", " b "),
        BEGIN + DATA + END,
        DATA + DATA,
        BEGIN + FILES + END,
        FILES + BEGIN + END + FILES,
        "text " + BEGIN + END,
        BEGIN.replace(" -->", "") + END,
        "<!-- cardgen:other -->\n",
        "<!-- cardgen:data k -->\n",
    ],
)
def test_marks_that_cannot_be_trusted(body: Any) -> None:
    assert isinstance(marks.read(body), Broken)
