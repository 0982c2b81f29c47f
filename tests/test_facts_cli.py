"""cardgen facts as a process of its own: what it writes, what it says, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cardgen import facts_file
from cardgen.errors import DiskError, InputError
from cardgen.facts import lock
from cardgen.localhub import Answer, LocalHub
from hub_client import client, write_card
from weights import CONFIG, put, safetensors

MANIFEST = """\
version: 1
namespace: lab
title: Family
models:
  columns: [{fact: parameters}, {fact: context_length}, {link: true}]
  missing: soon
  rows: [{repo: cli-a}, {repo: cli-b}]
files: [config.json]
"""
WEIGHTS = safetensors({"a": ("BF16", [3_000_000_000])})
LOCK = Path("collections/family.facts.json")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "collections").mkdir()
    (tmp_path / "collections/family.yaml").write_text(MANIFEST)
    return tmp_path


def _run(hub: LocalHub, project: Path, *arguments: str, token: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HF_ENDPOINT": hub.endpoint, "HF_HOME": str(project / "home"), "HF_TOKEN": token}
    return subprocess.run(
        [sys.executable, "-m", "cardgen", *arguments],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_facts_come_into_the_lock_file_and_from_there_onto_the_cards(local_hub: LocalHub, project: Path) -> None:
    commit = put(local_hub, "lab/cli-a", {"model.safetensors": WEIGHTS, "config.json": CONFIG})
    checked = _run(local_hub, project, "facts", "--check")
    assert (checked.returncode, (project / LOCK).exists()) == (1, False)
    done = _run(local_hub, project, "facts")
    assert done.returncode == 0, done.stderr
    assert "lab/cli-a: 3B, BF16, LlamaForCausalLM, 128K, " in done.stderr
    assert "lab/cli-b: does not exist" in done.stderr
    assert json.loads((project / LOCK).read_text())["repos"]["models/lab/cli-a"]["commit"] == commit
    written = (project / LOCK).read_bytes()

    write_card(client(local_hub), "lab/cli-a")
    again = _run(local_hub, project, "facts", "--check")
    assert (again.returncode, "up to date" in again.stderr) == (0, True), "a push of the card changes no fact"
    assert (project / LOCK).read_bytes() == written

    assert _run(local_hub, project, "build").returncode == 0
    card = (project / "build/models/lab/cli-a/README.md").read_text()
    assert ">3B</td>" in card
    assert ">128K</td>" in card
    assert f"```json\n{CONFIG}\n```" in card
    assert ">soon</td>" in (project / "build/models/lab/cli-b/README.md").read_text()


def test_what_changed_is_shown_and_a_check_writes_nothing(local_hub: LocalHub, project: Path) -> None:
    put(local_hub, "lab/cli-a", {"model.safetensors": WEIGHTS, "config.json": CONFIG})
    assert _run(local_hub, project, "facts").returncode == 0
    before = (project / LOCK).read_bytes()
    put(local_hub, "lab/cli-a", {"config.json": CONFIG.replace("131072", "8192")})
    checked = _run(local_hub, project, "facts", "--check")
    assert checked.returncode == 1
    assert "lab/cli-a: context length 128K → 8K, config.json changed" in checked.stderr
    assert (project / LOCK).read_bytes() == before
    assert _run(local_hub, project, "facts", "-q").stderr == ""
    assert _run(local_hub, project, "facts", "--check").returncode == 0


def test_a_repo_that_could_not_be_read_keeps_its_facts(local_hub: LocalHub, project: Path) -> None:
    for name in ("cli-a", "cli-b"):
        put(local_hub, f"lab/{name}", {"config.json": CONFIG})
    assert _run(local_hub, project, "facts").returncode == 0
    before = (project / LOCK).read_bytes()
    local_hub.faults.add("GET", "/api/models/lab/cli-a", Answer(403, '{"error": "Access is disabled."}'))
    done = _run(local_hub, project, "facts")
    assert done.returncode == 1
    assert "error: lab/cli-a: not allowed" in done.stderr
    assert (project / LOCK).read_bytes() == before


def test_a_damaged_lock_file_stops_a_build_and_facts_mend_it(local_hub: LocalHub, project: Path) -> None:
    (project / LOCK).write_text("<<<<<<< HEAD\n")
    built = _run(local_hub, project, "build")
    assert built.returncode == 2
    assert f"error: {LOCK}: the facts cannot be read" in built.stderr
    assert "hint: `cardgen facts` writes it anew" in built.stderr
    assert "Traceback" not in built.stderr
    assert _run(local_hub, project, "facts", "--check").returncode == 1
    assert _run(local_hub, project, "facts").returncode == 0
    assert lock.load((project / LOCK).read_bytes(), "") == {}


def test_a_token_that_is_not_known_ends_it(local_hub: LocalHub, project: Path) -> None:
    wrong = _run(local_hub, project, "facts", token="hf_wrong")
    assert wrong.returncode == 1
    assert "does not accept the token" in wrong.stderr
    assert "hf_wrong" not in wrong.stderr
    assert not (project / LOCK).exists()


def test_a_build_with_facts_imports_no_network(local_hub: LocalHub, project: Path) -> None:
    (project / LOCK).write_bytes(lock.dump({}))
    code = (
        "import sys; from cardgen.cli import main; code = main(['build', '-q']); "
        "print(code, *({'httpx2', 'huggingface_hub', 'requests', 'rich', 'markdown_it'} & {*sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout == "0\n", done.stderr


def test_the_lock_file_lies_beside_its_manifest(tmp_path: Path) -> None:
    assert facts_file.path_of(Path("collections/qwen2.5-coder.yaml")) == Path("collections/qwen2.5-coder.facts.json")
    assert facts_file.read(tmp_path / "a.yaml") is None
    facts_file.write(tmp_path / "a.yaml", b"1")
    facts_file.write(tmp_path / "a.yaml", b"2")
    assert facts_file.read(tmp_path / "a.yaml") == b"2"
    assert [path.name for path in tmp_path.iterdir()] == ["a.facts.json"]


def test_a_lock_file_that_cannot_be_read_or_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.facts.json").mkdir()
    with pytest.raises(InputError, match=r"a\.facts\.json: the facts cannot be read"):
        facts_file.read(tmp_path / "a.yaml")
    with pytest.raises(DiskError, match=r"a\.facts\.json: cannot be written"):
        facts_file.write(tmp_path / "a.yaml", b"1")
    with pytest.raises(DiskError):
        facts_file.write(tmp_path / "none/a.yaml", b"1")
    assert [path.name for path in tmp_path.iterdir()] == ["a.facts.json"]
