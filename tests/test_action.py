"""The GitHub Action and the workflows: their steps run here as a runner would run them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from cardgen.cli import main
from cardgen.localhub import LocalHub

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
        return self.contexts[str(left)] == str(right).strip("'")

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
def project(tmp_path: Path) -> Path:
    """What `cardgen init` makes, with its one link to the outer web led to a repo of its own."""
    folder = tmp_path / "project"
    assert main(["init", "-q", str(folder)]) == 0
    _link_to(folder, "https://huggingface.co/your-name/qwen2.5-7b-dpo")
    return folder


def _link_to(folder: Path, url: str) -> None:
    manifest = folder / "collections/example.yaml"
    manifest.write_text(re.sub(r"url: \S+}", f"url: {url}}}", manifest.read_text()))


def _action(folder: Path, event: str = "push", **given: str) -> tuple[Runner, int]:
    """Run the action with the inputs that are given, the others at their defaults."""
    action = _load(ACTION)
    inputs = {name: given.get(name, spec["default"]) for name, spec in action["inputs"].items()}
    assert given.keys() <= inputs.keys()
    runner = Runner(folder, {f"inputs.{name}": value for name, value in inputs.items()}, event)
    return runner, runner.run(action["runs"]["steps"])


def test_a_good_project_is_built_and_checked_and_the_summary_reports(project: Path) -> None:
    runner, code = _action(project)
    assert code == 0, runner.log
    assert runner.ran == ["Refuse what cannot be done", "Build", "Check"]
    assert "## Links and cards" in runner.summary
    assert "5 planned" in runner.summary
    assert len(json.loads(_output(runner, "index").read_text())["repos"]) == 5
    assert json.loads(_output(runner, "report").read_text())["summary"]["planned"] == 5


def _output(runner: Runner, name: str) -> Path:
    """The file that an output of the action names."""
    value: str = _load(ACTION)["outputs"][name]["value"]
    return runner.folder / runner.outputs[value.removeprefix("${{ ").removesuffix(" }}")]


def test_a_broken_manifest_fails_with_its_place(project: Path) -> None:
    manifest = project / "collections/example.yaml"
    manifest.write_text(manifest.read_text().replace("namespace:", "namespcae:"))
    runner, code = _action(project, offline="true")
    assert code == 2
    assert runner.ran[-1] == "Build"
    assert "error: collections/example.yaml:3:1:" in runner.log
    assert not (project / "build").exists()


def test_a_broken_link_is_in_the_summary_and_nothing_is_pushed(project: Path, local_hub: LocalHub) -> None:
    manifest = project / "collections/example.yaml"
    manifest.write_text(re.sub(r"intro: .*", "intro: See [our page](example.com).", manifest.read_text()))
    given = {"command": "push", "token": local_hub.token, "endpoint": local_hub.endpoint}
    runner, code = _action(project, **given)
    assert code == 1, runner.log
    assert runner.ran[-1] == "Check"
    assert "<b>broken</b>: " in runner.summary
    assert "::error file=collections/example.yaml," in runner.log
    assert json.loads(_output(runner, "sarif").read_text())["runs"][0]["results"][0]["ruleId"] == "link-broken"
    assert json.loads(_output(runner, "report").read_text())["summary"]["broken"] == 1
    assert not list(local_hub.root.glob("*/*/*.git"))


def test_strict_and_offline_reach_the_check(project: Path) -> None:
    _link_to(project, "https://huggingface.co/your-name/nothing")
    assert _action(project, offline="true")[1] == 0
    manifest = project / "collections/example.yaml"
    manifest.write_text(manifest.read_text().replace("license: cc-by-4.0", ""))
    assert _action(project, offline="true")[1] == 0
    assert _action(project, offline="true", strict="true")[1] == 1


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


def test_push_publishes_to_the_hub_that_it_is_given(project: Path, local_hub: LocalHub) -> None:
    given = {"command": "push", "token": local_hub.token, "endpoint": local_hub.endpoint}
    runner, code = _action(project, **given)
    assert code == 0, runner.log
    assert runner.ran[-1] == "Push"
    card = _show(local_hub.root / "models/your-name/llama3.1-8b-sft.git", "README.md")
    assert card == (project / "build/models/your-name/llama3.1-8b-sft/README.md").read_text()
    assert local_hub.token not in runner.log + runner.summary


def _show(repo: Path, path: str) -> str:
    done = subprocess.run(["git", "-C", repo, "show", f"main:{path}"], capture_output=True, text=True, check=True)
    return done.stdout


def test_the_scaffolded_workflow_does_the_same(project: Path, local_hub: LocalHub) -> None:
    jobs = _load(project / ".github/workflows/cards.yml")["jobs"]
    checked = Runner(project, {})
    assert checked.run(jobs["check"]["steps"]) == 0, checked.log
    assert "5 planned" in checked.summary
    pushed = Runner(project, {"secrets.HF_TOKEN": local_hub.token})
    endpoint = {"HF_ENDPOINT": local_hub.endpoint}
    assert pushed.run([{**step, "env": {**step.get("env", {}), **endpoint}} for step in jobs["push"]["steps"]]) == 0
    assert _show(local_hub.root / "datasets/your-name/family-data.git", "README.md").startswith("---\n")


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("vendor.github-actions", [ACTION]),
        ("vendor.github-workflows", WORKFLOWS),
        ("custom.github-workflows-require-timeout", WORKFLOWS),
    ],
)
def test_they_fit_githubs_schemas(schema: str, paths: list[Path]) -> None:
    program = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run([program, "--builtin-schema", schema, *paths], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


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
