"""What is published: the sdist, the wheel made from it, and a clean environment that has nothing else."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def _run(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, command)], cwd=folder, capture_output=True, text=True, check=False)


@dataclass(frozen=True)
class Installed:
    """A wheel, the sdist that it was made from, and the bin folder of the environment that it was installed in."""

    sdist: Path
    wheel: Path
    bin: Path


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("wheel")
    made = _run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder / "dist", ROOT, folder=folder)
    assert made.returncode == 0, made.stdout + made.stderr
    (wheel,) = (folder / "dist").glob("*.whl")
    (sdist,) = (folder / "dist").glob("*.tar.gz")
    _run(sys.executable, "-m", "venv", "clean", folder=folder)
    done = _run(folder / "clean/bin/pip", "install", "--quiet", wheel, folder=folder)
    assert done.returncode == 0, done.stderr
    return Installed(sdist, wheel, folder / "clean/bin")


def test_init_and_build_in_an_empty_folder(installed: Installed, tmp_path: Path) -> None:
    assert _run(installed.bin / "cardgen", "init", folder=tmp_path).returncode == 0
    built = _run(installed.bin / "cardgen", "build", folder=tmp_path)
    assert built.returncode == 0, built.stderr
    assert len(list((tmp_path / "build").glob("*/*/*/README.md"))) == 5


def test_it_builds_the_same_bytes_as_the_checkout(installed: Installed, tmp_path: Path) -> None:
    manifest = ROOT / "collections/codeio.yaml"
    for program, output in ((installed.bin / "python", "wheel"), (Path(sys.executable), "checkout")):
        done = _run(program, "-m", "cardgen", "build", "--output", tmp_path / output, manifest, folder=tmp_path)
        assert done.returncode == 0, done.stderr
    assert _run("diff", "-r", "wheel", "checkout", folder=tmp_path).returncode == 0
    assert len(list((tmp_path / "wheel").glob("*/*/*/README.md"))) == 13


@pytest.mark.parametrize("command", ["hub", "preview"])
def test_a_server_says_which_extra_it_needs(installed: Installed, tmp_path: Path, command: str) -> None:
    refused = _run(installed.bin / "cardgen", command, folder=tmp_path)
    assert refused.returncode == 2
    assert "cardgen[hub]" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_every_command_has_its_help_without_the_extra(installed: Installed, tmp_path: Path) -> None:
    from cardgen.cli import COMMANDS

    for name in COMMANDS:
        shown = _run(installed.bin / "cardgen", name, "--help", folder=tmp_path)
        assert shown.returncode == 0, shown.stderr
        assert shown.stdout.startswith(f"Usage: cardgen {name} ")


def test_what_the_wheel_holds(installed: Installed) -> None:
    held = set(zipfile.ZipFile(installed.wheel).namelist())
    templates = {f"cardgen/templates/{path.name}" for path in (ROOT / "templates").glob("*.j2")}
    assert templates
    assert held >= templates
    pages = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("cardgen/**/pages/templates/*")}
    assert len(pages) > 10
    assert held >= pages
    assert held >= {"cardgen/py.typed", "cardgen/manifest.schema.json", "cardgen/scaffold/files/gitignore"}
    package = {path.relative_to(ROOT).as_posix() for path in (ROOT / "cardgen").rglob("*.py")}
    assert held >= package
    assert {name.split("/")[0] for name in held} == {"cardgen", "cardgen-0.1.0.dist-info"}


def test_the_sdist_holds_what_the_tests_need(installed: Installed) -> None:
    with tarfile.open(installed.sdist) as archive:
        held = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert held >= {"README.md", "CHANGELOG.md", "LICENSE", "action.yml", ".ci/run", "collections/codeio.yaml"}
    assert held >= {"tests/test_wheel.py", "templates/card.md.j2", "cardgen/scaffold/files/cards.yml"}
