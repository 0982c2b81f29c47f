"""The report as a page, read as a browser parses it; what its script does is tested in a browser."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from cardgen.links.memory import Known
from cardgen.links.places import Place
from cardgen.links.verdict import Status, Verdict
from cardgen.model import Finding, Silenced
from cardgen.reports import changes, page, report
from cardgen.reports.page import rows
from cardgen.reports.report import Report
from cardgen.reports.rule_texts import RuleText

CARD = "models/lab/one/README.md"
PLACES = tuple(Place(f"models/lab/m{number}/README.md", number, "c.yaml:3:5") for number in range(1, 6))
FINDING = Finding("placeholder", "error", "a placeholder: TBD", CARD, 3, "", 7, 10, "fill it in")


def made() -> Report:
    known = {
        "https://ok.org": Known(Verdict("ok", 200), 1.7e9),
        "https://a.org/gone": Known(Verdict("broken", 404, "there is no such page"), 1.7e9, 1.6e9),
        "https://a.org/new": Known(Verdict("moved", 301, "moved permanently to https://b.org", "https://b.org")),
        "http://c.org": Known(Verdict("unsure", 503, "busy")),
        "javascript:alert(1)": Known(Verdict("excluded", None, "not a web address")),
        "https://me:secret@d.org/": Known(Verdict("broken", None, "no such host")),
    }
    texts = {CARD: "# One\n\ntext: TBD </pre><script>\n"}
    off = Silenced(Finding("own-rule", "warning", "not so", "quiet.md"), "it is meant so")
    found = report.make(known, {"https://a.org/gone": PLACES}, [FINDING], [off], texts)
    rules = {"placeholder": RuleText("A placeholder.", address="https://cardgen.dev/rules/placeholder")}
    return replace(found, rules=rules, changes=changes.compare(Report(), found))


def parsed(found: Report) -> LexborHTMLParser:
    return LexborHTMLParser(page.write(found))


def data_of(found: Report) -> Any:
    return json.loads(parsed(found).css("#data")[0].text())


def texts_of(nodes: list[LexborNode]) -> list[str]:
    return [" ".join(node.text().split()) for node in nodes]


def test_it_says_what_there_is() -> None:
    tree = parsed(made())
    told = "6 links: 2 broken, 1 moved, 1 unsure, 1 excluded, 1 ok; 1 error; 1 silenced"
    assert texts_of(tree.css("head title, header p")) == [f"Links and cards: {told}", f"{told}. The check failed."]
    assert texts_of(tree.css("h2")) == [
        *("Since the earlier report", "What to mend", "By state", "By host", "All links and findings")
    ]
    assert texts_of(tree.css("details[open] > summary")) == [
        *("2 newly broken", "1 new finding"),
        *(
            "broken: no such host 1",
            "broken: 404, there is no such page 1",
            "error: a placeholder: TBD [placeholder] 1",
        ),
    ]
    assert texts_of(tree.css("pre")) == ["3 | text: TBD </pre><script>"]
    assert texts_of(tree.css("mark")) == ["TBD"]
    assert "fill it in" in texts_of(tree.css("details p"))


def test_nothing_in_it_is_loaded_and_nothing_else_runs() -> None:
    text = page.write(made())
    tree = LexborHTMLParser(text)
    assert not tree.css("link, img, iframe, object, embed, base, [src], [style], [onclick], form[action]")
    (policy,) = [node.attributes["content"] or "" for node in tree.css("meta[http-equiv=Content-Security-Policy]")]
    directives = dict(each.split(" ", 1) for each in policy.split("; "))
    assert directives == {
        "default-src": "'none'",
        "style-src": digest(tree.css("style")[0]),
        "script-src": digest(tree.css("script")[-1]),
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
    }
    assert len(tree.css("script")) == 2
    assert text.index("Content-Security-Policy") < text.index("<style")


def digest(node: LexborNode) -> str:
    return f"'sha256-{b64encode(sha256(node.text().encode()).digest()).decode()}'"


def test_only_pages_of_the_web_become_links() -> None:
    links = {node.attributes["href"] for node in parsed(made()).css("main a")}
    assert links == {"https://a.org/gone", "https://a.org/new", "http://c.org", "https://cardgen.dev/rules/placeholder"}
    for address in ("javascript:alert(1)", "JAVASCRIPT://a.org/%0aalert(1)", "data:text/html,x", "//a.org", "https://[",
                    "https://***@a.org", "http:", "vbscript:x", " javascript:x", "file:///etc/passwd"):  # fmt: skip
        assert not page.is_page(address)
    assert not page.is_page(f"https://a.org/{'a' * 3_000}")
    assert not page.is_page("https://a.org/\u202e")


def test_the_list_has_everything_with_its_places() -> None:
    data = data_of(made())
    told = [
        (data["states"][row[0]], row[1] if isinstance(row[1], str) else data["texts"][row[1]]) for row in data["rows"]
    ]
    assert told == [
        ("broken", "https://***@d.org/"),
        ("broken", "https://a.org/gone"),
        ("error", "a placeholder: TBD"),
        ("moved", "https://a.org/new"),
        ("unsure", "http://c.org"),
        ("excluded", "javascript:alert(1)"),
        ("silenced", "not so"),
        ("ok", "https://ok.org"),
    ]
    gone = data["rows"][1]
    assert data["texts"][gone[2]] == "404, there is no such page, since 2020-09-13"
    assert [data["cards"][card] for _, card, _ in gone[4]] == [place.card for place in PLACES[:3]]
    assert (gone[5], gone[6]) == ([0, 4], 2)
    finding = data["rows"][2]
    assert data["rules"][finding[3]] == ["placeholder", "https://cardgen.dev/rules/placeholder"]
    assert finding[4] == [[-1, data["cards"].index(CARD), 3, 7]]
    assert data["severities"][finding[0]] == "error"


def test_every_filter_offers_what_is_there() -> None:
    tree = parsed(made())
    choices = {
        node.attributes["name"]: [each.attributes["value"] for each in node.css("option")]
        for node in tree.css("form select")
    }
    assert choices == {
        "state": ["", "broken", "error", "moved", "unsure", "excluded", "silenced", "ok"],
        "severity": ["", "error", "warning"],
        "rule": ["", "own-rule", "placeholder"],
    }
    assert tree.css("#hosts option")[0].attributes["value"] == "a.org"
    assert len(tree.css("#cards option")) == 7
    named = {node.attributes["for"] for node in tree.css("form label")}
    assert named == {node.attributes["id"] for node in tree.css("form input, form select")}


def test_what_to_mend_is_no_endless_list() -> None:
    findings = [Finding("rule", "error", f"number {number}", "m.md") for number in range(250)]
    tree = parsed(report.make({}, {}, findings))
    assert len(tree.css("main section:first-child > details")) == 200
    assert "And 50 more causes: see the list." in texts_of(tree.css("section > p"))
    assert len(json.loads(tree.css("#data")[0].text())["rows"]) == 250


def test_long_texts_are_cut() -> None:
    long = "x" * 100_000
    finding = Finding(long, "error", long, long, 1, long, hint=long)
    found = report.make({f"https://{long}.org": Known(Verdict("broken", 404, long))}, {}, [finding])
    assert len(page.write(replace(found, changes=changes.compare(Report(), found)))) < 70_000


def test_charts_have_a_name_and_a_table() -> None:
    tree = parsed(made())
    for chart, table in zip(tree.css("svg"), tree.css("figure + details table"), strict=True):
        assert chart.attributes["role"] == "img"
        assert chart.css(f"title#{chart.attributes['aria-labelledby']}")
        bars = [node.text() for node in chart.css("text[text-anchor]")]
        assert bars == texts_of(table.css("tbody th"))
    states, hosts = tree.css("figure + details table")
    assert texts_of(states.css("tbody tr:first-child td")) == ["2", *"00000"]
    assert texts_of(hosts.css("tbody th")) == ["a.org", "d.org", "c.org", "ok.org"]


def test_an_empty_report_is_a_page_too() -> None:
    tree = parsed(report.make({}, {}))
    assert texts_of(tree.css("header p")) == ["Nothing to complain about. The check passed."]
    assert not tree.css("svg")
    assert json.loads(tree.css("#data")[0].text())["rows"] == []


def test_it_stays_small_and_says_what_it_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MAX_ROWS", 1_000)
    statuses: list[Status] = ["ok", "ok", "ok", "broken"]
    known = {
        f"https://h{number % 700}.org/{number}": Known(Verdict(statuses[number % 4], 404)) for number in range(3000)
    }
    cards = [Place(f"m{number}.md", 1) for number in range(300)]
    found = report.make(known, dict.fromkeys(known, cards))
    text = page.write(found)
    tree = LexborHTMLParser(text)
    assert len(text) < 250_000
    assert "2000 more are not listed: the report as JSON has all." in texts_of(tree.css("section > p"))
    data = json.loads(tree.css("#data")[0].text())
    assert [data["states"][row[0]] for row in data["rows"]] == ["broken"] * 750 + ["ok"] * 250
    assert {tuple(row[5]) for row in data["rows"]} == {(0, 299)}
    assert len(tree.css("#hosts option")) == 500
    assert len(tree.css("main li")) < 60
    assert len(tree.css("svg")[1].css("text[text-anchor]")) == 12
    assert texts_of(tree.css("figure + details table")[1].css("tbody th"))[-1] == "600 others"


HOSTILE = st.text("<>&\"'`={}/ ab\n\x1b\u202e\u2028\\u003c!-", max_size=20)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_nothing_of_a_stranger_becomes_markup(url: str, message: str, card: str) -> None:
    url, message = f"https://a.org/{url}</script><!--", f"{message}</title><img src=x onerror=alert(1)>"
    finding = Finding(message, "error", message, card, 1, card, 1, 2, message)
    known = {url: Known(Verdict("broken", 404, message)), message: Known(Verdict("moved", 301, "", url))}
    found = report.make(known, {url: [Place(card, 1, message)]}, [finding], texts={card: message})
    tree = parsed(replace(found, changes=changes.compare(Report(), found)))
    assert not tree.css("img, [onerror]")
    assert len(tree.css("script")) == 2
    assert len(json.loads(tree.css("#data")[0].text())["rows"]) == 3
    assert all(re.match(r"https://a\.org/|#all$", node.attributes["href"] or "") for node in tree.css("a"))
