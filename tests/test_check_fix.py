"""`cardgen check --fix` as a user types it: the new addresses of a real site come into the files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from project import MANIFEST, Project
from test_terminal import at_terminal
from web_site import Site, answers, open_site


@pytest.fixture
def site() -> Iterator[Site]:
    with open_site() as opened:
        opened.plays["/old"] = answers(301, f"Location: {opened.url('/new')}")
        yield opened


@pytest.fixture
def project(tmp_path: Path, site: Site) -> Project:
    made = Project(tmp_path)
    made.write(MANIFEST.replace("Two models", f"[Two]({site.url('/old')}) models"))
    return made


def test_the_manifest_states_the_new_address(project: Project, site: Site) -> None:
    before = project.manifest.read_text()
    result = project.run("check", "--allow-private", "--fix")
    assert result.code == 0
    assert f'+intro: "[Two]({site.url("/new")}) models' in result.err
    assert "wrote collections/family.yaml; `cardgen build`" in result.err
    assert project.manifest.read_text() == before.replace("/old", "/new")
    again = project.run("check", "--allow-private", "--fix")
    assert "nothing to fix" in again.err
    assert "moved" not in again.out


def test_a_person_is_asked(project: Project, site: Site) -> None:
    before = project.manifest.read_text()
    code, screen = at_terminal(project, "check", "--allow-private", "--fix", answer="n\n")
    assert (code, "write collections/family.yaml? [y/N]" in screen, "nothing was written" in screen) == (0, True, True)
    assert project.manifest.read_text() == before
    code, screen = at_terminal(project, "check", "--allow-private", "--fix", "--yes")
    assert (code, "[y/N]" in screen) == (0, False)
    assert project.manifest.read_text() == before.replace("/old", "/new")


def test_markdown_files_too(project: Project, site: Site) -> None:
    page = project.folder / "docs.md"
    page.write_bytes(f"\ufeff# Links\r\n\r\n[x]({site.url('/old')})\r\n".encode())
    manifest = project.manifest.read_text()
    assert project.run("check", "docs.md", "--allow-private", "--fix").code == 0
    assert page.read_bytes() == f"\ufeff# Links\r\n\r\n[x]({site.url('/new')})\r\n".encode()
    assert project.manifest.read_text() == manifest


def test_a_repo_that_was_renamed(project: Project, site: Site) -> None:
    site.plays["/api/models/org/base"] = answers(307, "Location: /api/models/new/base")
    project.environment = {"HF_ENDPOINT": site.url("").rstrip("/")}
    project.replace("A family", "A family\nlinks: [{label: Base, url: https://huggingface.co/org/base}]")
    assert project.run("check", "--allow-private", "--fix").code == 0
    text = project.manifest.read_text()
    assert "url: https://huggingface.co/new/base}]" in text
    assert "base_model: new/base}" in text


def test_what_stands_in_a_template_is_left(project: Project, site: Site) -> None:
    project.write()
    template = project.folder / "templates" / "header.md.j2"
    template.parent.mkdir()
    template.write_text(f"[x]({site.url('/old')})\n")
    result = project.run("check", "--allow-private", "--fix")
    assert f"left  {site.url('/old')}, in templates/header.md.j2:1:5" in result.err
    assert f"put {site.url('/new')} there by hand" in result.err
    assert "nothing to fix" in result.err
