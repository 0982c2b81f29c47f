"""Results of a manifest, from the YAML to the repos on the Hub, as a user types it."""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path

import huggingface_hub
import pytest
import yaml

from cardgen.cli import main
from cardgen.file_marks import RESULTS
from cardgen.localhub import LocalHub
from hub_client import client, git, repo_path, titles
from project import MANIFEST, Project
from rendered import tables

SECTION = """\
results:
  benchmarks:
    - {key: gsm8k, name: GSM8K, dataset: openai/gsm8k, task: gsm8k}
  rows:
    - {repo: small-one, scores: {gsm8k: 61.20}}
    - {name: Another, scores: {gsm8k: 70.0}}
"""
ONE = "lab/small-one"
BUILT = f"build/models/{ONE}/{RESULTS}"


@pytest.fixture
def project(tmp_path: Path, local_hub: LocalHub) -> Project:
    made = Project(tmp_path / "project")
    made.write(MANIFEST + SECTION)
    made.use(local_hub)
    assert build(made) == 0
    return made


def build(project: Project, *arguments: str) -> int:
    """`cardgen build` in this process: it reads no environment."""
    with contextlib.chdir(project.folder):
        return main(["build", *arguments])


def show(hub: LocalHub, path: str = RESULTS) -> str:
    return git(repo_path(hub, ONE), "show", f"main:{path}") + "\n"


def changed_files(hub: LocalHub) -> list[str]:
    """What the last commit touched."""
    return git(repo_path(hub, ONE), "show", "--format=", "--name-status", "main").splitlines()


def write(hub: LocalHub, text: str, path: str = RESULTS) -> None:
    """Somebody commits a file."""
    client(hub).create_repo(ONE, exist_ok=True)
    client(hub).upload_file(repo_id=ONE, path_in_repo=path, path_or_fileobj=text.encode(), commit_message="By hand")


def test_a_build_has_the_file_and_lists_it(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    index = json.loads((project.folder / "build/index.json").read_text())
    listed = {entry["repo_id"]: entry["files"] for entry in index["repos"]}
    built = (project.folder / BUILT).read_bytes()
    assert listed == {
        "lab/data": [],
        ONE: [{"path": BUILT.removeprefix("build/"), "sha256": hashlib.sha256(built).hexdigest()}],
        "lab/small-two": [],
    }
    assert built.startswith(b"# cardgen: generated from collections/family.yaml, edit that file; sha256=")
    assert build(project, "--check") == 0
    project.replace("61.20", "62")
    assert build(project, "--check") == 1
    assert "-  value: 61.2\n+  value: 62\n" in capsys.readouterr().out


def test_results_that_left_the_manifest_leave_the_build(project: Project) -> None:
    project.write()
    assert build(project) == 0
    assert not (project.folder / BUILT).parent.exists()
    project.write(MANIFEST + SECTION)
    assert build(project) == 0
    other = project.manifest.with_name("other.yaml")
    other.write_text(MANIFEST.replace("lab", "lab2"), encoding="utf-8")
    assert build(project, "collections/other.yaml") == 0
    assert (project.folder / BUILT).exists(), "another manifest's files stay"


def test_one_commit_brings_both_and_a_second_push_brings_nothing(project: Project, local_hub: LocalHub) -> None:
    first = project.run("push", "--offline")
    assert (first.code, "3 published" in first.err) == (0, True)
    assert titles(local_hub, ONE) == ["Create card from collections/family.yaml", "initial commit"]
    assert changed_files(local_hub) == [f"A\t{RESULTS}", "A\tREADME.md"]
    assert show(local_hub) == (project.folder / BUILT).read_text()
    (entry,) = huggingface_hub.parse_eval_result_entries(yaml.safe_load(show(local_hub)))
    assert (entry.dataset_id, entry.task_id, entry.value) == ("openai/gsm8k", "gsm8k", 61.2)
    second = project.run("push", "--offline")
    assert (second.code, "3 unchanged" in second.err) == (0, True)
    assert len(titles(local_hub, ONE)) == 2
    readme = show(local_hub, "README.md")
    table = tables(readme)[-1]
    assert [[(cell.text, cell.is_marked, bool(cell.color)) for cell in row] for row in table[1:]] == [
        [("small-one", True, True), ("61.20", False, True)],
        [("Another", False, False), ("70.0", False, False)],
    ]
    assert "<b>70.0</b>" in readme


def test_an_edit_on_the_hub_is_a_conflict_and_the_others_go_on(project: Project, local_hub: LocalHub) -> None:
    project.run("push", "--offline")
    edited = show(local_hub).replace("61.2", "99.9")
    write(local_hub, edited)
    project.replace("61.20", "62")
    assert build(project) == 0
    result = project.run("push", "--offline")
    assert result.code == 3
    assert f"error: {ONE}: edited on the Hub: {RESULTS}" in result.err
    assert "2 published, 1 stopped" in result.err
    assert show(local_hub) == edited


def test_results_that_left_the_manifest_leave_the_hub(project: Project, local_hub: LocalHub) -> None:
    project.run("push", "--offline")
    write(local_hub, "- theirs\n", ".eval_results/theirs.yaml")
    project.write()
    assert build(project) == 0
    assert project.run("push", "--offline").code == 0
    assert titles(local_hub, ONE)[0] == "Update card from collections/family.yaml"
    assert changed_files(local_hub) == [f"D\t{RESULTS}", "M\tREADME.md"]
    assert "<!-- cardgen:files" not in show(local_hub, "README.md")
    assert show(local_hub, ".eval_results/theirs.yaml") == "- theirs\n"


def test_a_file_of_somebody_else_is_not_overwritten(project: Project, local_hub: LocalHub) -> None:
    write(local_hub, "- theirs\n")
    result = project.run("push", "--offline")
    assert result.code == 3
    assert f"not written by cardgen: {RESULTS}" in result.err
    assert "--adopt" in result.err
    assert show(local_hub) == "- theirs\n"
    assert titles(local_hub, ONE) == ["By hand", "initial commit"]
    assert project.run("push", "--offline", "--adopt").code == 0
    assert show(local_hub) == (project.folder / BUILT).read_text()


def test_what_is_pushed_is_what_was_built(project: Project, local_hub: LocalHub) -> None:
    built = project.folder / BUILT
    built.write_text(built.read_text().replace("61.2", "99.9"))
    result = project.run("push", "--offline")
    assert result.code == 2
    assert f"build is not up to date: {BUILT.removeprefix('build/')}" in result.err
    assert not any(call.method == "POST" for call in local_hub.requests)
