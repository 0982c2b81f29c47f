"""Runs jobs of a project's workflows as runners would, on a stand-in for GitHub and a local hub."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cardgen.localhub import LocalHub
from fake_github import JOB_TOKEN, REPOSITORY, GitHub
from github_runner import Runner, load

SHA = "c0ffee" * 6 + "abcd"
RUN = 7


class Jobs:
    """Runs jobs of a project's workflows, on GitHub's stand-in and a local hub."""

    def __init__(self, project: Path, github: GitHub, hub: LocalHub) -> None:
        self._project = project
        self._github = github
        self._more = {
            "HF_ENDPOINT": hub.endpoint,
            "GITHUB_API_URL": github.url,
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_RUN_ID": str(RUN),
        }

    def run(self, workflow: str, job: str, event: str, payload: object = None, **contexts: str) -> tuple[Runner, int]:
        """Run a job; what it keeps is the run's artifact."""
        path = self._project.parent / "event.json"
        path.write_text(json.dumps(payload))
        loaded = load(self._project / ".github/workflows" / workflow)
        known = {name.replace("__", "."): value for name, value in contexts.items()}
        runner = Runner(self._project, known, event, {**self._more, "GITHUB_EVENT_PATH": str(path)})
        code = runner.run(loaded["jobs"][job]["steps"], loaded.get("env"))
        if runner.artifact:
            self._github.artifacts[RUN] = runner.artifact
        return runner, code

    def plan(self, number: int = 3) -> tuple[Runner, int]:
        return self.run("cards.yml", "check", "pull_request", github__event__pull_request__number=str(number))

    def comment(self, **of_run: Any) -> tuple[Runner, int]:
        return self.run("cards-comment.yml", "comment", "workflow_run", run_event(**of_run), github__token=JOB_TOKEN)

    def look(self) -> tuple[Runner, int]:
        return self.run("cards-weekly.yml", "look", "schedule")

    def issue(self, looked: Runner) -> tuple[Runner, int]:
        found = {
            f"needs__look__outputs__{each}": looked.outputs[f"steps.{each}.outputs.found"]
            for each in ("links", "drift")
        }
        return self.run("cards-weekly.yml", "issue", "schedule", github__token=JOB_TOKEN, **found)


def pull(sha: str = SHA, repository: int = 42, state: str = "open") -> dict[str, Any]:
    return {"number": 3, "state": state, "head": {"sha": sha, "repo": {"id": repository}}}


def run_event(sha: str = SHA, repository: int = 42) -> dict[str, Any]:
    page = f"https://github.com/{REPOSITORY}/actions/runs/{RUN}"
    return {"workflow_run": {"id": RUN, "head_sha": sha, "head_repository": {"id": repository}, "html_url": page}}
