"""`cardgen plan` and `cardgen push` as a user types them, against a local hub."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from functools import partial
from pathlib import Path

import pytest

from cardgen import hub
from cardgen.cli import main, publishing
from cardgen.localhub import Delay, LocalHub, Run
from clocks import QuickClock
from hub_client import client, git, repo_path, titles
from project import MANIFEST, Project

REPOS = [("lab/data", "datasets"), ("lab/small-one", "models"), ("lab/small-two", "models")]


def edit(hub: LocalHub, folder: Path, repo: str, old: str, new: str) -> None:
    """Somebody changes a card, with git."""
    clone = folder / "clone"
    subprocess.run(["git", "clone", "-q", str(repo_path(hub, repo)), str(clone)], check=True, timeout=60)
    card = clone / "README.md"
    text = card.read_text(encoding="utf-8")
    assert old in text
    card.write_text(text.replace(old, new), encoding="utf-8")
    git(clone, "commit", "-qam", "Edited by hand")
    git(clone, "push", "-q")


def test_a_push_writes_each_card_once(project: Project, local_hub: LocalHub) -> None:
    first = project.run("push", "--offline")
    assert (first.code, "3 published" in first.err) == (0, True)
    for repo, kind in REPOS:
        assert titles(local_hub, repo, kind)[0] == "Create card from collections/family.yaml"
        built = project.folder / "build" / kind / repo / "README.md"
        assert git(repo_path(local_hub, repo, kind), "show", "main:README.md") == built.read_text("utf-8").strip()
    second = project.run("push", "--offline")
    assert (second.code, "3 unchanged" in second.err) == (0, True)
    assert [len(titles(local_hub, repo, kind)) for repo, kind in REPOS] == [2, 2, 2]


def test_only_what_was_built_is_pushed(project: Project, local_hub: LocalHub) -> None:
    project.replace("A family", "Another family")
    result = project.run("push", "--offline")
    assert result.code == 2
    assert "build is not up to date: datasets/lab/data/README.md" in result.err
    assert "hint: `cardgen build`" in result.err
    assert not any(call.method == "POST" for call in local_hub.requests)


def test_an_edit_on_the_hub_stops_its_repo_alone(project: Project, local_hub: LocalHub, tmp_path: Path) -> None:
    project.run("push", "--offline")
    edit(local_hub, tmp_path, "lab/small-one", "# A family", "# My family")
    project.replace("A family", "Another family")
    project.run("build")
    result = project.run("push", "--offline")
    assert result.code == 3
    assert "error: lab/small-one: edited on the Hub: card" in result.err
    assert "--overwrite lab/small-one" in result.err
    assert titles(local_hub, "lab/small-one")[0] == "Edited by hand"
    assert titles(local_hub, "lab/small-two")[0] == "Update card from collections/family.yaml"
    insisted = project.run("push", "--offline", "--overwrite", "lab/small-one")
    assert insisted.code == 0
    assert "# Another family" in git(repo_path(local_hub, "lab/small-one"), "show", "main:README.md")


def test_a_key_that_somebody_added_stays(project: Project, local_hub: LocalHub, tmp_path: Path) -> None:
    project.run("push", "--offline")
    edit(local_hub, tmp_path, "lab/small-one", "license: mit\n", "license: mit\ntags: [ a,b ]  # mine\n")
    project.replace("A family", "Another family")
    project.run("build")
    assert project.run("push", "--offline").code == 0
    card = git(repo_path(local_hub, "lab/small-one"), "show", "main:README.md")
    assert "\ntags: [ a,b ]  # mine\n" in card
    assert "# Another family" in card


def test_a_card_of_somebody_else_is_taken_over_only_on_request(project: Project, local_hub: LocalHub) -> None:
    from hub_client import client, write_card

    api = client(local_hub)
    api.create_repo("lab/small-one")
    write_card(api, "lab/small-one", b"---\nlicense: mit\n---\n# By hand\n")
    stopped = project.run("push", "--offline", "--only", "lab/small-one")
    assert stopped.code == 3
    assert "not written by cardgen" in stopped.err
    assert "-# By hand" in stopped.err
    assert project.run("push", "--offline", "--adopt", "--only", "lab/small-one").code == 0
    assert project.run("push", "--offline", "--only", "lab/small-one").code == 0
    assert len(titles(local_hub, "lab/small-one")) == 3


def test_a_dry_run_writes_nothing(project: Project, local_hub: LocalHub) -> None:
    result = project.run("push", "--offline", "--dry-run")
    assert result.code == 0
    assert "create     model    lab/small-one" in result.err
    assert {call.method for call in local_hub.requests} == {"GET"}


def test_only_the_named_repo_is_pushed(project: Project, local_hub: LocalHub) -> None:
    assert project.run("push", "--offline", "--only", "lab/small-two").code == 0
    assert [path.name for path in (local_hub.root / "models" / "lab").iterdir()] == ["small-two.git"]
    assert not (local_hub.root / "datasets" / "lab").exists()


@pytest.mark.parametrize("option", ["--only", "--overwrite"])
def test_a_repo_that_no_manifest_has(project: Project, option: str) -> None:
    result = project.run("push", "--offline", option, "lab/smal-one")
    assert result.code == 2
    assert "no manifest has the repo 'lab/smal-one'; did you mean 'lab/small-one'?" in result.err


def test_a_broken_link_stops_it_all(project: Project, local_hub: LocalHub) -> None:
    project.replace("Two models", "[Two](example.com) models")
    project.run("build")
    result = project.run("push", "--offline")
    assert result.code == 1
    assert "    example.com  → https://example.com" in result.err
    assert "nothing was published" in result.err
    assert not list(local_hub.requests)
    assert project.run("push", "--offline", "--allow-broken").code == 0


@pytest.mark.parametrize(
    ("token", "said"),
    [("", "hf auth login"), ("hf_wrong", "token"), ("READ", "may only read"), ("ELSEWHERE", "lab")],
)
def test_a_token_that_may_not_write(project: Project, local_hub: LocalHub, token: str, said: str) -> None:
    tokens = {"READ": ("read", None), "ELSEWHERE": ("write", ["somewhere"])}
    if token in tokens:
        role, namespaces = tokens[token]
        token = local_hub.add_token(role=role, namespaces=namespaces)  # type: ignore[arg-type]
    project.use(local_hub, token)
    result = project.run("push", "--offline")
    assert result.code == 1
    assert "error: " in result.err
    assert "hint: " in result.err
    assert said in result.err
    assert not token or token not in result.err + result.out
    assert not (local_hub.root / "models" / "lab").exists()


def test_a_hub_that_is_down(
    project: Project, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """In this process, so that nobody waits between the tries."""
    monkeypatch.chdir(project.folder)
    monkeypatch.setattr(hub, "connect", partial(hub.connect, "http://127.0.0.1:1", "hf_x"))
    monkeypatch.setattr(publishing, "Clock", QuickClock)
    assert main(["plan"]) == 1
    assert "error: 127.0.0.1 cannot be reached: " in capfd.readouterr().err


def test_the_plan_for_a_program(project: Project) -> None:
    result = project.run("plan", "--format", "json", "--exit-code")
    assert result.code == 4
    made = json.loads(result.out)
    assert made["version"] == 1
    assert [(each["repo_id"], each["repo_type"], each["action"]) for each in made["changes"]] == [
        ("lab/data", "dataset", "create"),
        ("lab/small-one", "model", "create"),
        ("lab/small-two", "model", "create"),
    ]
    project.run("push", "--offline")
    assert project.run("plan", "--exit-code").code == 0


def test_a_manifest_that_cannot_be_read_publishes_nothing(project: Project, local_hub: LocalHub) -> None:
    project.write(MANIFEST.replace("title:", "titel:"))
    result = project.run("push", "--offline")
    assert result.code == 2
    assert "collections/family.yaml:3:1: unknown key 'titel'; did you mean 'title'?" in result.err
    assert not list(local_hub.requests)


def test_ctrl_c_in_the_middle_and_again(project: Project, local_hub: LocalHub) -> None:
    arrived = threading.Event()
    local_hub.faults.add("POST", r".*/small-one/commit/.*", Run(arrived.set), nth=1)
    local_hub.faults.add("POST", r".*/small-one/commit/.*", Delay(2), nth=1)
    with project.start("push", "--offline") as process:
        assert arrived.wait(60)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "error: interrupted" in err
    assert "Traceback" not in err
    assert project.run("push", "--offline").code == 0
    assert [len(titles(local_hub, repo, kind)) for repo, kind in REPOS] == [2, 2, 2]


def test_what_a_partial_push_links_to_is_named(project: Project) -> None:
    result = project.run("push", "--offline", "--only", "lab/small-two")
    assert result.code == 0
    assert "the cards link to repos that are not on the Hub: lab/data, lab/small-one" in result.err


def test_what_nobody_sees_after_a_push_is_named(project: Project, local_hub: LocalHub) -> None:
    """The links to siblings wait for the push; then they are asked as any reader would."""
    client(local_hub).create_repo("lab/small-one", private=True)
    result = project.run("push", "--adopt", "--allow-broken")
    assert result.code == 0
    warning = "huggingface.co/lab/small-one: missing or private, although this push was to create it"
    assert warning in " ".join(result.err.split())
    assert "small-two: missing" not in result.err
