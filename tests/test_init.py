"""cardgen init: what a new project gets, and that nothing which is there is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from cardgen import scaffold
from cardgen.cli import main

FILES = [scaffold.EXAMPLE, scaffold.SCHEMA, *scaffold.GITHUB, scaffold.IGNORED]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _texts(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_a_new_project_builds_at_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init"]) == 0
    assert sorted(_texts(project)) == sorted(FILES)
    out, err = capsys.readouterr()
    assert not out
    assert all(f"created  {path}" in err for path in FILES)
    assert "cardgen build" in err
    assert main(["build"]) == 0
    index = json.loads((project / "build/index.json").read_text())
    assert len(index["repos"]) == 5
    assert main(["build", "--check"]) == 0


def test_the_schema_is_the_one_that_the_command_prints(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["init", "-q"])
    capsys.readouterr()
    assert main(["schema"]) == 0
    assert capsys.readouterr().out == (project / scaffold.SCHEMA).read_text()


def test_the_example_names_the_schema_beside_it_and_fits_it(project: Path) -> None:
    main(["init", "-q"])
    manifest = project / scaffold.EXAMPLE
    first = manifest.read_text().splitlines()[0]
    assert first == f"# yaml-language-server: $schema={Path(scaffold.SCHEMA).name}"
    schema = json.loads((project / scaffold.SCHEMA).read_text())
    Draft202012Validator(schema).validate(yaml.safe_load(manifest.read_text()))


def test_a_folder_that_does_not_exist_is_made_and_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "new/cards"]) == 0
    assert sorted(_texts(project / "new/cards")) == sorted(FILES)
    err = capsys.readouterr().err
    assert f"created  new/cards/{scaffold.EXAMPLE}" in err
    assert "cd new/cards" in err


def test_what_is_there_is_kept_and_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["init"])
    for path in FILES[:3]:
        (project / path).write_text("mine\n")
    before = _texts(project)
    capsys.readouterr()
    assert main(["init"]) == 0
    assert _texts(project) == before
    err = capsys.readouterr().err
    assert all(f"kept     {path}" in err for path in FILES)
    assert "edit collections/example.yaml" not in err


def test_a_project_with_a_manifest_gets_no_example(project: Path) -> None:
    (project / "collections").mkdir()
    (project / "collections/mine.yaml").write_text("version: 1\n")
    assert main(["init", "-q"]) == 0
    assert not (project / scaffold.EXAMPLE).exists()
    assert (project / scaffold.WORKFLOW).exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", "build/\n.cardgen/\n"),
        ("*.pyc\n", "*.pyc\nbuild/\n.cardgen/\n"),
        ("*.pyc", "*.pyc\nbuild/\n.cardgen/\n"),
        ("/build\n", "/build\n.cardgen/\n"),
        ("build/\r\n.cardgen\r\n", "build/\r\n.cardgen\r\n"),
        ("caf\xe9\n", "caf\xe9\nbuild/\n.cardgen/\n"),
    ],
)
def test_a_gitignore_is_given_only_what_it_lacks(project: Path, old: str, new: str) -> None:
    (project / ".gitignore").write_bytes(old.encode("latin-1"))
    assert main(["init", "-q"]) == 0
    assert (project / ".gitignore").read_bytes() == new.encode("latin-1")


def test_a_file_in_place_of_the_folder(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "cards").write_text("mine")
    assert main(["init", "cards"]) == 2
    assert "error: cards is not a folder" in capsys.readouterr().err
    assert (project / "cards").read_text() == "mine"


def test_a_file_in_place_of_an_inner_folder(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "collections").write_text("mine")
    assert main(["init"]) == 1
    assert "error: collections/example.yaml: cannot be written" in capsys.readouterr().err
    assert (project / "collections").read_text() == "mine"


def test_a_full_disk_leaves_no_half_file(project: Path) -> None:
    """No file may grow beyond a limit that the example fits and the schema does not: then writing fails half-way."""
    code = (
        "import resource as r, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "from cardgen.cli import main; _, most = r.getrlimit(r.RLIMIT_FSIZE);"
        "r.setrlimit(r.RLIMIT_FSIZE, (1500, most)); code = main(['init']);"
        "r.setrlimit(r.RLIMIT_FSIZE, (most, most)); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "cannot be written" in done.stderr
    assert list(_texts(project)) == [scaffold.EXAMPLE]
    assert main(["init", "-q"]) == 0
    assert sorted(_texts(project)) == sorted(FILES)


class _Distribution:
    version = "1.2.3"

    def __init__(self, origin: object) -> None:
        self._origin = origin

    def read_text(self, name: str) -> str | None:
        return json.dumps(self._origin) if name == "direct_url.json" and self._origin else None


@pytest.mark.parametrize(
    ("origin", "requirement"),
    [
        (None, "cardgen==1.2.3"),
        (
            {"url": "https://git.example/cardgen", "vcs_info": {"vcs": "git", "commit_id": "c0ffee"}},
            "cardgen @ git+https://git.example/cardgen@c0ffee",
        ),
        ({"url": "https://example.org/cardgen.whl", "archive_info": {}}, "cardgen @ https://example.org/cardgen.whl"),
        ({"url": "file:///home/me/cardgen", "dir_info": {"editable": True}}, ""),
        ({"url": "file:///home/me/cardgen", "vcs_info": {"vcs": "git", "commit_id": "c0ffee"}}, ""),
    ],
)
def test_the_workflow_installs_the_cardgen_that_made_it(
    origin: object, requirement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metadata, "distribution", lambda name: _Distribution(origin))
    assert scaffold.requirement() == requirement
    for path in (scaffold.WORKFLOW, scaffold.WEEKLY):
        workflow = scaffold.files("{}", requirement)[path]
        assert yaml.safe_load(workflow)["env"]["CARDGEN"] == requirement


def test_a_cardgen_that_was_never_installed_names_no_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)
    assert scaffold.requirement() == ""
