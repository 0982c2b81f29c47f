"""What holds for all workflows: their rights, the code that they run, and that the own are those written for others."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from cardgen import scaffold
from github_runner import ROOT, WORKFLOWS, load

OWN = {
    '  CARDGEN: "" # what pip installs, such as a release or `cardgen @ git+https://…@COMMIT`\n': (
        "  CARDGEN: . # what pip installs: this checkout\n"
    ),
    '  MANIFESTS: "" # which manifests, if not all in collections/; globs work\n': (
        "  MANIFESTS: collections/codeio.yaml # the others are examples of other shapes\n"
    ),
    '"templates/**", ".github/workflows': '"templates/**", "cardgen/**", ".github/workflows',
}
"""In what the project's own workflows differ from those that it writes for others."""
TEXTS = scaffold.files("{}", "")
FILES = [path for path in scaffold.GITHUB if path.endswith(".yml")]


@pytest.mark.parametrize("path", list(scaffold.GITHUB))
def test_the_projects_own_are_those_that_it_writes_for_others(path: str) -> None:
    text = TEXTS[path]
    for others, own in OWN.items():
        text = text.replace(others, own)
    assert (ROOT / path).read_text(encoding="utf-8") == text


RIGHTS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("cards.yml", "check"): {"contents": "read"},
    ("cards.yml", "push"): {"contents": "read"},
    ("cards-comment.yml", "comment"): {"actions": "read", "contents": "read", "pull-requests": "write"},
    ("cards-weekly.yml", "look"): {"contents": "read"},
    ("cards-weekly.yml", "issue"): {"actions": "read", "contents": "read", "issues": "write"},
}
PINS = {
    "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2",
    "actions/setup-python@a309ff8b426b58ec0e2a45f0f869d46889d02405 # v6.2.0",
    "actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1",
}


@pytest.mark.parametrize("name", [Path(path).name for path in FILES])
def test_a_job_has_no_more_rights_than_it_needs(name: str) -> None:
    workflow = load(WORKFLOWS / name)
    assert workflow["permissions"] == {}
    assert workflow["concurrency"]["group"].startswith(name.removesuffix(".yml"))
    for job, spec in workflow["jobs"].items():
        assert spec["permissions"] == RIGHTS[name, job]
        if "secrets." in str(spec):
            assert job == "push"
            assert spec["if"] == "github.ref == 'refs/heads/main' && github.event_name != 'pull_request'"
            assert [step["name"] for step in spec["steps"] if "secrets." in str(step)] == ["Push"]


@pytest.mark.parametrize("path", sorted(WORKFLOWS.glob("*.yml")), ids=lambda path: path.name)
def test_every_action_is_pinned_by_its_commit(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "pull_request_target" not in re.sub(r"#.*", "", text)
    assert {used for used in re.findall(r"uses: (.+)", text) if not used.startswith("./ ")} <= PINS


def test_the_comment_waits_for_the_workflow_that_makes_the_plan() -> None:
    event = load(WORKFLOWS / "cards-comment.yml")[True]["workflow_run"]
    assert event == {"workflows": [load(WORKFLOWS / "cards.yml")["name"]], "types": ["completed"]}


def test_what_may_write_runs_nothing_but_one_file_of_the_default_branch() -> None:
    for name, job in (("cards-comment.yml", "comment"), ("cards-weekly.yml", "issue")):
        checkout, act = load(WORKFLOWS / name)["jobs"][job]["steps"]
        assert checkout["with"] == {"persist-credentials": False, "sparse-checkout": ".github"}
        assert re.fullmatch(r"python3 -I \.github/cardgen\.py (comment|issue)", act["run"])


def test_the_program_needs_nothing_but_python() -> None:
    code = "import runpy, sys; runpy.run_path(sys.argv[1]); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, ROOT / ".github/cardgen.py"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "urllib.request" in done.stdout.split()


@pytest.mark.parametrize("path", sorted(WORKFLOWS.glob("*.yml")), ids=lambda path: path.name)
def test_no_job_of_a_pull_request_may_write_or_knows_a_secret(path: Path) -> None:
    workflow = load(path)
    events = workflow[True]  # what YAML 1.1 makes of `on`
    for job in workflow["jobs"].values():
        if "pull_request" in events and "github.event_name != 'pull_request'" not in job.get("if", ""):
            assert job.get("permissions", workflow["permissions"]) == {"contents": "read"}
            assert "secrets." not in str(job)
            assert "github.token" not in str(job)
