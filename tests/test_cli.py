"""The command line: what people read on stderr, what programs read on stdout, and the exit codes."""

from __future__ import annotations

import importlib.metadata
import os
import pty
import subprocess
import sys
from pathlib import Path

import click
import pytest

from cardgen.cli import COMMANDS, main
from cardgen.cli import cardgen as group
from manifests import BASE

GOOD = BASE + "datasets: [{repo: data}]\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "collections").mkdir()
    (tmp_path / "collections" / "family.yaml").write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def cardgen(*arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-W", "error", "-m", "cardgen", *arguments]
    return subprocess.run(command, check=False, **{"capture_output": True, **options})  # type: ignore[call-overload, no-any-return]


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What was said on stderr, when nothing was printed on stdout."""
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (["build"], ["built 1 card in build: 2 files changed"]),
        (["build", "-v"], ["built 1 card in build: 2 files changed"]),
        (["-v", "build"], ["built 1 card in build: 2 files changed"]),
        (["build", "-q"], []),
        (["-q", "build"], []),
        (["build", "collections/family.yaml", "collections/family.yaml"], ["built 1 card in build: 2 files changed"]),
    ],
)
def test_what_happened_goes_to_stderr(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], lines: list[str]
) -> None:
    assert main(arguments) == 0
    assert said(capsys) == lines


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["biuld"], "there is no command 'biuld'; did you mean 'build'?", "see `cardgen --help`"),
        (["xyz"], "there is no command 'xyz'", "see `cardgen --help`"),
        (["--nope"], "No such option '--nope'.", "see `cardgen --help`"),
        (["build", "--nope"], "No such option '--nope'.", "see `cardgen build --help`"),
        (["build", "--output"], "Option '--output' requires an argument.", "see `cardgen --help`"),
        (
            ["build", "--color", "blue"],
            "Invalid value for '--color': 'blue' is not one of 'auto', 'always', 'never'.",
            "see `cardgen build --help`",
        ),
        (
            ["build", "collections/famly.yaml"],
            "collections/famly.yaml: there is no such manifest; did you mean 'collections/family.yaml'?",
            "`cardgen init` makes one to start from",
        ),
        (
            ["build", "colections/family.yaml"],
            "colections/family.yaml: there is no such manifest; did you mean 'collections/family.yaml'?",
            "`cardgen init` makes one to start from",
        ),
        (["build", "collections"], "collections is a folder, no manifest", "name the files in it"),
        (["build", "\udcff.yaml"], "'\\udcff.yaml': the manifest's name is not UTF-8", "rename it"),
    ],
)
def test_wrong_usage_is_exit_code_2_with_a_hint(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], error: str, hint: str
) -> None:
    assert main(arguments) == 2
    assert said(capsys) == [f"error: {error}", f"hint: {hint}"]
    assert not (project / "build").exists()


def test_without_any_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["build"]) == 2
    assert said(capsys) == [
        "error: there is no manifest in collections/",
        "hint: `cardgen init` makes one to start from",
    ]


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    lines = said(capsys)
    assert lines[0] == "Usage: cardgen [OPTIONS] COMMAND [ARGS]..."
    assert "  build     Write every card into the build folder." in lines


def test_every_mistake_of_every_manifest_is_a_line(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "collections" / "family.yaml").write_text(GOOD + "titel: x\nlanguage: en\n")
    (project / "collections" / "other.yml").write_text("[")
    assert main(["build", "-q"]) == 2
    assert [line.split(":")[1:4] for line in said(capsys)] == [
        [" collections/family.yaml", "5", "1"],
        [" collections/family.yaml", "6", "1"],
        [" collections/other.yml", "2", "1"],
    ]


@pytest.mark.parametrize("repo", ["data", "Data", "lab/data"])
def test_two_manifests_that_name_the_same_repo(project: Path, capsys: pytest.CaptureFixture[str], repo: str) -> None:
    (project / "collections" / "other.yaml").write_text(BASE + f"datasets:\n- repo: {repo}\n")
    assert main(["build"]) == 2
    full = repo if "/" in repo else f"lab/{repo}"
    where = "already named at collections/family.yaml:4:19"
    assert said(capsys) == [f"error: collections/other.yaml:5:9: the dataset '{full}' is {where}"]


def test_the_manifest_is_named_the_same_from_any_folder(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["build", "-q"]) == 0
    built = (project / "build" / "index.json").read_bytes()
    monkeypatch.chdir(project / "collections")
    assert main(["build", "-q", "--check", "-o", "../build", "family.yaml"]) == 0
    assert main(["build", "-q", "-o", "../other", "family.yaml"]) == 0
    assert (project / "other" / "index.json").read_bytes() == built


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = group.get_command(click.Context(group), name)
    assert command is not None
    assert command.short_help == COMMANDS[name]
    for option in ("--help", "-h"):
        assert main([name, option]) == 0
        out, err = capsys.readouterr()
        assert out.startswith(f"Usage: cardgen {name} ")
        assert "--quiet" in out
        assert "--color [auto|always|never]" in out
        assert err == ""


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("cardgen, version ")


def on_a_terminal(*arguments: str, **environment: str) -> bytes:
    """What a command says when its stderr is a terminal."""
    screen, terminal = pty.openpty()
    try:
        kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
        cardgen(*arguments, capture_output=False, stdout=subprocess.PIPE, stderr=terminal, env={**kept, **environment})
        return os.read(screen, 10_000)
    finally:
        os.close(screen)
        os.close(terminal)


@pytest.mark.parametrize(
    ("arguments", "environment", "is_colored"),
    [
        (["biuld"], {}, True),
        (["biuld"], {"NO_COLOR": "1"}, False),
        (["--color", "always", "biuld"], {"NO_COLOR": "1"}, True),
        (["--color", "never", "biuld"], {}, False),
        (["build", "--color", "never", "nix.yaml"], {}, False),
        (["build", "nix.yaml"], {}, True),
    ],
)
def test_colour_on_a_terminal(arguments: list[str], environment: dict[str, str], is_colored: bool) -> None:
    shown = on_a_terminal(*arguments, **environment)
    assert b"error: " in shown
    assert (b"\x1b[" in shown) == is_colored


@pytest.mark.parametrize(("option", "is_colored"), [("auto", False), ("always", True), ("never", False)])
def test_colour_in_a_pipe(project: Path, capsys: pytest.CaptureFixture[str], option: str, is_colored: bool) -> None:
    assert main(["build", "--color", option, "nix.yaml"]) == 2
    assert ("\x1b[" in capsys.readouterr().err) == is_colored


def test_a_message_cannot_reach_the_terminal_with_escapes(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = GOOD + '"\\e[31mred": 1\nlinks: ["\\e]0;owned\\a"]\n'
    (project / "collections" / "family.yaml").write_text(text)
    assert main(["build"]) == 2
    assert "\x1b" not in capsys.readouterr().err


def test_what_a_program_reads_is_utf8_whatever_the_terminal_speaks(project: Path) -> None:
    (project / "collections" / "family.yaml").write_text(GOOD.replace("title: T", "title: Ü 🤗"), encoding="utf-8")
    done = cardgen("build", "--check", env={**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"})
    assert done.returncode == 1
    assert "+# Ü 🤗\n".encode() in done.stdout
    assert b"Traceback" not in done.stderr


def test_a_reader_that_goes_away() -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = cardgen("schema", capture_output=False, stdout=write, stderr=subprocess.PIPE)
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_an_output_that_is_full() -> None:
    with Path("/dev/full").open("wb") as full:
        done = cardgen("schema", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (1, b"error: No space left on device\n")


def test_the_script_is_the_module() -> None:
    entry = next(each for each in importlib.metadata.entry_points(group="console_scripts") if each.name == "cardgen")
    assert entry.load().__module__ in ("cardgen.__main__", "cardgen.cli")
    done = cardgen("--version")
    assert done.returncode == 0
    assert done.stdout.startswith(b"cardgen, version ")
