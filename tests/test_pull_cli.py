"""cardgen pull after real edits of real cards: what comes in, and what the next plan says."""

from __future__ import annotations

import json
import shutil
import stat
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cardgen import cli, hub
from cardgen.localhub import LocalHub
from hub_client import client, git, repo_path, write_card

ROOT = Path(__file__).parent.parent
MANIFEST = Path("collections/codeio.yaml")
LLAMA = "hkust-nlp/llama3.1-8b_codeio"
QWEN = "hkust-nlp/qwen2.5-7b-coder_codeio"
DATASET = "hkust-nlp/CodeIO-PyEdu-Reasoning"


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


class Project:
    """A folder with the CodeI/O manifest, and a hub that its cards were pushed to."""

    def __init__(self, folder: Path, hub: LocalHub, capture: pytest.CaptureFixture[str]) -> None:
        self.folder, self.hub, self._capture = folder, hub, capture

    def run(self, *arguments: str) -> Done:
        """Run cardgen in this process, through the real client."""
        code = cli.main(arguments)
        said = self._capture.readouterr()
        return Done(code, said.out, said.err)

    def publish(self) -> None:
        self.hub.add_collection("hkust-nlp", "67a978e28fd926b56a4f55a2", "CodeI/O")
        assert self.run("build").code == 0
        done = self.run("push", "--offline", "--yes", "--allow-broken")
        assert done.code == 0, done.err

    def edit(self, repo_id: str, *changes: tuple[str, str], kind: str = "models") -> None:
        """Somebody edits a card in a clone, as a person does who does not use cardgen."""
        clone = self.folder / "clone"
        git(self.folder, "clone", "-q", str(repo_path(self.hub, repo_id, kind)), str(clone))
        card = clone / "README.md"
        text = card.read_text()
        for old, new in changes:
            assert text.count(old) >= 1, old
            text = text.replace(old, new)
        card.write_text(text)
        git(clone, "commit", "-qam", "Edit")
        git(clone, "push", "-q", "origin", "HEAD:main")
        shutil.rmtree(clone)

    def states(self, repo_id: str) -> tuple[str, dict[str, str]]:
        """What a plan says of a repo, after a build: its action, and the states of its units."""
        assert self.run("build").code == 0
        plan: dict[str, Any] = json.loads(self.run("plan", "--format", "json").out)
        (change,) = [each for each in plan["changes"] if each["repo_id"] == repo_id]
        return change["action"], {unit["name"]: unit["state"] for unit in change["units"]}

    @property
    def manifest(self) -> str:
        return (self.folder / MANIFEST).read_text()


@pytest.fixture
def project(
    tmp_path: Path, local_hub: LocalHub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Project:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(hub, "connect", partial(hub.connect, local_hub.endpoint, local_hub.token))
    (tmp_path / "collections").mkdir()
    shutil.copy(ROOT / MANIFEST, tmp_path / MANIFEST)
    made = Project(tmp_path, local_hub, capsys)
    made.publish()
    return made


def test_edits_come_in_and_the_plan_is_quiet(project: Project) -> None:
    before = project.manifest
    project.edit(
        LLAMA,
        ("pipeline_tag: text-generation\n", "pipeline_tag: text2text-generation\nlicense: llama3.1\n"),
        ("on Huggingface, we", "on Hugging Face; we"),
        (">Paper<", ">The paper &amp; more<"),
        ("year={2025}", "year={2025},\n  url={https://arxiv.org/abs/2502.07316}"),
    )
    assert project.states(LLAMA)[0] == "conflict"
    (project.folder / MANIFEST).chmod(0o640)
    done = project.run("pull", LLAMA)
    assert done.code == 0, done.err
    assert "license: not in the manifest; --take KEY" in done.err
    assert "on the cards of 12 other repos" in done.err
    assert stat.S_IMODE((project.folder / MANIFEST).stat().st_mode) == 0o640
    changed = set(project.manifest.splitlines()) - set(before.splitlines())
    assert changed == {
        "  This is the resource page of the CodeI/O collection on Hugging Face; we highlight your current position "
        "with a blue block.",
        "  - {icon: 📑, label: The paper & more, url: https://huggingface.co/papers/2502.07316}",
        "  cells:",
        "    llama3.1-8b:",
        "      codeio: {card_data: {pipeline_tag: text2text-generation}}",
        "      year={2025},",
        "      url={https://arxiv.org/abs/2502.07316}",
    }
    assert set(before.splitlines()) - set(project.manifest.splitlines()) == {
        "  This is the resource page of the CodeI/O collection on Huggingface, we highlight your current position "
        "with a blue block.",
        "  - {icon: 📑, label: Paper, url: https://huggingface.co/papers/2502.07316}",
        "      year={2025}",
    }
    action, units = project.states(LLAMA)
    assert action == "converged"
    assert (units["pipeline_tag"], units["card"], units["license"]) == ("converged", "converged", "foreign")
    assert project.states(QWEN) == ("update", {**project.states(QWEN)[1], "pipeline_tag": "unchanged"})

    again = project.run("pull", LLAMA, "--take", "license")
    assert again.code == 0, again.err
    assert "codeio: {card_data: {pipeline_tag: text2text-generation, license: llama3.1}}" in project.manifest
    assert project.states(LLAMA)[1]["license"] == "converged"
    project.publish()
    done = project.run("pull", "--all")
    assert (done.code, "nothing to take" in done.err) == (0, True)


def test_what_has_no_place_is_shown_and_nothing_is_written_in_a_dry_run(project: Project) -> None:
    before = project.manifest
    project.edit(LLAMA, ("</table>\n\n## Citation", "</table>\n\nA note of somebody's.\n\n## Citation"))
    project.edit(DATASET, ("license: odc-by", "license: mit"), kind="datasets")
    done = project.run("pull", LLAMA, DATASET, "--dry-run")
    assert done.code == 1
    assert "+A note of somebody's." in done.out
    assert "+  datasets: {license: mit}" in done.out
    assert "was left: text that the manifest has no value for" in done.err
    assert project.manifest == before
    assert project.run("pull", LLAMA, DATASET, "-y").code == 1
    assert "datasets: {license: mit}" in project.manifest, "what can come in does"


def test_newer_work_in_the_manifest_is_not_taken_back(project: Project) -> None:
    """Both sides changed the card since the push: what was pushed is found in the history."""
    path = project.folder / MANIFEST
    path.write_text(project.manifest.replace("label: Repo,", "label: Code,"))
    project.edit(LLAMA, ("on Huggingface, we", "on Hugging Face, we"))
    done = project.run("pull", LLAMA)
    assert done.code == 0, done.err
    assert "on Hugging Face, we" in project.manifest
    assert "label: Code," in project.manifest
    project.edit(QWEN, (">Repo<", ">Repository<"))
    done = project.run("pull", QWEN)
    assert done.code == 1
    assert "changed in the same lines" in done.err
    assert "label: Code," in project.manifest


def test_what_pull_cannot_work_with(project: Project, tmp_path: Path) -> None:
    def fails(code: int, *arguments: str) -> str:
        done = project.run("pull", *arguments)
        assert done.code == code, done.err
        assert "Traceback" not in done.err
        return done.err

    before = project.manifest
    assert "name the repos" in fails(2)
    assert "name the repos" in fails(2, LLAMA, "--all")
    assert f"did you mean '{LLAMA}'?" in fails(2, LLAMA[:-1])
    assert "there is no such manifest" in fails(2, LLAMA, "-m", "collections/other.yaml")
    assert "nobody edited 'license'" in fails(2, LLAMA, "--take", "license")

    api = client(project.hub)
    write_card(api, LLAMA, b"---\nlicense: mit\n---\n# Mine\n")
    assert "`cardgen push --adopt` takes it over" in fails(1, LLAMA)
    repo = repo_path(project.hub, QWEN)
    git(repo, "update-ref", "refs/heads/main", git(repo, "rev-list", "--max-parents=0", "main"))
    assert "no card" in fails(1, QWEN)
    project.edit(DATASET, ("license: odc-by", "license: odc-by\nlicense: mit"), kind="datasets")
    assert "states 'license' twice" in fails(1, DATASET)
    gone = "hkust-nlp/llama3.1-8b_codeio_pp"
    api.delete_repo(gone)
    assert "no such repo" in fails(1, gone)
    assert "no such repo" not in fails(1, "--all"), "repos without a card are nothing to pull from"
    assert project.manifest == before
