"""Reports: for people, for programs, and for the summary of a job."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from cardgen.links import report
from cardgen.links.places import Place
from cardgen.links.report import Report
from cardgen.links.urls import shown
from cardgen.links.verdict import Verdict
from cardgen.model import Finding

CARD = "models/lab/one/README.md"
PLACES = tuple(Place(f"models/lab/m{number}/README.md", number, "c.yaml:3:5") for number in range(1, 6))
WARNING = Finding("license-missing", "warning", "the card states no license", CARD, 0, "c.yaml:9:5")
ERROR = Finding("placeholder", "error", "a placeholder: TBD", CARD, 12)


def made() -> Report:
    verdicts = {
        "https://ok.org": Verdict("ok", 200),
        "https://unsure.org": Verdict("unsure", 403, "refuses us"),
        "https://z.org/gone": Verdict("broken", 404, "there is no such page"),
        "https://moved.org": Verdict("moved", 301, "moved permanently to https://new.org", "https://new.org"),
        "https://me:secret@a.org": Verdict("broken", None, "no such host"),
        "https://huggingface.co/lab/one": Verdict("planned", None, "a repo of this manifest"),
    }
    places = {"https://z.org/gone": PLACES, "https://me:secret@a.org": (Place(CARD, 7),)}
    return report.make(verdicts, places, [ERROR, WARNING])


def test_text() -> None:
    assert report.as_text(made()) == (
        "broken: https://***@a.org\n"
        "    no such host\n"
        "    models/lab/one/README.md:7\n"
        "broken: https://z.org/gone\n"
        "    404, there is no such page\n"
        "    models/lab/m1/README.md:1 (from c.yaml:3:5)\n"
        "    models/lab/m2/README.md:2 (from c.yaml:3:5)\n"
        "    models/lab/m3/README.md:3 (from c.yaml:3:5)\n"
        "    and 2 more places\n"
        "moved: https://moved.org\n"
        "    301, moved permanently to https://new.org\n"
        "unsure: https://unsure.org\n"
        "    403, refuses us\n"
        "error: a placeholder: TBD [placeholder]\n"
        "    models/lab/one/README.md:12\n"
        "warning: the card states no license [license-missing]\n"
        "    models/lab/one/README.md (from c.yaml:9:5)\n"
        "6 links: 2 broken, 1 moved, 1 unsure, 1 planned, 1 ok; 1 error; 1 warning\n"
    )


def test_json() -> None:
    document = json.loads(report.as_json(made()))
    assert list(document) == ["version", "links", "findings", "summary"]
    assert document["version"] == 1
    assert [link["url"] for link in document["links"]] == [
        "https://***@a.org",
        "https://huggingface.co/lab/one",
        "https://moved.org",
        "https://ok.org",
        "https://unsure.org",
        "https://z.org/gone",
    ]
    assert document["links"][2] == {
        "url": "https://moved.org",
        "status": "moved",
        "code": 301,
        "message": "moved permanently to https://new.org",
        "location": "https://new.org",
        "places": [],
    }
    assert document["links"][0]["places"] == [{"card": CARD, "line": 7, "source": ""}]
    assert len(document["links"][5]["places"]) == 5
    assert document["findings"][0] == {
        "rule": "license-missing",
        "severity": "warning",
        "message": "the card states no license",
        "card": CARD,
        "line": 0,
        "source": "c.yaml:9:5",
    }
    assert document["summary"] == {
        "links": 6,
        "ok": 1,
        "moved": 1,
        "broken": 2,
        "unsure": 1,
        "excluded": 0,
        "planned": 1,
        "errors": 1,
        "warnings": 1,
    }


def cells(markdown: str) -> list[list[list[str]]]:
    """The text of every cell of every table, as a Markdown renderer shows it."""
    page = LexborHTMLParser(MarkdownIt("commonmark").enable("table").render(markdown))
    return [[[cell.text() for cell in row.css("td")] for row in table.css("tbody tr")] for table in page.css("table")]


def test_markdown() -> None:
    links, findings = cells(report.as_markdown(made()))
    assert links[0] == ["broken", "https://***@a.org", "no such host", f"{CARD}:7"]
    assert links[1][:3] == ["broken", "https://z.org/gone", "404, there is no such page"]
    assert links[1][3].endswith("models/lab/m3/README.md:3 (from c.yaml:3:5)and 2 more")
    assert [row[0] for row in links] == ["broken", "broken", "moved", "unsure"]
    assert findings[0] == ["error", "a placeholder: TBD", "placeholder", f"{CARD}:12"]
    assert "6 links: 2 broken, 1 moved, 1 unsure, 1 planned, 1 ok; 1 error; 1 warning" in report.as_markdown(made())


def test_what_is_wrong_with_many_cards_is_said_once() -> None:
    findings = [Finding("rule", "warning", "the same", f"models/lab/m{number}/README.md") for number in range(5)]
    text = report.as_text(report.make({}, {}, findings))
    assert text.count("the same") == 1
    assert "    models/lab/m2/README.md\n    and 2 more cards\n" in text
    ((row,),) = cells(report.as_markdown(report.make({}, {}, findings)))
    assert row[3].endswith("and 2 more")


def test_nothing_found_is_said() -> None:
    empty = report.make({}, {})
    assert report.as_text(empty) == "No links, and nothing to complain about.\n"
    assert "No links, and nothing to complain about." in report.as_markdown(empty)
    assert json.loads(report.as_json(empty))["links"] == []


HOSTILE = st.text(string.punctuation + "ab \n\r\t\x1b\u202e\u2028", min_size=1, max_size=30)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_nothing_in_a_link_becomes_markup(url: str, message: str, card: str) -> None:
    found = report.make(
        {url: Verdict("broken", 404, message)},
        {url: [Place(card, 1, card)]},
        [Finding("rule", "error", message, card, 3, card)],
    )
    markdown = report.as_markdown(found)
    (((status, link, why, where),), ((severity, what, rule, place),)) = cells(markdown)
    rendered = MarkdownIt("commonmark").enable("table").render(markdown)
    assert {node.tag for node in LexborHTMLParser(rendered).css("td *")} <= {"code", "br"}
    assert (status, severity, rule) == ("broken", "error", "rule")
    assert link.split() == shown(url).split()
    assert report.as_text(found).count("\n") == 6
    assert all(line.isprintable() for line in report.as_text(found).splitlines())
    assert (why.split(), what.split()) == (shown(f"404, {message}").split(), shown(message).split())
    assert where.split() == shown(f"{card}:1 (from {card})").split()
    assert place.split() == shown(f"{card}:3 (from {card})").split()


def test_a_summary_stays_within_what_github_shows() -> None:
    verdicts = {f"https://a.org/{'x' * 100}{number}": Verdict("broken", 404, "gone") for number in range(5000)}
    places = dict.fromkeys(verdicts, PLACES)
    markdown = report.as_markdown(report.make(verdicts, places))
    assert len(markdown) < 1_000_000
    assert "And 4500 more links." in markdown


@pytest.mark.parametrize(
    ("status", "severity", "fails", "fails_strictly"),
    [
        ("broken", None, True, True),
        ("unsure", None, False, True),
        ("moved", None, False, False),
        ("excluded", None, False, False),
        ("planned", None, False, False),
        ("ok", "error", True, True),
        ("ok", "warning", False, True),
        ("ok", None, False, False),
    ],
)
def test_what_fails(status: str, severity: str | None, fails: bool, fails_strictly: bool) -> None:
    findings = [Finding("rule", severity, "message", CARD)] if severity else []  # type: ignore[arg-type]
    found = report.make({"https://a.org": Verdict(status)}, {}, findings)  # type: ignore[arg-type]
    assert report.failed(found, strict=False) is fails
    assert report.failed(found, strict=True) is fails_strictly
