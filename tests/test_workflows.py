"""The workflows that `cardgen init` writes, and the project's own: their jobs run here as runners would run them.

GitHub's API is a stand-in on loopback, which refuses what the real one would.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import HfApi

import scaffolded
from cardgen.cli import main
from cardgen.localhub import Answer, LocalHub
from fake_github import REPOSITORY, GitHub, serve
from github_runner import ROOT, Runner, load
from hub_client import client, write_card
from jobs import SHA, Jobs, pull


@pytest.fixture
def github() -> Iterator[GitHub]:
    with serve() as served:
        yield served


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return scaffolded.write(tmp_path / "project")


@pytest.fixture
def jobs(project: Path, github: GitHub, local_hub: LocalHub) -> Jobs:
    github.pulls[3] = pull()
    return Jobs(project, github, local_hub)


# A pull request


def test_the_plan_of_a_pull_request_becomes_a_comment_which_the_next_run_updates(
    jobs: Jobs, github: GitHub, project: Path, local_hub: LocalHub
) -> None:
    runner, code = jobs.plan()
    assert code == 0, runner.log
    assert sorted(runner.artifact) == ["check.md", "number", "plan.md"]
    commented, code = jobs.comment()
    assert code == 0, commented.log
    (comment,) = github.comments
    assert comment["number"] == 3
    assert f"What merging commit {SHA[:10]} would do on the Hub" in comment["body"]
    assert "| your-name/family-data | dataset | create |" in comment["body"]
    assert "## Links and cards" in comment["body"]
    manifest = project / "collections/example.yaml"
    manifest.write_text(manifest.read_text().replace("repo: family-data", "repo: other-data"))
    assert jobs.plan()[1] == 0
    assert jobs.comment()[1] == 0
    (comment,) = github.comments
    assert "| your-name/other-data | dataset | create |" in comment["body"]
    assert github.writes() == [
        ("POST", f"/repos/{REPOSITORY}/issues/3/comments"),
        ("PATCH", f"/repos/{REPOSITORY}/issues/comments/1"),
    ]
    assert not list(local_hub.root.glob("*/*/*.git"))


def test_the_comment_is_as_the_docs_show_it(jobs: Jobs, github: GitHub, project: Path, local_hub: LocalHub) -> None:
    push(jobs, local_hub)
    edit(local_hub)
    manifest = project / "collections/example.yaml"
    manifest.write_text(manifest.read_text().replace("{key: dpo, name: DPO}", "{key: grpo, name: GRPO}"))
    jobs.plan()
    jobs.comment()
    marker, _, body = github.comments[0]["body"].partition("\n")
    assert marker.startswith("<!--")
    shown = re.search(r"^```markdown\n(.*?)^```$", (ROOT / "docs/github.md").read_text(), re.DOTALL | re.MULTILINE)
    assert shown
    assert body.partition("\n<details>")[0] == shown[1]


def test_a_pull_request_with_a_broken_link_fails_and_has_its_plan_all_the_same(
    jobs: Jobs, github: GitHub, project: Path
) -> None:
    scaffolded.break_a_link(project)
    runner, code = jobs.plan()
    assert code == 1
    assert runner.ran == ["Build", "Check", "Plan"]
    assert "::error file=collections/example.yaml," in runner.log
    assert jobs.comment()[1] == 0
    assert "<b>broken</b>: " in github.comments[0]["body"]


def test_a_manifest_that_cannot_be_read_leaves_no_plan(jobs: Jobs, github: GitHub, project: Path) -> None:
    (project / "collections/example.yaml").write_text("nothing: good\n")
    runner, code = jobs.plan()
    assert (code, runner.ran, runner.artifact) == (2, ["Build"], {})
    assert shown_mistakes(runner)[0][:3] == ("collections/example.yaml", "1", "1")
    commented, code = jobs.comment()
    assert (code, commented.log) == (0, "the run left no plan\n")
    assert not github.comments


def test_a_mistake_of_a_template_is_shown_at_its_line(jobs: Jobs, project: Path) -> None:
    (project / "templates").mkdir()
    (project / "templates/header.md.j2").write_text("#\n{{ nope }}\n")
    runner, code = jobs.plan()
    assert code == 2
    assert shown_mistakes(runner) == [("templates/header.md.j2", "2", "", "'nope' is undefined")]


def shown_mistakes(runner: Runner) -> list[tuple[str, ...]]:
    """File, line, column and message of what GitHub would show beside the lines of a change."""
    matcher = re.search(r"^::add-matcher::(.+)$", runner.log, re.MULTILINE)
    assert matcher
    (pattern,) = json.loads((runner.folder / matcher[1]).read_text())["problemMatcher"][0]["pattern"]
    found = re.finditer(pattern["regexp"], runner.log, re.MULTILINE)
    return [tuple(each[pattern[key]] or "" for key in ("file", "line", "column", "message")) for each in found]


def test_the_code_of_a_fork_meets_no_secret(jobs: Jobs) -> None:
    """Whatever is secret has this value here, and no step of the job has it in its environment."""
    contexts = {"secrets__HF_TOKEN": "hf_secret", "github__token": "ghs_secret"}
    number = {"github__event__pull_request__number": "3"}
    runner, code = jobs.run("cards.yml", "check", "pull_request", None, **contexts, **number)
    assert code == 0
    assert len(runner.environments) == 3
    assert not [name for each in runner.environments for name, value in each.items() if "secret" in value]


# Every week


def test_the_weekly_issue_opens_is_kept_up_to_date_and_closes(
    jobs: Jobs, github: GitHub, project: Path, local_hub: LocalHub
) -> None:
    push(jobs, local_hub)
    all_well, code = jobs.look()
    assert code == 0, all_well.log
    assert jobs.issue(all_well)[0].log == "nothing was found, and no issue is open\n"
    assert not github.writes()

    edit(local_hub)
    drifted, code = jobs.look()
    assert (code, drifted.outputs["steps.drift.outputs.found"]) == (0, "true")
    assert jobs.issue(drifted)[0].log == "issue 1 is opened\n"
    (issue,) = github.issues
    assert issue["title"] == "Cards: the Hub is not what the manifests say"
    assert issue["labels"] == ["cardgen"]
    assert (
        "| [your-name/qwen2.5-7b-sft](https://huggingface.co/your-name/qwen2.5-7b-sft) | model | conflict |"
        in issue["body"]
    )

    scaffolded.break_a_link(project)
    both, code = jobs.look()
    assert code == 0, both.log
    assert jobs.issue(both)[0].log == "issue 1 is updated\n"
    assert issue["title"] == "Cards: links are broken, and the Hub is not what the manifests say"
    assert "<b>broken</b>: " in issue["body"]
    assert len(github.issues) == 1

    assert jobs.issue(all_well)[0].log == "issue 1 is closed\n"
    assert (issue["state"], issue["state_reason"]) == ("closed", "completed")
    assert github.comments[0]["body"].startswith(
        "All is well again ([run](https://github.com/lab/cards/actions/runs/7))"
    )
    assert jobs.issue(drifted)[0].log == "issue 2 is opened\n"


def push(jobs: Jobs, hub: LocalHub) -> Runner:
    runner, code = jobs.run("cards.yml", "push", "push", None, secrets__HF_TOKEN=hub.token)
    assert code == 0, runner.log
    return runner


def edit(hub: LocalHub) -> None:
    """Somebody edits a card on the Hub."""
    card = scaffolded.card_of(hub, "models/your-name/qwen2.5-7b-sft")
    write_card(client(hub), "your-name/qwen2.5-7b-sft", card.replace("A family", "My family").encode())


def test_a_look_that_could_not_see_all_leaves_the_issue_alone(jobs: Jobs, local_hub: LocalHub) -> None:
    push(jobs, local_hub)
    local_hub.faults.add("GET", "/resolve/", Answer(403, '{"error": "no"}'))
    runner, code = jobs.look()
    assert code == 1
    assert "steps.drift.outputs.found" not in runner.outputs


def test_issues_of_others_are_left_alone(jobs: Jobs, github: GitHub, local_hub: LocalHub) -> None:
    marker = "<!-- cardgen: the weekly look -->\n"
    github.add_issue(f"{marker}mine", "mallory")
    github.add_issue("another bot's")
    github.add_issue(f"{marker}a pull request", pull_request={})
    github.add_issue(f"{marker}long ago", state="closed")
    before = [dict(each) for each in github.issues]
    runner, _ = jobs.look()
    assert jobs.issue(runner)[0].log == "issue 5 is opened\n"
    assert github.issues[:4] == before


# Main


def test_main_is_published_and_a_second_time_nothing_is_done(jobs: Jobs, local_hub: LocalHub) -> None:
    assert "5 created." in push(jobs, local_hub).summary
    before = len(local_hub.requests)
    again = push(jobs, local_hub)
    assert "5 unchanged." in again.summary
    assert {call.method for call in list(local_hub.requests)[before:]} == {"GET"}
    assert scaffolded.card_of(local_hub, "datasets/your-name/family-data").startswith("---\n")
    assert local_hub.token not in again.log + again.summary


def test_drift_stops_the_push(jobs: Jobs, local_hub: LocalHub) -> None:
    push(jobs, local_hub)
    edit(local_hub)
    runner, code = jobs.run("cards.yml", "push", "push", None, secrets__HF_TOKEN=local_hub.token)
    assert code == 3
    assert "4 unchanged, 1 stopped." in runner.summary
    assert "edited on the Hub" in runner.summary


def test_main_is_published_without_a_secret_where_the_repos_trust_it(
    project: Path, github: GitHub, local_hub: LocalHub
) -> None:
    assert main(["build", "-q", "-o", str(project / "made"), str(project / "collections/example.yaml")]) == 0
    for path in (project / "made").glob("*/*/*/"):
        kind, repo_id = path.parts[-3].removesuffix("s"), "/".join(path.parts[-2:])
        client(local_hub).create_repo(repo_id, repo_type=kind)
        local_hub.trust(kind, repo_id, **{str(key): str(value) for key, value in github.claims.items()})
    more = {**github.identity, "HF_ENDPOINT": local_hub.endpoint}
    workflow = load(project / ".github/workflows/cards.yml")
    runner = Runner(project, {"secrets.HF_TOKEN": ""}, more=more)
    assert runner.run(workflow["jobs"]["push"]["steps"], workflow["env"]) == 0, runner.log
    assert "5 created." in runner.summary
    assert len(HfApi(local_hub.endpoint, token=local_hub.token).list_repo_commits("your-name/llama3.1-8b-dpo")) == 2
