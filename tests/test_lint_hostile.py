"""Any text at all: rules find something or nothing, in bounded time, and what they mend stays mended."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen import front_matter
from cardgen.lint import card
from cardgen.lint.rule import Rule
from cardgen.lint.rules import (
    access,
    blocks,
    bytes,
    colours,
    foreign_text,
    headings,
    hidden,
    html,
    opening,
    styles,
    tables,
)
from linting import found_in

RULES: list[Rule] = [
    rule
    for group in (bytes, opening, html, blocks, headings, tables, foreign_text, hidden, styles, colours, access)
    for rule in group.RULES
]
PIECES = st.sampled_from(
    [
        *("---\n", "--- \n", "----\n", "license: mit\n", "# a\n", "### b\n", "##c\n", "\n", "\n\n", "    <td>\n"),
        *("<div>", "</div>", "<p align=center>", "</p>", "<table>", "<tr>", "<td>", "<th colspan=2>", "</table>"),
        *("<b>", "text "),
        *("<!--", "-->", "```\n", "```markdown\n", "`", "| a | b |\n", "| - | - |\n", "|a\n", "&nbsp", "&amp;nbsp;"),
        *("{{ a }}", "{% if a %}", "[🤗](b)", "![](c)", '<p style="color:#fff;background:#eee">', "<font color=red>"),
        *("\u200b", "\u202e", "\u2066", "\u2069", "\U000e0041", "о", "a/", "ש", "\u00ad", "\x00", "\ud800"),
        *("\ufeff", "\r"),
        *('"a": 1,\n', "key: value\n", "<<<<<<< a\n", "<span hidden>", "<think>", "**a**", "<video autoplay>"),
        " " * 200,
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_whatever_stands_in_a_card_is_found_where_it_stands(text: str) -> None:
    read = card.of_bytes("README.md", text.encode(errors="surrogatepass"))
    for rule in RULES:
        for problem in rule.check(read):
            assert -1 <= problem.start <= problem.end <= len(read.text) or rule.id == "not-text"
            assert problem.message


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_what_is_mended_is_gone_and_nothing_new_of_its_kind_comes(text: str) -> None:
    text = front_matter.readable(text.encode(errors="replace").decode())
    for rule in RULES:
        problems = [each for each in found_in(card.ReadCard("README.md", text), rule.id) if each.mended is not None]
        after = text
        for each in sorted(problems, key=lambda problem: -problem.start):
            after = after[: each.start] + str(each.mended) + after[each.end :]
        left = [each for each in found_in(card.ReadCard("README.md", after), rule.id) if each.mended is not None]
        assert len(left) < max(len(problems), 1), (rule.id, text, after)


@pytest.mark.parametrize(
    "piece",
    [
        *("<div>", "</p>", "<p a>", "<table><tr><td>", "<font color=red>a", "<!--", "`", "``` a\n", "| a ", "| - "),
        *("&nbsp", "&amp;", "{{ a", "{% if", "[a](", "![](", "\u200b", "\u2066", "о", "    ", "\n\n", "#", "# a\n"),
        *("- |\n", "---\n", "    <x>\n", "    </b>\n"),
        *('"a": 1,\n', "<a href=b>", "a/", "aаа", "\x00", "style=", "<p style='", "10:00 a\n", "**", "key: value\n"),
    ],
)  # fmt: skip
def test_a_card_of_one_thing_over_and_over_is_bounded(piece: str) -> None:
    """No time is measured: what is quadratic here would take hours."""
    read = card.of_bytes("README.md", (piece * (200_000 // len(piece))).encode())
    for rule in RULES:
        sum(1 for _ in rule.check(read))
