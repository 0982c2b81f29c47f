"""A text cut into sections has the links that it has as a whole."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen.links import markdown, sections

LINES = st.sampled_from(
    [
        *(
            "",
            "",
            "",
            " ",
            "text",
            "[a](https://a.org)",
            "see https://b.org.",
            "    https://code.org",
            "  [c](https://c.org)",
        ),
        *("- item", "- [d](https://d.org)", "  - deep", "1. one", "> quote https://q.org", ">", "> - https://q2.org"),
        *("```", "````", "~~~", "``` bibtex", "  ```", "    ```", "- ```", "> ```", "```x```", "`` ` ```", "\t```"),
        *("<div>", "</div>", "<a href='https://h.org'>", "<!--", "-->", "<!-- x -->", "<!-->", "- <!--", "<?", "?>"),
        *("<script>", "</script>", "<pre>", "</pre>", "<pre>x</pre>", "<!DOCTYPE x", ">", "<![CDATA[", "]]>", "<style"),
        *("| a | b |", "| --- | --- |", "| https://t.org | [e](https://e.org) |", "# Title", "---", "===", "***"),
        *(
            "[a]: https://def.org",
            "[a]:",
            "https://def2.org",
            "'title'",
            "[text][a]",
            "[a]",
            "@misc{x,",
            " url = {u.org},",
            "}",
        ),
    ]
)
TEXTS = st.lists(LINES, max_size=25).map("\n".join)


@given(TEXTS)
def test_the_sections_are_the_text(text: str) -> None:
    assert "".join(sections.cut(text)) == text


@settings(max_examples=300)
@given(TEXTS)
def test_its_links_are_those_of_the_whole(text: str) -> None:
    whole = markdown.links_of_pieces([text])
    assert sorted(markdown.links(text), key=repr) == sorted(whole, key=repr)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a\n\nb\n\nc", 3),
        ("a\n\n  b\n\nc", 2),
        ("```\na\n\nb\n```\n\nc", 2),
        ("<!-- a\n\nb -->\n\nc", 2),
        ("- ```\n\nc\n\nd", 1),
        ("```\n\na\n\nb", 1),
    ],
)
def test_where_it_is_cut(text: str, count: int) -> None:
    assert len(list(sections.cut(text))) == count
