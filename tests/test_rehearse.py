"""`cardgen rehearse`: the first thing that a new user runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub_client import git
from project import Project

CODEIO = Path(__file__).parent.parent / "collections" / "codeio.yaml"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.write(CODEIO.read_text(encoding="utf-8"))
    made.manifest.rename(made.manifest.with_name("codeio.yaml"))
    return made


def log(project: Project, kind: str, name: str) -> list[str]:
    repo = project.folder / ".cardgen" / "hub" / kind / "hkust-nlp" / f"{name}.git"
    return git(repo, "log", "--format=%s", "main").splitlines()


def test_the_second_rehearsal_commits_nothing(project: Project) -> None:
    first = project.run("rehearse")
    assert first.code == 0, first.err
    assert "13 published" in first.err
    cards = list((project.folder / "build").glob("*/hkust-nlp/*/README.md"))
    repos = {(card.parent.parent.parent.name, card.parent.name) for card in cards}
    assert len(repos) == 13
    assert all(len(log(project, *repo)) == 2 for repo in repos)
    second = project.run("rehearse")
    assert (second.code, "13 unchanged" in second.err) == (0, True)
    assert all(len(log(project, *repo)) == 2 for repo in repos)


def test_it_says_where_to_look(project: Project) -> None:
    told = project.run("rehearse").err
    history = told[told.index("git -C ") + 7 :].split()[0]
    assert git(project.folder / history, "log", "--oneline")
    assert "cardgen hub --root .cardgen/hub" in told


def test_a_broken_link_ends_it_before_the_hub(project: Project) -> None:
    manifest = project.manifest.with_name("codeio.yaml")
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("This is the resource page", "This is [the](example.com) page"), "utf-8")
    result = project.run("rehearse")
    assert result.code == 1
    assert "    example.com  → https://example.com" in result.out
    assert not (project.folder / ".cardgen").exists()
