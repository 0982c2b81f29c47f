"""The workflow in docs/check.md that checks in parts: GitHub would take it, and its steps do what they are for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from project import Project

ROOT = Path(__file__).parent.parent
(TEXT,) = re.findall(
    r"^```yaml\n(name: links\n.*?)^```$", (ROOT / "docs/check.md").read_text(), re.DOTALL | re.MULTILINE
)
WORKFLOW: Any = yaml.safe_load(TEXT)


def test_it_fits_githubs_schema_and_is_pinned(tmp_path: Path) -> None:
    path = tmp_path / "links.yml"
    path.write_text(TEXT)
    program = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run(
        [program, "--builtin-schema", "vendor.github-workflows", path], check=False, capture_output=True
    )
    assert done.returncode == 0, done.stdout
    ours = (ROOT / ".github/workflows/ci.yml").read_text()
    for used in re.findall(r"uses: (.*)", TEXT):
        assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used)
        action = used.partition("@")[0]
        assert action not in ours or used in ours
    assert "secrets." not in TEXT


@pytest.mark.parametrize("broken", [True, False])
def test_its_steps_make_one_report(tmp_path: Path, broken: bool) -> None:
    project = Project(tmp_path)
    project.write()
    if broken:
        project.replace("Two models", "[Two](example.com) models")
    check, report = WORKFLOW["jobs"]["check"], WORKFLOW["jobs"]["report"]
    shards = check["strategy"]["matrix"]["shard"]
    for shard in shards:
        assert run(check, "Check", tmp_path, SHARD=str(shard)).returncode == 0
    assert {path.name for path in tmp_path.glob("*.json")} == {f"{shard}.json" for shard in shards}
    done = run(report, "Report", tmp_path)
    assert done.returncode == int(broken)
    assert ("::error file=" in done.stdout) is broken
    assert (tmp_path / "summary.md").read_text().startswith("## Links and cards\n")
    assert (tmp_path / "report.html").exists()


def run(job: Any, name: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A step of a job as GitHub runs it; nothing is asked of the network."""
    (script,) = [step["run"] for step in job["steps"] if step.get("name") == name]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-e", "-c", script.replace("cardgen check", "cardgen check --offline")],
        cwd=folder,
        env={**os.environ, "PATH": path, "GITHUB_STEP_SUMMARY": str(folder / "summary.md"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
