"""The build folder: nothing in it that no build made, and nothing touched outside it."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from building import CARDS, MANIFEST, OTHER, beside, run, start, write_manifest
from cardgen import build, swap
from cardgen.errors import DiskError, InputError
from disk_faults import contents


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = start(tmp_path)
    monkeypatch.chdir(folder)
    write_manifest("Old")
    return folder


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
        '{"repos": [{"path": "a", "manifest": ["m"]}]}',
        '{"repos": [{"path": "a", "manifest": "m", "files": [{"path": "../secret"}]}]}',
        '{"repos": [{"path": "a", "manifest": "m", "files": 5}]}',
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
