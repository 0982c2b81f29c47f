"""What the Hub says of a card: asked with the real client's session, explained, placed, and not told twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cardgen import hub, hub_validation, lint
from cardgen.clock import Clock
from cardgen.errors import HubError, UnreachableError
from cardgen.hub import Connection
from cardgen.lint import answers
from cardgen.lint.answers import Answer, Asked
from cardgen.lint.card import ReadCard
from cardgen.lint.switching import Judged
from cardgen.localhub import Answer as HttpAnswer
from cardgen.localhub import LocalHub
from cardgen.model import Finding
from project import Project

LICENSES = "apache-2.0, mit, gpl-3.0, cc-by-4.0, odc-by, openrail, other, array"


def card(lines: str) -> ReadCard:
    return ReadCard("README.md", f"---\n{lines}\n---\n# A card\n", "model")


def told(lines: str, *messages: str) -> list[Finding]:
    """What becomes of the Hub's messages where nothing is known yet."""
    asked = Asked([(card(lines), Answer(messages))])
    return list(lint.answered(Judged(), asked, "2027-01-31").findings)


@pytest.mark.parametrize(
    ("lines", "message", "place", "said", "hint"),
    [
        (
            "a: b\nlicense: apache", f'"license" must be one of [{LICENSES}]', "3:10-16",
            "the Hub refuses 'license': 'apache' is none of its 7 words", "did you mean `apache-2.0`?",
        ),
        (
            "license: [mit, zzz]", f'"license" must be one of [{LICENSES}]', "2:16-19",
            "'zzz' is none of its 7 words", "it takes apache-2.0, mit, gpl-3.0, cc-by-4.0, odc-by and 2 more",
        ),
        ("language: EN", '"language[0]" must only contain lowercase characters', "2:11-13", "in lower case", ""),
        ("language:\n- en\n- ZH", '"language[1]" must only contain lowercase characters', "4:3-5", "lower case", ""),
        (
            "model-index:\n- name: a\n  results:\n  - dataset: {config: 5}",
            '"model-index[0].results[0].dataset.config" must be a string', "5:23-24", "it is no text", "in quotes",
        ),
        ("model-index:\n- results: []", '"model-index[0].name" is required', "3:3-14", "it is missing", "add it"),
        ("widget: x", '"widget" must be an array', "2:9-10", "it is no list", "write a list"),
        ("a.b: x", '"a.b" must not contain "." or "$"', "2:1-4", "must not contain", ""),
        ("base_model: a b", '"base_model" with value "a b" is not valid. Use a model id', "2:13-16", "not valid", ""),
        ("a: b", '"license" is required', "2:1-2", 'the Hub says: "license" is required', ""),
        ("a: b", "Something new", "2:1-2", "the Hub says: Something new", ""),
        ("a: b\nc: [", "Invalid YAML in README.md: unexpected end (2:5)", "4:1-2", "Invalid YAML", ""),
        ("a: b\nc: d", "Invalid YAML in README.md: odd (2:3)", "3:1-2", "Invalid YAML", ""),
        ("a: b", "x" * 10_000, "2:1-2", "x" * 100, ""),
        ("a: b", "evil \x1b[31m\u202e", "2:1-2", "evil \\x1b[31m\\u202e", ""),
    ],
)  # fmt: skip
def test_a_message_is_explained_where_it_belongs(lines: str, message: str, place: str, said: str, hint: str) -> None:
    (finding,) = told(lines, message)
    assert f"{finding.line}:{finding.column}-{finding.end_column}" == place
    assert said in finding.message
    assert hint in finding.hint
    assert len(finding.message) < 400
    assert (finding.rule, finding.severity) == ("hub-refuses", "error")


def test_what_the_rules_know_is_not_told_again() -> None:
    read = card("license: MIT\npipeline_tag: text_generation")
    known = Judged(lint.of_texts([read]))
    said = Answer((f'"license" must be one of [{LICENSES}]', '"pipeline_tag" must be one of [text-generation]'))
    found = lint.answered(known, Asked([(read, said)]), "2027-01-31").findings
    assert [(each.rule, each.line) for each in found if each.severity == "error"] == [
        ("license-unknown", 2),
        ("hub-refuses", 3),
    ], "that the Hub refuses what was only a warning is news"


@pytest.mark.parametrize("said", [None, [], {}, {"valid": 1}, {"error": "x"}, "<html>"])
def test_what_is_no_answer(said: Any) -> None:
    with pytest.raises(ValueError, match="no answer"):
        answers.read(said)


def test_odd_answers() -> None:
    assert answers.read({"errors": None, "warnings": ["a", {"x": 1}]}) == Answer((), ("a", ""))
    assert len(answers.read({"errors": [{"message": "a"}] * 10_000}).errors) == answers.MAX_MESSAGES
    assert answers.read({"valid": True}) == Answer(is_bare=True)
    assert answers.read({"valid": False}).errors


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("---\nlicense: mit\n---\n", Answer()),
        ("no front matter", Answer(warnings=("empty or missing yaml metadata in repo card",))),
        ("---\nwidget: x\n---\n", Answer(('"widget" must be an array',))),
    ],
)
def test_the_hub_is_asked(local_hub: LocalHub, text: str, said: Answer) -> None:
    """Without a token, which nobody needs for it."""
    with hub.connect(local_hub.endpoint, clock=Clock()) as connection:
        assert hub_validation.validate(connection, "README.md", text, "model") == said


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (HttpAnswer(413, "<html>Payload Too Large"), Answer(unsaid="the card is too large for the Hub (413)")),
        (HttpAnswer(200, '{"valid": true}'), Answer(is_bare=True)),
        (HttpAnswer(200, "<html>Welcome"), UnreachableError),
        (HttpAnswer(502, "<html>Bad gateway"), UnreachableError),
        (HttpAnswer(400, '{"error": "no"}'), UnreachableError),
        (HttpAnswer(404, "Not Found"), HubError),
    ],
)
def test_other_answers(local_hub: LocalHub, connection: Connection, answer: HttpAnswer, said: Any) -> None:
    local_hub.faults.add("POST", "/api/validate-yaml", answer)
    if isinstance(said, Answer):
        assert hub_validation.validate(connection, "README.md", "x", "model") == said
    else:
        with pytest.raises(said):
            hub_validation.validate(connection, "README.md", "x", "model")


def test_from_the_command_line(tmp_path: Path, local_hub: LocalHub) -> None:
    """A license that is in the Hub's list no more, or not yet, is what only the Hub can tell."""
    project = Project(tmp_path)
    project.write()
    project.use(local_hub)
    error = json.dumps({"errors": [{"message": f'"license" must be one of [{LICENSES.replace("mit, ", "")}]'}]})
    local_hub.faults.add("POST", "/api/validate-yaml", HttpAnswer(400, error), (1,))
    result = project.run("lint", "--online", "--format", "json")
    assert result.code == 1, result.err
    (refused,) = [each for each in json.loads(result.out)["findings"] if each["rule"] == "hub-refuses"]
    assert refused["source"].startswith("collections/family.yaml:")
    assert project.run("lint", "--online").code == 0, "the fault was for one request"
    (tmp_path / "CARD.md").write_text("---\nlicense: mit\n---\n")
    local_hub.faults.add("POST", "/api/validate-yaml", HttpAnswer(200, '{"valid": true}'))
    bare = project.run("lint", "--online", "CARD.md")
    assert (bare.code, "says whether a card is valid, and no more" in bare.err) == (0, True)


def test_a_rule_of_the_hub_is_switched(tmp_path: Path, local_hub: LocalHub) -> None:
    project = Project(tmp_path)
    project.use(local_hub)
    (tmp_path / "CARD.md").write_text("---\na.b: 1\nwidget: x\n---\n")
    assert "hub-refuses" not in project.run("lint", "--online", "CARD.md", "--type", "model").err
    offline = ("--ignore", "kind-refused", "--ignore", "key-refused", "--ignore", "kind-wrong")
    shown = project.run("lint", "--online", "CARD.md", "--type", "model", "--format", "json", *offline)
    assert [each["line"] for each in json.loads(shown.out)["findings"] if each["rule"] == "hub-refuses"] == [2, 3]
    silent = project.run("lint", "--online", "CARD.md", "--type", "model", *offline, "--ignore", "hub-refuses")
    assert silent.code == 0
