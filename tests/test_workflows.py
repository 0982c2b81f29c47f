"""The workflows that `cardgen init` writes, and the project's own: their jobs run here as runners would run them.

GitHub's API is a stand-in on loopback, which refuses what the real one would.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import HfApi

from cardgen import scaffold
from cardgen.cli import main
from cardgen.localhub import Answer, LocalHub
from cardgen.plan_markdown import MAX_SIZE
from fake_github import JOB_TOKEN, MAX_BODY, REPOSITORY, GitHub, serve
from github_runner import ROOT, WORKFLOWS, Runner, load
from hub_client import client, write_card
from test_action import break_a_link, card_of, link_to

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
SHA = "c0ffee" * 6 + "abcd"
RUN = 7


@pytest.fixture
def github() -> Iterator[GitHub]:
    with serve() as served:
        yield served


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    assert main(["init", "-q", str(folder)]) == 0
    link_to(folder, "https://huggingface.co/your-name/qwen2.5-7b-dpo")
    return folder


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


@pytest.fixture
def jobs(project: Path, github: GitHub, local_hub: LocalHub) -> Jobs:
    github.pulls[3] = pull()
    return Jobs(project, github, local_hub)


def pull(sha: str = SHA, repository: int = 42, state: str = "open") -> dict[str, Any]:
    return {"number": 3, "state": state, "head": {"sha": sha, "repo": {"id": repository}}}


def run_event(sha: str = SHA, repository: int = 42) -> dict[str, Any]:
    page = f"https://github.com/{REPOSITORY}/actions/runs/{RUN}"
    return {"workflow_run": {"id": RUN, "head_sha": sha, "head_repository": {"id": repository}, "html_url": page}}


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
    break_a_link(project)
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


@pytest.mark.parametrize("path", sorted(WORKFLOWS.glob("*.yml")), ids=lambda path: path.name)
def test_no_job_of_a_pull_request_may_write_or_knows_a_secret(path: Path) -> None:
    workflow = load(path)
    events = workflow[True]  # what YAML 1.1 makes of `on`
    for job in workflow["jobs"].values():
        if "pull_request" in events and "github.event_name != 'pull_request'" not in job.get("if", ""):
            assert job.get("permissions", workflow["permissions"]) == {"contents": "read"}
            assert "secrets." not in str(job)
            assert "github.token" not in str(job)


# The comment, whatever the artifact holds


def artifact(**files: str | bytes) -> dict[str, bytes]:
    given = {"number": "3", "plan.md": "The plan.\n", **{name.replace("_", "."): text for name, text in files.items()}}
    return {name: text.encode() if isinstance(text, str) else text for name, text in given.items()}


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("", "names no pull request"),
        ("3; rm -rf /", "names no pull request"),
        ("3\n4", "names no pull request"),
        ("../../pulls/3", "names no pull request"),
        ("03", "names no pull request"),
        ("9" * 40, "names no pull request"),
        ("999", "GitHub answers 404"),
    ],
)
def test_a_number_that_is_none(jobs: Jobs, github: GitHub, number: str, said: str) -> None:
    github.artifacts[RUN] = artifact(number=number)
    runner, code = jobs.comment()
    assert code == 1
    assert said in runner.log
    assert not github.writes()


@pytest.mark.parametrize(
    "there",
    [
        pytest.param(pull(sha="d" * 40), id="another commit"),
        pytest.param(pull(repository=43), id="the same commit in somebody else's repository"),
        pytest.param(pull(state="closed"), id="closed"),
        pytest.param({**pull(), "head": {"sha": SHA, "repo": None}}, id="a fork that is gone"),
    ],
)
def test_a_pull_request_that_the_run_was_not_for(jobs: Jobs, github: GitHub, there: dict[str, Any]) -> None:
    github.pulls[3] = there
    github.artifacts[RUN] = artifact()
    runner, code = jobs.comment()
    assert (code, "not of the newest commit of pull request 3" in runner.log) == (0, True)
    assert not github.writes()


def test_a_comment_calls_nobody_and_commands_no_bot(jobs: Jobs, github: GitHub) -> None:
    text = "@lab/everybody look\n/merge\n> /approve\n\u202egnorw\x00\x1b[31m\ncc @ann a@b.org\n| x | y |\n"
    github.artifacts[RUN] = artifact(plan_md=text.encode() + b"\xff")
    assert jobs.comment()[1] == 0
    body = github.comments[0]["body"]
    assert not re.search(r"@\w", body)
    assert not re.search(r"^[\s>]*/", body, re.MULTILINE)
    assert not re.search(r"[\x00\x1b\u202e]", body)
    assert "| x | y |" in body


@pytest.mark.parametrize(
    ("plan", "check"), [(MAX_BODY + 1, 10), (MAX_SIZE, 60_000), (2_000_000, 2_000_000), (MAX_SIZE, 4_000)]
)
def test_a_comment_is_never_too_long(jobs: Jobs, github: GitHub, plan: int, check: int) -> None:
    github.artifacts[RUN] = artifact(plan_md="p" * plan, check_md="c" * check)
    runner, code = jobs.comment()
    assert code == 0, runner.log
    body = github.comments[0]["body"]
    assert len(body) <= MAX_BODY
    assert body.count("There is too much for this page") == (plan > MAX_SIZE) + (check > 4_000)
    assert ("p" * plan in body) == (plan <= MAX_SIZE)


def test_an_artifact_that_is_no_zip_of_ours(jobs: Jobs, github: GitHub) -> None:
    github.artifacts[RUN] = {f"{number}.md": b"x" for number in range(50)}
    runner, code = jobs.comment()
    assert (code, "names no pull request" in runner.log) == (1, True)
    github.artifacts[RUN] = artifact(plan_md=os.urandom(5_000_000))
    runner, code = jobs.comment()
    assert (code, "is too large" in runner.log) == (1, True)
    assert not github.writes()


def test_a_zip_that_unpacks_to_very_much_is_read_a_little(jobs: Jobs, github: GitHub) -> None:
    github.artifacts[RUN] = artifact(plan_md=b"\n" * 300_000_000)
    runner, code = jobs.comment()
    assert code == 0, runner.log
    assert len(github.comments[0]["body"]) < 1_000


def test_comments_of_others_are_left_alone(jobs: Jobs, github: GitHub) -> None:
    github.artifacts[RUN] = artifact()
    marker = "<!-- cardgen: the plan of this pull request -->\n"
    others = [github.add_comment(3, f"{marker}mine", "mallory"), github.add_comment(3, f"> {marker}a quote")]
    others += [github.add_comment(3, f"talk {number}", "ann") for number in range(230)]
    before = [dict(each) for each in others]
    assert jobs.comment()[1] == 0
    assert jobs.comment()[1] == 0
    assert others == before
    assert len(github.comments) == len(others) + 1
    assert [method for method, _ in github.writes()] == ["POST", "PATCH"]


def test_a_token_that_may_not_comment(jobs: Jobs, github: GitHub) -> None:
    github.artifacts[RUN] = artifact()
    event = run_event()
    runner, code = jobs.run("cards-comment.yml", "comment", "workflow_run", event, github__token="wrong")
    assert code == 1
    assert "GitHub answers 401 to GET actions/runs/7/artifacts?name=cardgen" in runner.log
    assert "wrong" not in runner.log


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

    break_a_link(project)
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
    card = card_of(hub, "models/your-name/qwen2.5-7b-sft")
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
    assert card_of(local_hub, "datasets/your-name/family-data").startswith("---\n")
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


# What holds for all of them


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
