"""Markdown files without a manifest: links from file to file, and to places in them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from cardgen import markdown_files
from cardgen.errors import DiskError, InputError
from cardgen.links.files import gather
from project import Project, Result

README = """\
---
license: mit
---
# Read me

[setup](docs/setup.md) [place](docs/setup.md#first-steps) [none](docs/setup.md#second-steps)
[own](#read-me) [nowhere](#nowhere) [gone](docs/gone.md) [folder](docs/) [root](/docs/setup.md)
![picture](docs/a%20picture.png) ![no picture](docs/no.png) [case](docs/Setup.md) [code](code.py#L3)
[out](../outside.md) [query](docs/setup.md?plain=1#first-steps) [no scheme](example.com/page) []()
"""
SETUP = """\
# First steps

Back to [the start](../README.md#read-me), or <a href="../README.md#nowhere">nowhere</a>.
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    folder = tmp_path / "repository"
    (folder / ".git").mkdir(parents=True)
    (folder / "docs").mkdir()
    (folder / "README.md").write_text(README)
    (folder / "docs" / "setup.md").write_text(SETUP)
    (folder / "docs" / "a picture.png").write_text("")
    (folder / "code.py").write_text("")
    (tmp_path / "outside.md").write_text("")
    return Project(folder)


def statuses(result: Result) -> dict[str, str]:
    return {link["url"]: link["status"] for link in json.loads(result.out)["links"]}


def check(project: Project, *arguments: str) -> Result:
    return project.run("check", "--offline", "--format", "json", *arguments)


def test_links_between_files(project: Project) -> None:
    result = check(project, "README.md")
    assert result.code == 1
    assert statuses(result) == {
        "": "broken",
        "../outside.md": "excluded",
        "README.md#nowhere": "broken",
        "README.md#read-me": "ok",
        "code.py#L3": "ok",
        "docs": "ok",
        "docs/Setup.md": "broken",
        "docs/a picture.png": "ok",
        "docs/gone.md": "broken",
        "docs/no.png": "broken",
        "docs/setup.md": "ok",
        "docs/setup.md#first-steps": "ok",
        "docs/setup.md#second-steps": "broken",
        "example.com/page": "broken",
    }


def test_a_link_has_the_line_that_it_stands_on(project: Project) -> None:
    links = {link["url"]: link for link in json.loads(check(project, "README.md", "docs").out)["links"]}
    assert links["docs/gone.md"]["places"] == [{"card": "README.md", "line": 7, "source": ""}]
    assert links["docs/gone.md"]["message"] == "there is no such file"
    assert links["README.md#nowhere"]["places"] == [
        {"card": "README.md", "line": 7, "source": ""},
        {"card": "docs/setup.md", "line": 3, "source": ""},
    ]
    assert links["README.md#nowhere"]["message"] == "the file is there, but has no place '#nowhere'"


def test_a_folder_stands_for_all_of_its_markdown(project: Project) -> None:
    hidden = project.folder / ".hidden"
    hidden.mkdir()
    (hidden / "a.md").write_text("[x](gone.md)")
    (project.folder / "docs" / "b.markdown").write_text("[x](gone2.md)")
    found = statuses(check(project, "."))
    assert {"docs/gone2.md", "docs/gone.md"} <= found.keys()
    assert ".hidden/gone.md" not in found


def test_the_root_is_the_repository_wherever_cardgen_runs(project: Project) -> None:
    inside = Project(project.folder / "docs")
    found = statuses(check(inside, "../README.md"))
    assert found["../docs/setup.md"] == "ok"
    assert found["../../outside.md"] == "excluded"


def test_manifests_and_markdown_together(project: Project) -> None:
    project.write()
    found = json.loads(check(project, "collections/family.yaml", "README.md").out)
    assert found["summary"]["planned"] == 3
    assert found["summary"]["broken"] == 7


def test_nothing_to_check_is_said(project: Project) -> None:
    (project.folder / "empty").mkdir()
    for name, message in (("empty", "holds no Markdown file"), ("none.md", "there is no such file")):
        result = check(project, name)
        assert (result.code, message in result.err) == (2, True)


def test_files_that_are_no_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.md").write_bytes(b"\xff\xfe [x](gone.md)\r\n[y](#top)")
    (tmp_path / "b.md").mkdir()
    pages = markdown_files.read([str(tmp_path / "a.md")])
    assert len(gather(pages, markdown_files.Disk(str(tmp_path)), str(tmp_path)).verdicts) == 2
    monkeypatch.setattr(markdown_files, "MAX_BYTES", 3)
    with pytest.raises(InputError, match="larger"):
        markdown_files.read([str(tmp_path / "a.md")])
    with pytest.raises(DiskError, match="cannot be read"):
        markdown_files.text_of(tmp_path / "b.md")
    monkeypatch.setattr(markdown_files, "MAX_FILES", 0)
    with pytest.raises(InputError, match="more than 0 Markdown files"):
        markdown_files.read([str(tmp_path / "a.md")])


def test_a_name_that_no_report_could_show(project: Project) -> None:
    (project.folder / os.fsdecode(b"docs/\xff.md")).write_text("[x](y)")
    result = check(project, "docs")
    assert (result.code, "is not UTF-8" in result.err) == (2, True)
