"""The line under a finding, with a mark under what is meant, whatever the line holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.model import Finding
from cardgen.reports import excerpts, report, text
from cardgen.reports.excerpts import MAX_CELLS, MAX_EXCERPTS, Excerpt, cells, harmless

CARD = "m.md"


def excerpt(line: str, column: int, end: int = 0) -> Excerpt:
    (taken,) = excerpts.take([Finding("r", "error", "wrong", CARD, 1, "", column, end)], {CARD: line}).values()
    return taken


def told(line: str, column: int, end: int = 0) -> list[str]:
    return [
        taken.removeprefix("    1 | ").removeprefix("      | ")
        for taken in text.excerpt_lines(excerpt(line, column, end))
    ]


@pytest.mark.parametrize(
    ("line", "column", "end", "shown", "mark"),
    [
        ("text: TBD soon", 7, 10, "text: TBD soon", "      ^~~"),
        ("\ttext: TBD", 8, 11, "    text: TBD", "          ^~~"),
        ("说明：TBD", 4, 7, "说明：TBD", "      ^~~"),
        ("name: 说明", 7, 9, "name: 说明", "      ^~~~"),
        ("🤗🤗 TBD", 4, 7, "🤗🤗 TBD", "     ^~~"),
        ("e\u0301e\u0301 TBD", 6, 9, "e\u0301e\u0301 TBD", "   ^~~"),
        ("a\u202eTBD", 3, 6, "a\\u202eTBD", "       ^~~"),
        ("a\u200bTBD", 2, 3, "a\\u200bTBD", " ^~~~~~"),
        ("a\x1b[31mTBD", 2, 3, "a\\x1b[31mTBD", " ^~~~"),
        ("over lines", 6, 0, "over lines", "     ^~~~~"),
        ("the end", 8, 8, "the end", "       ^"),
        ("beyond it", 99, 120, "beyond it", "         ^"),
        ("https://me:secret@a.org TBD", 25, 28, "https://*********@a.org TBD", " " * 24 + "^~~"),
        ("text: TBD\r", 7, 10, "text: TBD", "      ^~~"),
        ("\ud800 TBD", 3, 6, "\\ud800 TBD", "       ^~~"),
    ],
)
def test_the_mark_stands_under_what_is_meant(line: str, column: int, end: int, shown: str, mark: str) -> None:
    assert told(line, column, end) == [shown, mark]


def test_a_long_line_is_cut_around_the_mark() -> None:
    shown, mark = told("a" * 5_000_000 + "TBD" + "b" * 5_000_000, 5_000_001, 5_000_004)
    assert shown == "…" + "a" * 50 + "TBD" + "b" * 47 + "…"
    assert mark == " " * 51 + "^~~"
    shown, mark = told("说" * 500, 251, 401)
    assert (cells(shown), shown[0], shown[-1], mark) == (102, "…", "…", " " * 51 + "^" + "~" * 49)


def test_a_line_that_is_meant_as_a_whole_has_no_mark() -> None:
    assert told("# Heading", 0) == ["# Heading"]


def test_lines_are_found_in_bytes_as_in_text() -> None:
    finding = Finding("r", "error", "wrong", CARD, 3, "", 1, 3)
    for whole in ("a\nb\n说明", "a\nb\n说明".encode(), b"a\r\nb\r\n\xe8\xaf\xb4\xe6\x98\x8e\r\n"):
        assert excerpts.take([finding], {CARD: whole}) == {finding: Excerpt(CARD, 3, "说明", 0, 2)}
    for line in (4, 10**9):
        assert not excerpts.take([Finding("r", "error", "wrong", CARD, line)], {CARD: "a\nb\nc"})
    assert not excerpts.take([finding], {})


SOURCE = 'links: [{url: "https://a.org/?a=1&b=2"}]\nintro: some TBD\n'


@pytest.mark.parametrize(
    ("card", "columns", "source", "expected"),
    [
        ("# some TBD", (8, 11), "c.yaml:2:13", Excerpt("c.yaml", 2, "intro: some TBD", 12, 15)),
        ("# some TBD", (8, 11), "c.yaml:2:1", Excerpt("c.yaml", 2, "intro: some TBD", 12, 15)),
        (
            "<https://a.org/?a=1&amp;b=2>",
            (2, 28),
            "c.yaml:1:16",
            Excerpt("c.yaml", 1, SOURCE.split("\n", maxsplit=1)[0], 15, 37),
        ),
        ("# me", (3, 5), "c.yaml:2:1", Excerpt(CARD, 1, "# me", 2, 4)),
        ("# me", (3, 5), "c.yaml:2:10", Excerpt("c.yaml", 2, "intro: some TBD", 9, 11)),
        ("# other TBX", (9, 12), "c.yaml:2:1", Excerpt(CARD, 1, "# other TBX", 8, 11)),
        ("# other TBX", (0, 0), "c.yaml:2:8", Excerpt("c.yaml", 2, "intro: some TBD", 7, 8)),
        ("# other TBX", (9, 12), "c.yaml:9:1", Excerpt(CARD, 1, "# other TBX", 8, 11)),
        ("# other TBX", (9, 12), "no place", Excerpt(CARD, 1, "# other TBX", 8, 11)),
    ],
)
def test_the_line_is_the_source_s_if_that_has_it(
    card: str, columns: tuple[int, int], source: str, expected: Excerpt
) -> None:
    finding = Finding("r", "error", "wrong", CARD, 1, source, *columns)
    assert excerpts.take([finding], {CARD: card, "c.yaml": SOURCE}) == {finding: expected}


@given(st.text(max_size=300), st.integers(0, 320), st.integers(0, 320))
def test_any_line_is_harmless_and_not_too_wide(line: str, column: int, end: int) -> None:
    line = line.replace("\n", " ").replace("\r", " ")
    taken = excerpt(line, column, end)
    assert taken.text.isprintable()
    assert harmless(taken.text) == taken.text
    assert cells(taken.text) <= MAX_CELLS + 2
    assert 0 <= taken.start <= taken.end
    if 0 < column <= len(line) and "@" not in line:
        meant = harmless(line[column - 1 : max(end - 1, column) if end else None])
        assert taken.text[taken.start : taken.end] in ("…", meant) or meant.startswith(
            taken.text[taken.start : taken.end]
        )
    if taken.mark:
        assert taken.mark.strip(" ").strip("~") == "^"


def test_what_is_alike_is_told_once_with_its_number() -> None:
    cards = {f"models/lab/m{number}/README.md": "# One\n\nTBD\n" for number in range(13)}
    findings = [
        Finding("placeholder", "warning", "a placeholder: TBD", card, 3, "", 1, 4, "fill it in") for card in cards
    ]
    assert text.write(report.make({}, {}, findings, texts=cards)) == (
        "warning: a placeholder: TBD [placeholder] (13 cards)\n"
        "    models/lab/m0/README.md:3:1\n"
        "    models/lab/m1/README.md:3:1\n"
        "    models/lab/m10/README.md:3:1\n"
        "    and 10 more places\n"
        "        3 | TBD\n"
        "          | ^~~\n"
        "    hint: fill it in\n"
        "13 warnings\n"
    )
    twice = text.write(report.make({}, {}, findings * 2))
    assert twice.startswith("warning: a placeholder: TBD [placeholder] (26 times on 13 cards)\n")


def test_no_more_excerpts_are_taken_than_are_of_use_and_errors_come_first() -> None:
    findings = [
        Finding("r", "error" if number % 2 else "warning", f"number {number}", CARD, 1)
        for number in range(3 * MAX_EXCERPTS)
    ]
    made = report.make({}, {}, findings, texts={CARD: "a line"})
    assert len(made.excerpts) == MAX_EXCERPTS
    assert {each.severity for each in made.excerpts} == {"error"}
