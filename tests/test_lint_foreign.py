"""Text that nobody wrote for the reader: more cases than the pages show."""

from __future__ import annotations

import pytest

from cardgen import foreign
from cardgen.lint import card
from linting import marked, problems

HEAD = "---\nlicense: mit\n---\n"
JSON = '{\n  "a": 1,\n  "b": [\n    "c",\n    "d"\n  ]\n}\n'


@pytest.mark.parametrize(
    ("rule", "text", "places"),
    [
        ("front-matter-repeated", HEAD + "---\nlicense: mit\n---\n", ["---\nlicense: mit\n---"]),
        ("front-matter-repeated", HEAD + "---\n# a\nx: 1\ntags:\n- b\n---\n", ["---\n# a\nx: 1\ntags:\n- b\n---"]),
        ("front-matter-repeated", HEAD + "---\nlicense: mit\n", []),
        ("front-matter-repeated", "# A\n\n---\nlicense: mit\n---\n", []),
        ("data-unfenced", "\n" + JSON, [JSON]),
        ("data-unfenced", "\n1. 10:00 start\n2. 11:00 end\n", []),
        ("data-unfenced", "\n" + "10:00:01 step\n" * 4, ["10:00:01 step\n" * 4]),
        ("encoded-data", "\n" + "a/" * 250, ["a/" * 250]),
        ("encoded-data", "\nhttps://a.b/" + "abc-" * 200, []),
        ("card-in-fence", "~~~md\n# A\n~~~\n", ["~~~md"]),
        ("card-in-fence", "```\n# A\n```\nmore", []),
        ("card-in-fence", "```markdown\n# A\n", ["```markdown"]),
        ("merge-conflict", "---\n<<<<<<< HEAD\nlicense: mit\n---\n", ["<<<<<<< HEAD"]),
        ("merge-conflict", ">>>>>>> a quote\n", [">>>>>>> a quote"]),
        ("template-syntax", "{{ name }} {{model_id}} {{- a | b }}", ["{{ name }}", "{{model_id}}", "{{- a | b }}"]),
        ("template-syntax", "{{name}} {{1}} x_{{a_b}} {%x%} 5{% of %}", []),
        ("conversation", "Sure! Here is it.\n\nI hope this helps!\n", ["Sure! Here is it.", "I hope this helps!"]),
        ("conversation", "```\nSure! Here\n```\n| As an AI language model, I |\n", []),
        ("section-twice", "# A\n\n" + "word " * 20 + "\n# A\n\n" + "word " * 20, ["# A"]),
        ("section-twice", "# A\n\nword\n# A\n\nword\n", []),
    ],
)  # fmt: skip
def test_a_rule_marks_just_what_is_wrong(rule: str, text: str, places: list[str]) -> None:
    assert marked(rule, text) == places


def test_a_dump_is_told_in_one_way() -> None:
    """What lint calls a dump is what a push calls one, too."""
    dump = "# Files\n" + "key: value\n" * 30
    assert foreign.dumps("# A\n\ntext\n" + dump) == (foreign.Dump("# Files", 10, 10 + len(dump) - 1),)
    loss = foreign.of_text("# A\n\ntext\n" + dump, "# A\n\ntext\n")
    assert loss == foreign.Loss("an appended dump", 31, "# Files")


@pytest.mark.parametrize(
    "text",
    [
        "# Specs\n" + "**Parameters:** 7B\n" * 30,
        "# Links\n" + "[A](https://a.b): a link\n" * 30,
        "# Links\n" + "https://a.b\n" * 30,
        "# Table\n" + "| a: | 1 |\n" * 30,
        "# HTML\n" + "<td>a:b</td>\n" * 30,
        "# Short\n" + "key: value\n" * 18,
    ],
)
def test_what_has_a_form_is_no_dump(text: str) -> None:
    assert foreign.dumps(text) == ()


def test_what_stands_in_a_dump_is_not_told_again() -> None:
    text = "\n# Files\n" + '"a": "{{ bos_token }}",\n' * 30
    assert [each.message for each in problems("dump", text)] == [
        "31 lines of data stand in the card as text, from '# Files' on"
    ]
    assert problems("data-unfenced", text) == problems("template-syntax", text) == []


def test_a_dump_whose_lines_end_otherwise_than_with_a_line_feed_is_no_prose_either() -> None:
    text = "a: b\n" * 12 + "\n# T\u2028" + "{{ a.b }}: b\u2028" * 30
    read = card.of_bytes("README.md", text.encode())
    assert [text[each.start : each.end].count("\n") for each in read.dumps] == [0]
    assert len(read.prose) == len(text)
    assert problems("template-syntax", text) == []
