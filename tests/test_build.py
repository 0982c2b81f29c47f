"""The build folder: whole at any time, nothing in it that no build made, and nothing touched outside it."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cardgen import build, swap
from cardgen.cli import main
from cardgen.errors import DiskError, InputError
from disk_faults import contents, fault

HERE = Path(__file__).parent
MANIFEST = """\
version: 1
namespace: lab
title: {title}
datasets: [{{repo: data}}]
models: {{repo: "{{row}}-{{column}}", rows: [{{key: small}}], columns: [{{key: one}}, {{key: two}}]}}
"""
OTHER = "version: 1\nnamespace: lab\ntitle: Other\ndatasets: [{repo: other}]\n"
CARDS = ["datasets/lab/data/README.md", "models/lab/small-one/README.md", "models/lab/small-two/README.md"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a manifest, and the folder that it is in."""
    folder = tmp_path / "project"
    (folder / "collections").mkdir(parents=True)
    monkeypatch.chdir(folder)
    write_manifest("Old")
    return folder


def write_manifest(title: str, text: str = MANIFEST) -> None:
    Path("collections/family.yaml").write_text(text.format(title=title))


def run(*arguments: str) -> int:
    return main(["build", "-q", *arguments])


def beside(project: Path) -> list[str]:
    return sorted(path.name for path in project.iterdir())


def test_a_build_is_the_cards_and_an_index(project: Path) -> None:
    assert run() == 0
    found = contents(project / "build")
    assert set(found) == {*CARDS, "index.json"}
    index = json.loads(found["index.json"])
    assert index["version"] == 1
    assert [entry["path"] for entry in index["repos"]] == CARDS
    assert index["repos"][1] == {
        "repo_id": "lab/small-one",
        "repo_type": "model",
        "manifest": "collections/family.yaml",
        "path": "models/lab/small-one/README.md",
        "sha256": index["repos"][1]["sha256"],
        "keys": ["datasets"],
        "blocks": ["card"],
        "files": [],
    }


def test_what_did_not_change_is_the_same_file(project: Path) -> None:
    run()

    def identity(path: str) -> tuple[int, int]:
        status = (project / "build" / path).stat()
        return (status.st_mtime_ns, status.st_ino)

    before = {path: identity(path) for path in CARDS}
    text = MANIFEST.replace("{{repo: data}}", "{{repo: data, card_data: {{license: mit}}}}")
    write_manifest("Old", text)
    assert run() == 0
    assert [path for path in CARDS if identity(path) != before[path]] == [CARDS[0]]
    folder = identity(".")
    assert run() == 0
    assert identity(".") == folder, "nothing to do, nothing touched"


def test_what_is_no_longer_made_goes(project: Path) -> None:
    run()
    write_manifest("Old", MANIFEST.replace(", {{key: two}}", ""))
    assert run() == 0
    assert set(contents(project / "build")) == {*CARDS[:2], "index.json"}
    assert not (project / "build" / "models" / "lab" / "small-two").exists()


def test_a_build_of_one_manifest_keeps_the_cards_of_the_others(project: Path) -> None:
    (project / "collections" / "other.yaml").write_text(OTHER)
    run()
    everything = contents(project / "build")
    write_manifest("New")
    assert run("collections/family.yaml") == 0
    found = contents(project / "build")
    assert set(found) == set(everything)
    assert found["datasets/lab/other/README.md"] == everything["datasets/lab/other/README.md"]
    assert b"# New" in found[CARDS[0]]
    assert [entry["path"] for entry in json.loads(found["index.json"])["repos"]] == sorted(set(found) - {"index.json"})
    (project / "collections" / "other.yaml").unlink()
    assert run("collections/family.yaml") == 0
    assert "datasets/lab/other/README.md" in contents(project / "build")
    assert run() == 0
    assert "datasets/lab/other/README.md" not in contents(project / "build")


def test_a_card_that_moves_to_another_manifest_is_that_manifests(project: Path) -> None:
    (project / "collections" / "other.yaml").write_text(OTHER)
    run()
    (project / "collections" / "other.yaml").unlink()
    write_manifest("Old", MANIFEST.replace("{{repo: data}}", "{{repo: other}}"))
    assert run("collections/family.yaml") == 0
    entries = json.loads((project / "build" / "index.json").read_text())["repos"]
    assert [entry["manifest"] for entry in entries if entry["repo_id"] == "lab/other"] == ["collections/family.yaml"]


def test_check_shows_a_diff_and_writes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--check") == 1
    assert not (project / "build").exists()
    shown = capsys.readouterr()
    assert "+# Old\n" in shown.out
    assert shown.err == "error: build is not up to date: 4 files differ\nhint: `cardgen build` writes them\n"
    run()
    assert run("--check") == 0
    assert capsys.readouterr().out == ""
    write_manifest("New", MANIFEST.replace(", {{key: two}}", ""))
    before = contents(project / "build")
    assert run("--check") == 1
    out = capsys.readouterr().out
    assert "--- a/datasets/lab/data/README.md\n+++ b/datasets/lab/data/README.md\n" in out
    assert "-# Old\n" in out
    assert "+# New\n" in out
    assert contents(project / "build") == before
    assert beside(project) == ["build", "collections"]


def test_check_of_one_manifest_looks_at_its_cards_alone(project: Path) -> None:
    (project / "collections" / "other.yaml").write_text(OTHER)
    run()
    (project / "collections" / "other.yaml").write_text(OTHER.replace("Other", "Another"))
    assert run("--check", "collections/family.yaml") == 0
    assert run("--check", "collections/other.yaml") == 1


@pytest.mark.parametrize("check", [[], ["--check"]])
@pytest.mark.parametrize("foreign", ["notes.txt", "models/lab/small-one/config.json", ".hidden"])
def test_what_no_build_made_is_not_removed(
    project: Path, capsys: pytest.CaptureFixture[str], foreign: str, check: list[str]
) -> None:
    run()
    (project / "build" / foreign).write_text("mine")
    before = contents(project / "build")
    write_manifest("New")
    assert run(*check) == 2
    assert contents(project / "build") == before
    assert capsys.readouterr().err.splitlines() == [
        f"error: build holds what no build made: {foreign}",
        "hint: move it away, or choose another folder with --output",
    ]


def test_a_folder_of_somebody_elses_is_left_alone(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(project)
    assert run("-o", ".") == 2
    assert run("-o", "") == 2
    assert run("-o", "..") == 2
    assert run("-o", "collections") == 2
    assert run("-o", "/") == 2
    assert contents(project) == before
    assert capsys.readouterr().err.count("holds what no build made") == 5


def test_links_are_not_followed(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (project / "build").symlink_to(outside)
    assert run() == 2
    assert "build is not a folder of its own" in capsys.readouterr().err
    (project / "build").unlink()
    run()
    for path in ("models", "models/lab/small-one/README.md", "index.json"):
        write_manifest(path)
        run()
        (project / "build" / path).rename(outside / "kept")
        (project / "build" / path).symlink_to(outside / "kept")
        kept = contents(outside)
        write_manifest("New")
        assert run() == 2, path
        assert contents(outside) == kept
        (project / "build" / path).unlink()
        (outside / "kept").rename(project / "build" / path)


def test_a_link_in_place_of_the_stage_is_not_followed(project: Path, tmp_path: Path) -> None:
    run()
    outside = tmp_path / "outside"
    outside.mkdir()
    (project / ".build.cardgen-new").symlink_to(outside)
    write_manifest("New")
    assert run() == 0
    assert contents(outside) == {}
    assert b"# New" in contents(project / "build")[CARDS[0]]


@pytest.mark.parametrize(
    "index",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        '{"repos": [{"path": "../../secret", "manifest": "m"}]}',
        '{"repos": [{"path": "/etc/passwd", "manifest": "m"}]}',
        '{"repos": [{"path": 5, "manifest": "m"}]}',
        '{"repos": [{"path": "\\ud800", "manifest": "m"}]}',
        '{"repos": [{"path": "a\\u0000b", "manifest": "m"}]}',
        '{"repos": 5}',
        "\x00",
    ],
)
def test_an_index_that_no_build_made(project: Path, index: str) -> None:
    (project / "secret").write_text("mine")
    (project / "build").mkdir()
    (project / "build" / "index.json").write_text(index)
    assert run("collections/family.yaml") == 0
    assert (project / "secret").read_text() == "mine"
    assert set(contents(project / "build")) == {*CARDS, "index.json"}
    assert beside(project) == ["build", "collections", "secret"]


def test_a_mistake_in_a_manifest_writes_nothing(project: Path) -> None:
    run()
    before = contents(project / "build")
    write_manifest("New", MANIFEST + "titel: x\n")
    assert run() == 2
    assert contents(project / "build") == before


def full_disk() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_at_any_time_leaves_the_old_cards(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    failed = 0
    for number in range(1, 1000):
        run_old_build(project)
        old = contents(project / "build")
        write_manifest("New")
        with fault(project, number, full_disk) as happened:
            code = run()
        found = contents(project / "build")
        if not happened():
            break
        assert code in (0, 1, 2), f"touch {number}"
        if code:
            failed += 1
            assert found == old, f"touch {number}"
            assert "No space left on device" in capsys.readouterr().err
        assert run() == 0
        assert beside(project) == ["build", "collections"]
    assert failed > 10


def run_old_build(project: Path) -> None:
    write_manifest("Old")
    assert run() == 0


def interrupt() -> None:
    raise KeyboardInterrupt


def test_ctrl_c_at_any_time_leaves_the_old_cards_or_the_new(project: Path) -> None:
    made = []
    for title in ("New", "Old"):
        write_manifest(title)
        run()
        made.append(contents(project / "build"))
    for number in range(1, 1000):
        run_old_build(project)
        write_manifest("New")
        with fault(project, number, interrupt) as happened:
            code = run()
        if not happened():
            break
        assert code == 130, f"touch {number}"
        assert contents(project / "build") in made, f"touch {number}"
        assert run() == 0
        assert contents(project / "build") == made[0]
        assert beside(project) == ["build", "collections"]
    assert number > 20


def test_a_kill_at_any_time_leaves_the_old_cards_or_the_new_and_the_next_build_puts_it_right(project: Path) -> None:
    run()
    write_manifest("New")
    command = [sys.executable, str(HERE / "disk_faults.py"), "collections/family.yaml", str(project / "build")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 20


def test_what_a_killed_run_left_counts_as_built(project: Path) -> None:
    (project / "collections" / "other.yaml").write_text(OTHER)
    run()
    whole = contents(project / "build")
    (project / "build").rename(project / ".build.cardgen-old")
    assert run("--check") == 0
    assert not (project / "build").exists()
    assert run("collections/family.yaml") == 0
    assert contents(project / "build") == whole
    assert beside(project) == ["build", "collections"]


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize("when", ["import", "write"])
def test_a_real_ctrl_c(project: Path, when: str) -> None:
    run()
    old = contents(project / "build")
    write_manifest("New")
    event = {"import": "event == 'import' and arguments[0] == 'click'", "write": "event == 'os.rename'"}[when]
    code = (
        "import os, signal, sys\n"
        "def hook(event, arguments):\n"
        f"    if {event}: os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.addaudithook(hook)\n"
        "from cardgen.__main__ import run\n"
        "sys.exit(run())\n"
    )
    done = subprocess.run([sys.executable, "-c", code, "build"], capture_output=True, text=True, check=False)
    assert done.returncode == 130
    assert "Traceback" not in done.stderr
    assert contents(project / "build") == old
    assert run() == 0
    assert beside(project) == ["build", "collections"]


def test_files_that_may_not_grow(project: Path) -> None:
    """A real error of writing: no file may be longer than 500 bytes, and every card is."""
    run()
    old = contents(project / "build")
    write_manifest("New")

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (500, resource.RLIM_INFINITY))

    done = subprocess.run(
        [sys.executable, "-B", "-m", "cardgen", "build"], preexec_fn=limit, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "cannot be written: File too large\nhint: what was built before is still there\n" in done.stderr
    assert contents(project / "build") == old
    assert beside(project) == ["build", "collections"]


@pytest.mark.parametrize("output", ["collections/family.yaml/build", "x" * 300, "a/" + "x" * 300])
def test_a_folder_that_cannot_be(project: Path, output: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("-o", output) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert run("--check", "-o", output) == 1
    assert capsys.readouterr().err.startswith("error: ")
    assert run("-o", output, "collections/family.yaml") == 1


def test_errors_of_the_disk_keep_their_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DiskError) as caught:
        build.write(tmp_path / "file" / "build", {"index.json": b"{}"})
    assert str(tmp_path / "file") in caught.value.message
    with pytest.raises(InputError):
        build.write(tmp_path / "file", {"index.json": b"{}"})


def test_two_builds_at_once_wait_for_each_other(tmp_path: Path) -> None:
    folder = tmp_path / "build"
    entered = threading.Event()
    leave = threading.Event()

    def hold() -> None:
        with swap.alone(folder):
            entered.set()
            leave.wait()

    holder = threading.Thread(target=hold)
    writer = threading.Thread(target=build.write, args=(folder, {"index.json": b'{"repos": []}'}))
    holder.start()
    entered.wait()
    writer.start()
    writer.join(timeout=0.2)
    assert writer.is_alive()
    assert not folder.exists()
    leave.set()
    writer.join()
    holder.join()
    assert contents(folder) == {"index.json": b'{"repos": []}'}
