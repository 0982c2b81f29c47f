"""The journal of a push: what it spares a second run, and what it never holds."""

from __future__ import annotations

import json
import signal
import threading
import time
from pathlib import Path

import pytest

from cardgen import journal
from cardgen.errors import DiskError
from cardgen.journal import Journal
from cardgen.localhub import Answer, Delay, LocalHub, Run
from cardgen.model import Card
from cards import make_card
from hub_client import titles
from project import Project

CARD = make_card({"license": "mit"}, repo_id="lab/one")
HUB = "https://huggingface.co"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "push.jsonl"


def note(path: Path, endpoint: str = HUB) -> None:
    with Journal(path, endpoint) as kept:
        kept.note(CARD)


def test_what_was_noted_is_known_by_the_next_push(path: Path) -> None:
    with Journal(path, HUB) as kept:
        assert not kept.has(CARD)
        kept.note(CARD)
        assert not kept.has(CARD), "what this push does is not what an earlier one did"
    assert Journal(path, HUB).has(CARD)


def test_nothing_is_written_before_there_is_something_to_note(path: Path) -> None:
    with Journal(path, HUB):
        pass
    assert not path.parent.exists()


@pytest.mark.parametrize(
    "other",
    [
        make_card({"license": "apache-2.0"}, repo_id="lab/one"),
        make_card({"license": "mit"}, "# Other\n", repo_id="lab/one"),
        make_card({"license": "mit"}, repo_id="lab/two"),
        make_card({"license": "mit"}, repo_id="lab/one", repo_type="dataset"),
        make_card({"license": "mit"}, repo_id="lab/one", results="- value: 1\n"),
    ],
)
def test_another_card_is_not_done(path: Path, other: Card) -> None:
    note(path)
    assert not Journal(path, HUB).has(other)


def test_another_hub_is_not_done(path: Path) -> None:
    note(path, "http://127.0.0.1:8000")
    assert not Journal(path, HUB).has(CARD)
    assert not Journal(path, "http://127.0.0.1:8001").has(CARD)
    assert Journal(path, "http://127.0.0.1:8000").has(CARD)


def test_a_push_that_is_through_leaves_nothing(path: Path) -> None:
    with Journal(path, HUB) as kept:
        kept.note(CARD)
        kept.clear()
        kept.clear()
    assert not path.exists()


def test_what_is_old_is_forgotten(path: Path) -> None:
    note(path)
    entry = json.loads(path.read_text())
    path.write_text(json.dumps({**entry, "time": entry["time"] - journal.MAX_AGE - 60}) + "\n")
    assert not Journal(path, HUB).has(CARD)


@pytest.mark.parametrize("damage", ["", "{", "[1]", "null", '{"time": "soon"}', '{"time": 99999999999}', "\x00\xff"])
def test_a_line_that_was_cut_off_is_passed_over(path: Path, damage: str) -> None:
    note(path)
    whole = path.read_text()
    path.write_bytes(damage.encode("latin-1") + b"\n" + whole.encode() + damage.encode("latin-1"))
    kept = Journal(path, HUB)
    assert kept.has(CARD)
    assert not kept.has(make_card({}, repo_id="lab/other"))


def test_a_journal_after_a_line_without_end_is_read(path: Path) -> None:
    note(path)
    path.write_text(path.read_text() + '{"host": "hugg')
    other = make_card({}, repo_id="lab/other")
    with Journal(path, HUB) as kept:
        kept.note(other)
    assert Journal(path, HUB).has(CARD)
    assert Journal(path, HUB).has(other)


def test_it_holds_no_secret_of_the_endpoint(path: Path) -> None:
    note(path, "https://user:hf_secret@hub.example.org:8443/?token=hf_secret")
    assert "secret" not in path.read_text()
    assert "user" not in path.read_text()
    assert json.loads(path.read_text())["host"] == "hub.example.org:8443"


def test_a_journal_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file")
    with Journal(tmp_path / "journal.jsonl", HUB) as kept:
        kept.note(CARD)
    with pytest.raises(DiskError, match=r"kept/push\.jsonl: "):
        Journal(tmp_path / "kept" / "push.jsonl", HUB)


def reads(hub: LocalHub, since: int) -> list[str]:
    """The repos whose card on the main branch was asked for since then."""
    asked = [call.path for call in [*hub.requests][since:] if "/resolve/main/" in call.path]
    return sorted({path.partition("/resolve/")[0].removeprefix("/datasets").strip("/") for path in asked})


def test_a_push_that_was_stopped_goes_on_where_it_was(project: Project, local_hub: LocalHub) -> None:
    arrived = threading.Event()
    local_hub.faults.add("POST", r"/small-two/commit/", Run(arrived.set), nth=1)
    local_hub.faults.add("POST", r"/small-two/commit/", Delay(2), nth=1)
    with project.start("push", "--offline") as process:
        assert arrived.wait(60)
        noted = project.folder / journal.PATH
        while not noted.exists() or noted.read_text().count("sha256") < 2:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
    since = len(local_hub.requests)
    again = project.run("push", "--offline")
    assert again.code == 0, again.err
    assert "going on with a push that was stopped: 2 of 3 repos are done" in again.err
    assert reads(local_hub, since) == ["lab/small-two"]
    assert len(titles(local_hub, "lab/small-two")) == 2
    assert not noted.exists()
    since = len(local_hub.requests)
    assert "3 unchanged" in project.run("push", "--offline").err
    assert len(reads(local_hub, since)) == 3, "without a journal every repo is read"


def test_a_push_with_a_failure_is_gone_on_with(project: Project, local_hub: LocalHub) -> None:
    assert project.run("push", "--offline").code == 0
    project.replace("A family", "Another family")
    assert project.run("build").code == 0
    refused = local_hub.faults.add("POST", r"/small-two/commit/", Answer(403, '{"error": "no"}'))
    assert project.run("push", "--offline").code == 1
    assert refused.fired == 1
    local_hub.faults.clear()
    since = len(local_hub.requests)
    assert project.run("push", "--offline").code == 0
    assert reads(local_hub, since) == ["lab/small-two"]


def test_a_dry_run_and_a_plan_read_everything(project: Project, local_hub: LocalHub) -> None:
    local_hub.faults.add("POST", r"/small-two/commit/", Answer(403, '{"error": "no"}'))
    assert project.run("push", "--offline").code == 1
    for command in (("plan",), ("push", "--offline", "--dry-run")):
        since = len(local_hub.requests)
        project.run(*command)
        assert len(reads(local_hub, since)) == 3
