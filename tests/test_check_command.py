"""`cardgen check` as a user types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.write()
    return made


def test_a_good_family_passes(project: Project) -> None:
    result = project.run("check", "--offline", "--strict")
    assert (result.code, result.err) == (0, "")
    assert "3 planned" in result.out


def test_a_broken_link_fails_with_its_place(project: Project) -> None:
    project.replace("Two models", "[Two](example.com) models")
    result = project.run("check", "--offline", "--format", "json")
    assert result.code == 1
    made = json.loads(result.out)
    (link,) = [each for each in made["links"] if each["status"] == "broken"]
    assert set(link) == {"url", "status", "code", "message", "location", "since", "asked", "places"}
    assert link["places"][0]["card"] == "datasets/lab/data/README.md"
    assert {place["source"] for place in link["places"]} == {"collections/family.yaml:4:15"}
    project.run("build")
    for place in link["places"]:
        text = (project.folder / "build" / place["card"]).read_text(encoding="utf-8")
        assert "example.com" in text.splitlines()[place["line"] - 1]


def test_what_is_missing_is_a_warning(project: Project) -> None:
    project.replace("license: mit, ", "")
    result = project.run("check", "--offline", "--format", "json")
    assert result.code == 0
    made = json.loads(result.out)
    assert made["summary"]["warnings"] == 2
    assert {each["rule"] for each in made["findings"]} == {"license-missing"}
    assert project.run("check", "--offline", "--strict").code == 1


@pytest.mark.parametrize(("name", "begin"), [("r.md", "## "), ("r.json", "{"), ("r.txt", "3 links")])
def test_the_report_as_a_file(project: Project, name: str, begin: str) -> None:
    assert project.run("check", "--offline", "--report", name).code == 0
    assert (project.folder / name).read_text(encoding="utf-8").startswith(begin)


def test_a_report_that_cannot_be_written(project: Project) -> None:
    result = project.run("check", "--offline", "--report", "nowhere/r.md")
    assert result.code == 1
    assert "error: nowhere/r.md: cannot be written" in result.err


def test_a_url_is_asked_once_and_private_addresses_not_at_all(project: Project) -> None:
    project.replace("Two models", "[Two](http://127.0.0.1:1/a) models")
    result = project.run("check", "--format", "json")
    made = json.loads(result.out)
    (link,) = [each for each in made["links"] if each["url"] == "http://127.0.0.1:1/a"]
    assert (link["status"], len(link["places"])) == ("excluded", 3)
    allowed = json.loads(project.run("check", "--allow-private", "--format", "json").out)
    (link,) = [each for each in allowed["links"] if each["url"] == "http://127.0.0.1:1/a"]
    assert link["status"] == "unsure"


def test_a_link_is_told_once(project: Project) -> None:
    project.replace("Two models", "[Two](example.com) models and [none]()")
    made = json.loads(project.run("check", "--offline", "--format", "json").out)
    assert [each for each in made["findings"] if each["rule"].startswith("link-")] == []
    lint = json.loads(project.run("lint", "--format", "json").out)
    assert {each["rule"] for each in lint["findings"]} >= {"link-empty", "link-without-scheme"}
