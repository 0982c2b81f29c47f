"""A manifest on the disk is changed as a whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from cardgen import manifest_file
from cardgen.errors import DiskError, InputError


def test_a_manifest_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"old")
    path.chmod(0o640)
    manifest_file.replace(path, b"old", b"new")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o640)
    assert [each.name for each in tmp_path.iterdir()] == ["a.yaml"]


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there/a.yaml").write_bytes(b"old")
    link = tmp_path / "a.yaml"
    link.symlink_to("there/a.yaml")
    manifest_file.replace(link, b"old", b"new")
    assert link.is_symlink()
    assert (tmp_path / "there/a.yaml").read_bytes() == b"new"


def test_what_somebody_changed_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"newer")
    with pytest.raises(InputError, match="was changed while cardgen worked"):
        manifest_file.replace(path, b"old", b"new")
    assert path.read_bytes() == b"newer"


def test_a_failure_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(DiskError, match="No space left"):
        manifest_file.replace(path, b"old", b"new")
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["a.yaml"]
