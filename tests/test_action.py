"""The GitHub Action: its steps run here as a runner would run them, against a local hub."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import scaffolded
from cardgen.localhub import LocalHub
from fake_github import serve
from github_runner import ACTION, SCAFFOLD, WORKFLOWS, Runner, load
from hub_client import client, write_card

FOREIGN = b"---\nlicense: mit\n---\n# Somebody else's\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return scaffolded.write(tmp_path / "project")


def _action(folder: Path, event: str = "push", **given: str) -> tuple[Runner, int]:
    """Run the action with the inputs that are given, the others at their defaults."""
    action = load(ACTION)
    inputs = {name: given.get(name, spec["default"]) for name, spec in action["inputs"].items()}
    assert given.keys() <= inputs.keys()
    runner = Runner(folder, {f"inputs.{name}": value for name, value in inputs.items()}, event)
    return runner, runner.run(action["runs"]["steps"])


def _output(runner: Runner, name: str) -> str:
    """An output of the action; what no step has set is empty."""
    value: str = load(ACTION)["outputs"][name]["value"]
    return runner.outputs.get(value.removeprefix("${{ ").removesuffix(" }}"), "")


def _json(runner: Runner, name: str) -> Any:
    """The file that an output of the action names."""
    return json.loads((runner.folder / _output(runner, name)).read_text())


def test_a_good_project_is_built_and_checked_and_the_summary_reports(project: Path) -> None:
    runner, code = _action(project)
    assert code == 0, runner.log
    assert runner.ran == ["Refuse what cannot be done", "Build", "Check"]
    assert "## Links and cards" in runner.summary
    assert "5 planned" in runner.summary
    assert len(_json(runner, "index")["repos"]) == 5
    assert _json(runner, "report")["summary"]["planned"] == 5
    counts = {name: _output(runner, name) for name in ("links", "broken", "unsure", "errors", "pending", "created")}
    assert counts == {"links": "5", "broken": "0", "unsure": "0", "errors": "0", "pending": "", "created": ""}


def test_a_broken_manifest_fails_with_its_place(project: Path) -> None:
    manifest = project / "collections/example.yaml"
    manifest.write_text(manifest.read_text().replace("namespace:", "namespcae:"))
    runner, code = _action(project, offline="true", command="plan")
    assert code == 2
    assert runner.ran[-1] == "Build"
    assert "error: collections/example.yaml:3:1:" in runner.log
    assert not (project / "build").exists()


def test_a_mistake_of_a_manifest_is_shown_at_its_line(project: Path) -> None:
    manifest = project / "collections/example.yaml"
    manifest.write_text(manifest.read_text().replace("namespace:", "namespcae:"))
    runner, _ = _action(project)
    matcher = re.search(r"^::add-matcher::(.+)$", runner.log, re.MULTILINE)
    assert matcher
    (pattern,) = json.loads(Path(matcher[1]).read_text())["problemMatcher"][0]["pattern"]
    found = re.search(pattern["regexp"], runner.log, re.MULTILINE)
    assert found
    assert found[pattern["file"]] == "collections/example.yaml"
    assert (found[pattern["line"]], found[pattern["column"]]) == ("3", "1")
    assert "namespcae" in found[pattern["message"]]


def test_a_broken_link_is_in_the_summary_and_nothing_is_pushed(project: Path, local_hub: LocalHub) -> None:
    scaffolded.break_a_link(project)
    given = {"command": "push", "token": local_hub.token, "endpoint": local_hub.endpoint}
    runner, code = _action(project, **given)
    assert code == 1, runner.log
    assert runner.ran[-1] == "Check"
    assert "<b>broken</b>: " in runner.summary
    assert "::error file=collections/example.yaml," in runner.log
    assert _output(runner, "broken") == "1"
    assert _json(runner, "sarif")["runs"][0]["results"][0]["ruleId"] == "link-broken"
    assert not list(local_hub.root.glob("*/*/*.git"))


def test_a_plan_is_made_though_a_link_is_broken_and_the_run_fails(project: Path, local_hub: LocalHub) -> None:
    scaffolded.break_a_link(project)
    runner, code = _action(project, "pull_request", command="plan", endpoint=local_hub.endpoint)
    assert code == 1, runner.log
    assert runner.ran[-1] == "Plan"
    assert (_output(runner, "pending"), _output(runner, "drift")) == ("5", "0")
    assert len(_json(runner, "plan")["changes"]) == 5
    assert "<b>broken</b>: " in runner.summary
    assert "| your-name/family-data | dataset | create |" in runner.summary


def test_drift_is_in_the_plan_and_stops_the_push(project: Path, local_hub: LocalHub) -> None:
    given = {"token": local_hub.token, "endpoint": local_hub.endpoint, "offline": "true"}
    client(local_hub).create_repo("your-name/llama3.1-8b-sft")
    write_card(client(local_hub), "your-name/llama3.1-8b-sft", FOREIGN)
    planned, code = _action(project, command="plan", **given)
    assert (code, _output(planned, "pending"), _output(planned, "drift")) == (0, "4", "1")
    pushed, code = _action(project, command="push", **given)
    assert code == 3, pushed.log
    assert {name: _output(pushed, name) for name in ("created", "stopped", "failed")} == {
        "created": "4",
        "stopped": "1",
        "failed": "0",
    }
    assert "4 created, 1 stopped." in pushed.summary
    assert "| your-name/llama3.1-8b-sft | model | stopped |" in pushed.summary


def test_a_push_without_change_does_nothing(project: Path, local_hub: LocalHub) -> None:
    given = {"command": "push", "token": local_hub.token, "endpoint": local_hub.endpoint, "offline": "true"}
    assert _action(project, **given)[1] == 0
    before = len(local_hub.requests)
    again, code = _action(project, **given)
    assert (code, _output(again, "unchanged"), _output(again, "updated")) == (0, "5", "0")
    assert {call.method for call in list(local_hub.requests)[before:]} == {"GET"}


def test_strict_and_offline_reach_the_check(project: Path) -> None:
    scaffolded.link_to(project, "https://huggingface.co/your-name/nothing")
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
    card = scaffolded.card_of(local_hub, "models/your-name/llama3.1-8b-sft")
    assert card == (project / "build/models/your-name/llama3.1-8b-sft/README.md").read_text()
    assert local_hub.token not in runner.log + runner.summary


@pytest.mark.parametrize("trusted", ["false", "true"])
def test_push_without_a_token_is_a_trusted_publishers(project: Path, local_hub: LocalHub, trusted: str) -> None:
    models = [f"{row}-{column}" for row in ("llama3.1-8b", "qwen2.5-7b") for column in ("sft", "dpo")]
    repos = [("dataset", "family-data"), *(("model", name) for name in models)]
    for kind, name in repos:
        client(local_hub).create_repo(f"your-name/{name}", repo_type=kind)
        local_hub.trust(kind, f"your-name/{name}", repository="lab/cards")
    action = load(ACTION)
    inputs = {name: spec["default"] for name, spec in action["inputs"].items()}
    inputs |= {"command": "push", "endpoint": local_hub.endpoint, "offline": "true", "trusted": trusted}
    with serve() as github:
        runner = Runner(project, {f"inputs.{name}": value for name, value in inputs.items()}, more=github.identity)
        assert runner.run(action["runs"]["steps"]) == 0, runner.log
    assert _output(runner, "created") == "5"


def test_only_the_steps_that_speak_to_the_hub_see_the_token() -> None:
    for step in load(ACTION)["runs"]["steps"]:
        assert ("inputs.token" in str(step)) == (step["name"] in {"Plan", "Push"})
        assert step["shell"] == "bash"


SCHEMAS = [
    ("vendor.github-actions", [ACTION]),
    ("vendor.github-workflows", sorted(WORKFLOWS.glob("*.yml"))),
    ("custom.github-workflows-require-timeout", sorted(WORKFLOWS.glob("*.yml"))),
]


@pytest.mark.parametrize(("schema", "paths"), SCHEMAS)
def test_they_fit_githubs_schemas(schema: str, paths: list[Path]) -> None:
    program = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run([program, "--builtin-schema", schema, *paths], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor_finds_nothing() -> None:
    """It looks for what makes workflows unsafe; what is as it should be all the same is told beside the line."""
    program = Path(sys.executable).with_name("zizmor")
    places = [ACTION, *WORKFLOWS.glob("*.yml"), *SCAFFOLD.glob("*.yml")]
    done = subprocess.run(
        [program, "--offline", "--strict-collection", *places], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(f"completed {place}" in done.stderr for place in places)
