"""The comment with a pull request's plan, whatever is in the artifact: a fork can write there what it likes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import scaffolded
from cardgen.localhub import LocalHub
from cardgen.plan_markdown import MAX_SIZE
from fake_github import MAX_BODY, GitHub, serve
from jobs import RUN, SHA, Jobs, pull, run_event


@pytest.fixture
def github() -> Iterator[GitHub]:
    with serve() as served:
        yield served


@pytest.fixture
def jobs(tmp_path: Path, github: GitHub, local_hub: LocalHub) -> Jobs:
    github.pulls[3] = pull()
    return Jobs(scaffolded.write(tmp_path / "project"), github, local_hub)


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
