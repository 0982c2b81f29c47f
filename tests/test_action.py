"""The GitHub Action and the workflows: their steps run here as a runner would run them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from check_jsonschema.cli.main_command import main as check_jsonschema
from click.testing import CliRunner

from cardgen import localhub
from cardgen.cli import main

ROOT = Path(__file__).parent.parent
ACTION = ROOT / "action.yml"
SCAFFOLDED = ROOT / "cardgen/scaffold/files/cards.yml"
WORKFLOWS = [*sorted((ROOT / ".github/workflows").glob("*.yml")), SCAFFOLDED]
INSTALL = "Install"

Step = Mapping[str, Any]


def _load(path: Path) -> dict[str, Any]:
    # `on:` is the boolean true in YAML 1.1; nothing here asks for it by name.
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


@dataclass
class Runner:
    """What a runner does with steps: a shell each, environment files, `${{ }}` replaced before the shell starts.

    Only the expressions that the project uses are known; any other is an error of the test.
    """

    folder: Path
    contexts: dict[str, str]
    event: str = "push"
    outputs: dict[str, str] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)
    log: str = ""
    path: str = f"{Path(sys.executable).parent}:{os.environ['PATH']}"

    @property
    def summary(self) -> str:
        file = self.folder.parent / "GITHUB_STEP_SUMMARY"
        return file.read_text() if file.exists() else ""

    def run(self, steps: list[Step]) -> int:
        """Run the steps up to the first that fails; returns its exit code. What installs cardgen is left out."""
        for step in steps:
            if "run" not in step or step.get("name") == INSTALL or not self._wanted(step):
                continue
            self.ran.append(step["name"])
            if code := self._shell(step):
                return code
        return 0

    def _wanted(self, step: Step) -> bool:
        if "if" not in step:
            return True
        left, right = step["if"].split(" == ")
        return self.contexts[left] == right.strip("'")

    def _shell(self, step: Step) -> int:
        assert "${{" not in step["run"], "an expression in the text of a step is code"
        files = {name: self.folder.parent / name for name in ("GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_ENV")}
        files["GITHUB_STEP_SUMMARY"] = self.folder.parent / f"summary-{len(self.ran)}"
        for file in files.values():
            file.write_text("")
        own = {key: self._expand(value) for key, value in step.get("env", {}).items()}
        environment = {
            "PATH": self.path,
            "HOME": str(self.folder.parent),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": self.event,
            "GITHUB_ACTION_PATH": str(ROOT),
            "RUNNER_TEMP": str(self.folder.parent),
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "NO_PROXY": "127.0.0.1",
            **{key: value for key, value in os.environ.items() if key.startswith("COVERAGE_")},
            **{key: str(file) for key, file in files.items()},
            **own,
        }
        script = self.folder.parent / "step.sh"
        script.write_text(step["run"])
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        self.log += done.stdout + done.stderr
        self._take(step, files)
        return done.returncode

    def _take(self, step: Step, files: Mapping[str, Path]) -> None:
        for line in files["GITHUB_OUTPUT"].read_text().splitlines():
            key, value = line.split("=", 1)
            self.outputs[f"steps.{step.get('id')}.outputs.{key}"] = value
        self.path = ":".join([*files["GITHUB_PATH"].read_text().split(), self.path])
        with (self.folder.parent / "GITHUB_STEP_SUMMARY").open("a") as all_summaries:
            all_summaries.write(files["GITHUB_STEP_SUMMARY"].read_text())

    def _expand(self, value: str) -> str:
        return re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda found: self.contexts[found[1]], value)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    assert main(["init", "-q", str(folder)]) == 0
    return folder


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[localhub.LocalHub]:
    with localhub.start(tmp_path / "hub") as running:
        yield running


def _action(folder: Path, event: str = "push", **given: str) -> tuple[Runner, int]:
    """Run the action with the inputs that are given, the others at their defaults."""
    action = _load(ACTION)
    inputs = {name: given.get(name, spec["default"]) for name, spec in action["inputs"].items()}
    assert given.keys() <= inputs.keys()
    runner = Runner(folder, {f"inputs.{name}": value for name, value in inputs.items()}, event)
    return runner, runner.run(action["runs"]["steps"])


def test_a_good_project_is_built_and_checked_and_the_summary_reports(project: Path) -> None:
    runner, code = _action(project, offline="true")
    assert code == 0, runner.log
    assert runner.ran == ["Refuse what cannot be done", "Build", "Check"]
    assert "https://huggingface.co/docs/hub/model-cards" in runner.summary
    declared = _load(ACTION)["outputs"]["index"]["value"]
    index = project / runner.outputs[declared.removeprefix("${{ ").removesuffix(" }}")]
    assert len(json.loads(index.read_text())["repos"]) == 5


def test_a_broken_manifest_fails_with_its_place(project: Path) -> None:
    manifest = project / "collections/example.yaml"
    manifest.write_text(manifest.read_text().replace("namespace:", "namespcae:"))
    runner, code = _action(project, offline="true")
    assert code == 2
    assert runner.ran[-1] == "Build"
    assert "error: collections/example.yaml:3:1:" in runner.log
    assert not (project / "build").exists()


def test_a_broken_link_fails_the_check_and_stands_in_the_summary(project: Path, hub: localhub.LocalHub) -> None:
    manifest = project / "collections/example.yaml"
    manifest.write_text(manifest.read_text().replace("https://huggingface.co/docs/hub/model-cards", "example.com/docs"))
    runner, code = _action(project, offline="true")
    assert code != 0
    assert "Push" not in runner.ran


def test_only_the_named_manifests_count(project: Path) -> None:
    (project / "collections/other.yaml").write_text("nothing: good\n")
    assert _action(project, offline="true")[1] == 2
    runner, code = _action(project, offline="true", manifests="collections/ex*.yaml", output="made")
    assert code == 0, runner.log
    assert (project / "made/index.json").exists()


def test_an_input_is_never_code(project: Path) -> None:
    evil = "collections/$(touch evil)`touch evil`;touch${IFS}evil"
    _, code = _action(project, manifests=evil, output='"; touch evil; "', offline="true")
    assert code == 2
    assert not list(project.rglob("evil"))


@pytest.mark.parametrize(
    ("command", "event"), [("push", "pull_request"), ("push", "pull_request_target"), ("deploy", "push"), ("", "push")]
)
def test_what_must_not_be_is_refused_first(project: Path, command: str, event: str) -> None:
    runner, code = _action(project, event, command=command)
    assert code == 2
    assert "::error::" in runner.log
    assert runner.ran == ["Refuse what cannot be done"]


def test_push_publishes_to_the_hub_that_it_is_given(project: Path, hub: localhub.LocalHub, tmp_path: Path) -> None:
    given = {"command": "push", "token": hub.token, "endpoint": hub.endpoint}
    runner, code = _action(project, **given)
    assert code == 0, runner.log
    assert runner.ran[-1] == "Push"
    card = _show(tmp_path / "hub/models/your-name/llama3.1-8b-sft.git", "README.md")
    assert card == (project / "build/models/your-name/llama3.1-8b-sft/README.md").read_text()
    assert hub.token not in runner.log + runner.summary


def _show(repo: Path, path: str) -> str:
    done = subprocess.run(["git", "-C", repo, "show", f"main:{path}"], capture_output=True, text=True, check=True)
    return done.stdout


def test_the_scaffolded_workflow_does_the_same(project: Path, hub: localhub.LocalHub, tmp_path: Path) -> None:
    jobs = _load(project / ".github/workflows/cards.yml")["jobs"]
    checked = Runner(project, {})
    assert checked.run(jobs["check"]["steps"]) == 0, checked.log
    assert "https://huggingface.co/docs/hub/model-cards" in checked.summary
    pushed = Runner(project, {"secrets.HF_TOKEN": hub.token})
    steps = [{**step, "env": {**step.get("env", {}), "HF_ENDPOINT": hub.endpoint}} for step in jobs["push"]["steps"]]
    assert pushed.run(steps) == 0, pushed.log
    assert _show(tmp_path / "hub/datasets/your-name/family-data.git", "README.md").startswith("---\n")


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("vendor.github-actions", [ACTION]),
        ("vendor.github-workflows", WORKFLOWS),
        ("custom.github-workflows-require-timeout", WORKFLOWS),
    ],
)
def test_they_fit_githubs_schemas(schema: str, paths: list[Path]) -> None:
    done = CliRunner().invoke(check_jsonschema, ["--builtin-schema", schema, *map(str, paths)])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.parent.name + "-" + path.name)
def test_a_workflow_has_no_more_rights_than_it_needs(path: Path) -> None:
    workflow = _load(path)
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["concurrency"]
    for used in re.findall(r"uses: (\S+)", path.read_text()):
        assert used == "./" or re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", used), f"{used} is not pinned by commit"
    assert "pull_request_target" not in re.sub(r"#.*", "", path.read_text())
    for name, job in workflow["jobs"].items():
        if "secrets." in str(job):
            assert name == "push"
            assert job["if"] == "github.ref == 'refs/heads/main' && github.event_name != 'pull_request'"
            for step in job["steps"]:
                assert "secrets." not in str(step) or step.get("name") == "Push" or step.get("uses") == "./"


def test_only_the_push_step_of_the_action_sees_the_token() -> None:
    for step in _load(ACTION)["runs"]["steps"]:
        assert ("inputs.token" in str(step)) == (step["name"] == "Push")
        assert step["shell"] == "bash"
