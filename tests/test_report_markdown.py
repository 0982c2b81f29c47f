"""The Markdown report fits a comment of GitHub's, whatever is in it, and says what it leaves out."""

from __future__ import annotations

import re
import string
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from cardgen.links.memory import Known
from cardgen.links.places import Place
from cardgen.links.verdict import Status, Verdict
from cardgen.model import Finding
from cardgen.reports import markdown, report
from cardgen.reports.causes import summary
from cardgen.reports.changes import Changes
from cardgen.reports.excerpts import Excerpt
from cardgen.reports.report import Report

LIMIT = 65_536
"""What GitHub takes in a comment, in characters."""


def page_of(text: str) -> LexborHTMLParser:
    return LexborHTMLParser(MarkdownIt("commonmark").enable("table").render(text))


def assert_whole(text: str, found: Report) -> None:
    """It fits, begins with the summary, and everything in it that was begun is ended."""
    assert len(text) < LIMIT
    assert text.startswith("## Links and cards\n\n")
    page = page_of(text)
    assert page.css("h2 + p")[0].text() == summary(found)
    assert len(re.findall(r"^<details", text, re.MULTILINE)) == text.count("\n</details>\n")
    assert text.count("\n```") % 2 == 0
    for table in page.css("table"):
        width = len(table.css("th"))
        assert {len(row.css("td")) for row in table.css("tbody tr")} == {width}
    assert {node.tag for node in page.css("body *")} <= {
        *("h2", "p", "details", "summary", "b", "code", "pre", "br", "strong", "ul", "li"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }


TEXT = st.text(string.punctuation + "ab \n|`<>@#\U0001f600", max_size=12)
WORDS = st.builds(lambda text, times: text * times, TEXT, st.sampled_from([1, 1, 1, 400]))
STATUS: st.SearchStrategy[Status] = st.sampled_from(["broken", "moved", "unsure", "ok"])
FINDINGS = st.builds(
    Finding, WORDS, st.sampled_from(["error", "warning"]), WORDS, WORDS, st.integers(0, 9), st.just(""), hint=WORDS
)


@st.composite
def found_things(draw: st.DrawFn) -> Report:
    """Reports of few kinds of things, of which there may be very many."""
    known: dict[str, Known] = {}
    places = {}
    for kind, (status, message, times, address) in enumerate(
        draw(st.lists(st.tuples(STATUS, WORDS, st.sampled_from([1, 3, 300]), WORDS), max_size=6))
    ):
        for number in range(times):
            url = f"https://a{kind}.org/{number}{address if times < 300 else ''}"
            known[url] = Known(Verdict(status, 404, message))
            places[url] = (Place(f"m{number}.md", 1, "c.yaml:1:1"), Place(f"n{number}.md", 2, ""))
    findings = draw(st.lists(FINDINGS, max_size=12))
    made = report.make(known, places, findings)
    changes = Changes(1e9, made.links, made.links, (), made.links, made.findings, made.findings)
    excerpts = {each: Excerpt("c.yaml", 1, each.message.replace("\n", " ") * 3, 1, 2) for each in made.findings}
    return replace(made, excerpts=excerpts, changes=draw(st.sampled_from([changes, None])))


@settings(max_examples=25, deadline=None)
@given(found_things())
def test_it_always_fits_and_is_whole(found: Report) -> None:
    assert_whole(markdown.write(found), found)


def test_what_is_cut_is_counted_and_the_urgent_stays() -> None:
    verdicts = {f"https://a.org/{'x' * 100}{number}": Known(Verdict("broken", 404, "gone")) for number in range(5000)}
    verdicts |= {f"https://b.org/{number}": Known(Verdict("unsure", 503, "busy")) for number in range(5000)}
    findings = [Finding("rule", "error", f"number {number}", f"m{number}.md") for number in range(3)]
    found = report.make(verdicts, {}, findings)
    text = markdown.write(found)
    assert_whole(text, found)
    page = page_of(text)
    assert len(text) > LIMIT * 0.9
    titles = [node.text() for node in page.css("summary")]
    assert titles[0] == "broken: 404, gone (5000)"
    assert titles[1:4] == [f"error: number {number} rule" for number in range(3)]
    assert titles[4] == "unsure: 503, busy (5000)"
    shown = [len(table.css("tbody tr")) for table in page.css("table")]
    told = page.css("p")[-1].text()
    assert told == (
        f"Cut to fit: {5000 - shown[0]} broken links, {5000 - shown[-1]} unsure links more. "
        "The report as text, JSON or HTML has all."
    )


def test_what_fits_is_not_cut() -> None:
    found = report.make({f"https://a.org/{number}": Known(Verdict("broken", 404, "gone")) for number in range(50)}, {})
    text = markdown.write(found)
    assert "Cut to fit" not in text
    assert len(page_of(text).css("tbody tr")) == 50


def test_a_cause_too_long_for_a_row_is_counted_as_cut() -> None:
    findings = [Finding("rule", "warning", f"{number} {'*' * 400}", "m.md", hint="*" * 400) for number in range(100)]
    text = markdown.write(report.make({}, {}, findings))
    left = re.search(r"Cut to fit:\*\* (\d+) warnings more", text)
    assert left
    assert text.count("<summary>") + int(left[1]) == 100
