from __future__ import annotations

from cardgen import marks


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
