"""What a GitHub runner does with the steps of an action or a job: a shell each, environment files, `${{ }}`.

Only what the project uses is known; anything else is an error of the test. Steps that use other actions are left out,
except that what a job keeps as an artifact is kept.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
ACTION = ROOT / "action.yml"
WORKFLOWS = ROOT / ".github/workflows"
SCAFFOLD = ROOT / "cardgen/scaffold/files"
CARDGEN = Path(sys.executable).with_name("cardgen")
UPLOAD = "actions/upload-artifact@"
INSTALL = "Install"

Step = Mapping[str, Any]


def load(path: Path) -> dict[Any, Any]:
    # `on:` is the boolean true in YAML 1.1; nothing here asks for it by name.
    loaded: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


@dataclass
class Runner:
    """Runs the steps in a folder. `contexts` are what expressions may name; `more` is in every step's environment."""

    folder: Path
    contexts: dict[str, str]
    event: str = "push"
    more: Mapping[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)
    environments: list[dict[str, str]] = field(default_factory=list)
    artifact: dict[str, bytes] = field(default_factory=dict)
    log: str = ""

    @property
    def summary(self) -> str:
        file = self.folder.parent / "GITHUB_STEP_SUMMARY"
        return file.read_text() if file.exists() else ""

    def run(self, steps: Sequence[Step], environment: Mapping[str, str] | None = None) -> int:
        """Run the steps; the exit code of the first that fails, after which only those run that ask for it.

        What installs cardgen is left out: it is there.
        """
        self._install()
        first = 0
        for step in steps:
            if step.get("name") == INSTALL or not self._wanted(step, first):
                continue
            if step.get("uses", "").startswith(UPLOAD):
                self._keep(step["with"])
            elif "run" in step:
                self.ran.append(step["name"])
                code = self._shell(step, environment or {})
                self.contexts[f"steps.{step.get('id')}.outcome"] = "failure" if code else "success"
                first = first or code
        return first

    def value(self, expression: str) -> str:
        """What an expression that names one thing is."""
        name = expression.removeprefix("${{ ").removesuffix(" }}")
        return self.outputs[name] if name in self.outputs else self.contexts[name]

    def _install(self) -> None:
        there = self.folder.parent / "cardgen/bin/cardgen"
        there.parent.mkdir(parents=True, exist_ok=True)
        if not there.exists():
            there.symlink_to(CARDGEN)

    def _wanted(self, step: Step, failed: int) -> bool:
        parts = str(step.get("if", "")).removeprefix("${{ ").removesuffix(" }}").split(" && ")
        if failed and "!cancelled()" not in parts:
            return False
        return all(self._holds(part) for part in parts if part not in {"", "!cancelled()"})

    def _holds(self, comparison: str) -> bool:
        left, right = comparison.split(" == ")
        return {**self.contexts, "github.event_name": self.event}.get(left, "") == right.strip("'")

    def _keep(self, given: Mapping[str, Any]) -> None:
        assert given["name"] == "cardgen"
        folder = self.folder / given["path"]
        self.artifact = {path.name: path.read_bytes() for path in folder.iterdir()}

    def _shell(self, step: Step, given: Mapping[str, str]) -> int:
        assert "${{" not in step["run"], "an expression in the text of a step is code"
        temp = self.folder.parent
        files = {name: temp / name for name in ("GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_ENV")}
        files["GITHUB_STEP_SUMMARY"] = temp / f"summary-{len(self.ran)}"
        for file in files.values():
            file.write_text("")
        own = {**given, **step.get("env", {})}
        environment = {
            "PATH": f"{CARDGEN.parent}:{os.environ['PATH']}",
            "HOME": str(temp),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": self.event,
            "GITHUB_ACTION_PATH": str(ROOT),
            "RUNNER_TEMP": str(temp),
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "NO_PROXY": "127.0.0.1",
            **{key: value for key, value in os.environ.items() if key.startswith("COVERAGE_")},
            **self.more,
            **{key: str(file) for key, file in files.items()},
            **{key: self._expand(value) for key, value in own.items()},
        }
        self.environments.append(environment)
        script = temp / "step.sh"
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
        assert not files["GITHUB_PATH"].read_text()
        assert not files["GITHUB_ENV"].read_text()
        for line in files["GITHUB_OUTPUT"].read_text().splitlines():
            key, value = line.split("=", 1)
            self.outputs[f"steps.{step.get('id')}.outputs.{key}"] = value
        with (self.folder.parent / "GITHUB_STEP_SUMMARY").open("a") as all_summaries:
            all_summaries.write(files["GITHUB_STEP_SUMMARY"].read_text())

    def _expand(self, value: str) -> str:
        return re.sub(r"\$\{\{ [\w.-]+ \}\}", lambda found: self.value(found[0]), value)
