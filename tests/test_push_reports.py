"""What `cardgen plan` and `cardgen push` write for programs and for a CI's pages: `--report`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import markdown_it
import pytest

from cardgen import outcome_report, plan
from cardgen.errors import HubError
from cardgen.localhub import Answer, LocalHub
from cardgen.outcome_report import Done
from cardgen.outcomes import Outcome
from cardgen.plan import NO_REPO
from cardgen.plan_markdown import MAX_SIZE
from cards import make_card
from hub_client import client, write_card
from project import Project


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_plan_is_written_in_every_form_from_one_look_at_the_hub(project: Project, local_hub: LocalHub) -> None:
    files = [f"--report=plan{ending}" for ending in (".json", ".md", ".txt")]
    before = len(local_hub.requests)
    done = project.run("plan", "--format", "json", *files)
    assert done.code == 0
    assert len([call for call in list(local_hub.requests)[before:] if "/resolve/" in call.path]) == 3
    assert read(project.folder / "plan.json") == json.loads(done.out)
    assert "| lab/data | dataset | create |" in (project.folder / "plan.md").read_text()
    assert "create     dataset  lab/data" in (project.folder / "plan.txt").read_text()


def test_a_repo_that_could_not_be_read_is_in_the_plan(project: Project, local_hub: LocalHub) -> None:
    local_hub.faults.add("GET", "/lab/small-two/resolve/", Answer(403, '{"error": "no |<b>"}'))
    done = project.run("plan", "--format", "json", "--report", "plan.md", "--report", "plan.txt")
    assert done.code == 1
    said = json.loads(done.out)
    assert said["summary"] == {"unread": 1, "pending": 2, "stopped": 0, "unchanged": 0}
    assert said["unread"][0]["repo_id"] == "lab/small-two"
    assert (
        "unread     model    lab/small-two  lab/small-two: not allowed: no |<b>"
        in (project.folder / "plan.txt").read_text()
    )
    page = (project.folder / "plan.md").read_text()
    assert page.startswith("## Plan\n\n1 unread, 2 create.\n")
    assert "| lab/small-two | model | unread | lab/small-two\\: not allowed\\: no \\|&lt;b&gt; |" in page


def test_a_plan_without_a_token_says_what_it_cannot_see(project: Project) -> None:
    project.environment["HF_TOKEN"] = ""
    done = project.run("plan")
    assert (done.code, done.out.count("create ")) == (0, 3)
    assert "warning: the Hub was read without a token" in done.err


def test_a_report_of_a_push_tells_what_became_of_each_repo(project: Project, local_hub: LocalHub) -> None:
    client(local_hub).create_repo("lab/small-one")
    write_card(client(local_hub), "lab/small-one", b"---\nlicense: mit\n---\n# Mine\n")
    done = project.run("push", "--offline", "--report", "push.json", "--report", "push.md")
    assert done.code == 3
    said = read(project.folder / "push.json")
    assert said["version"] == 1
    assert {each["repo_id"]: each["state"] for each in said["repos"]} == {
        "lab/data": "created",
        "lab/small-one": "stopped",
        "lab/small-two": "created",
    }
    assert {state: count for state, count in said["summary"].items() if count} == {"created": 2, "stopped": 1}
    assert all(len(each["commit"]) == 40 for each in said["repos"])
    page = (project.folder / "push.md").read_text()
    assert page.startswith("## Published\n\n2 created, 1 stopped.\n")
    assert "| lab/small-one | model | stopped | not written by cardgen" in page


def test_the_collections_page_is_in_the_report(project: Project) -> None:
    project.write(project.manifest.read_text(encoding="utf-8") + "collection: {title: A family}\n")
    assert project.run("build").code == 0
    assert project.run("push", "--offline", "--report", "push.json", "--report", "push.md").code == 0
    (page,) = read(project.folder / "push.json")["collections"]
    assert (page["title"], page["state"], page["errors"]) == ("A family", "published", [])
    assert f"| {page['slug']} | collection | published |  |" in (project.folder / "push.md").read_text()


def test_a_push_that_does_nothing_says_so(project: Project) -> None:
    assert project.run("push", "--offline").code == 0
    assert project.run("push", "--offline", "--report", "push.json", "--report", "push.md").code == 0
    said = read(project.folder / "push.json")
    assert said["summary"] == {**dict.fromkeys(outcome_report.STATES, 0), "unchanged": 3}
    assert (project.folder / "push.md").read_text() == "## Published\n\n3 unchanged.\n"


@pytest.mark.parametrize("command", [["plan"], ["push", "--offline"]])
def test_a_report_whose_form_nobody_knows(project: Project, command: Sequence[str], local_hub: LocalHub) -> None:
    done = project.run(*command, "--report", "report.pdf")
    assert done.code == 2
    assert "the ending tells the form" in done.err
    assert not local_hub.requests


def test_a_report_that_cannot_be_written(project: Project) -> None:
    done = project.run("plan", "--report", "nowhere/plan.md")
    assert done.code == 1
    assert "error: nowhere/plan.md: cannot be written: No such file or directory" in done.err


def test_what_failed_is_in_the_report_and_is_no_markup() -> None:
    card = make_card({}, repo_id="org/a")
    (change,) = plan.make([card], {card.repo.key: NO_REPO}).changes
    error = HubError("no: <b>|@x\n`", "try")
    done = Done([Outcome(change, "failed", error=error)], unread={("model", "org/b"): error})
    said = json.loads(outcome_report.as_json(done))
    assert said["summary"]["failed"] == 2
    assert [each["error"] for each in said["repos"]] == [{"message": error.message, "hint": "try"}] * 2
    page = markdown_it.MarkdownIt("commonmark").enable("table").render(outcome_report.as_markdown(done))
    assert page.count("<tr>") == 3
    assert "<b>" not in page


def test_a_report_of_very_many_repos_fits() -> None:
    cards = [make_card({}, repo_id=f"org/model-with-a-name-{number}") for number in range(2_000)]
    changes = plan.make(cards, {card.repo.key: NO_REPO for card in cards}).changes
    page = outcome_report.as_markdown(Done([Outcome(change, "published", "0" * 40) for change in changes]))
    assert len(page.encode()) <= MAX_SIZE
    rows = page.count("\n| org/")
    assert 500 < rows < 2_000
    assert f"And {2_000 - rows:,} more." in page
