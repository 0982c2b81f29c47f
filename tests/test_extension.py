"""`hf cardgen`: cardgen as an extension of the Hub's own command line, installed by that command line.

The real `hf` installs and runs it. What stands in is GitHub, which says that the repository is there and that it has no
executable of the extension's name in its root, and `uv`, which installs this checkout instead of an archive from there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from cardgen import __version__

ROOT = Path(__file__).parent.parent
HF = Path(sys.executable).with_name("hf")
REPOSITORY = "/lab/hf-cardgen"

INSTALL = f"""
import sys, httpx2, huggingface_hub
from huggingface_hub.cli.hf import main

def github(request):
    host, path = request.url.host, request.url.path
    if (host, path) == ("github.com", "{REPOSITORY}.git/info/refs"):
        return httpx2.Response(200, text="015a" + "a" * 40 + " HEAD\\0 more")
    if (host, path) == ("raw.githubusercontent.com", "{REPOSITORY}/HEAD/pyproject.toml"):
        return httpx2.Response(200, content=open("{ROOT}/pyproject.toml", "rb").read())
    return httpx2.Response(200 if (host, path) == ("github.com", "{REPOSITORY}") else 404)

huggingface_hub.set_client_factory(lambda: httpx2.Client(transport=httpx2.MockTransport(github)))
sys.argv = ["hf", "extensions", "install", "lab/hf-cardgen"]
main()
"""

UV = f"""#!/bin/sh -e
case "$1 $2" in
  venv\\ *)
    "{sys.executable}" -m venv --without-pip "$2"
    cd "$2"/lib/python*/site-packages
    echo "{sysconfig.get_path("purelib")}" > dependencies.pth ;;
  pip\\ install)
    [ "$6" = https://github.com{REPOSITORY}/archive/HEAD.zip ]
    "{sys.executable}" -m pip --python "$5" install -q --no-deps --no-build-isolation "{ROOT}" ;;
esac
"""


@pytest.fixture
def environment(tmp_path: Path, unmeasured: None) -> dict[str, str]:
    """A home of its own, where `uv` is the one above."""
    uv = tmp_path / "bin" / "uv"
    uv.parent.mkdir()
    uv.write_text(UV)
    uv.chmod(0o755)
    own = {"HOME": str(tmp_path), "PATH": f"{uv.parent}:{os.environ['PATH']}", "HF_HUB_DISABLE_UPDATE_CHECK": "1"}
    return {**os.environ, **own, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def run(environment: dict[str, str], *command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=environment, cwd=environment["HOME"], capture_output=True, text=True, check=False, timeout=300
    )


def test_hf_installs_it_and_runs_it(environment: dict[str, str]) -> None:
    installed = run(environment, sys.executable, "-c", INSTALL)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    assert "Python extension installed" in installed.stdout
    said = run(environment, HF, "cardgen", "--version")
    assert (said.returncode, said.stdout.strip()) == (0, f"cardgen, version {__version__}"), said.stderr
    assert "Model and dataset cards a" in run(environment, HF, "extensions", "list").stdout
    assert run(environment, HF, "cardgen", "init", "cards").returncode == 0
    built = run(environment, HF, "cardgen", "build", "cards/collections/example.yaml")
    assert built.returncode == 0, built.stderr
    assert run(environment, HF, "cardgen", "build", "nothing.yaml").returncode == 2


def test_nothing_in_the_root_is_taken_for_the_extension() -> None:
    """hf prefers an executable of this name to the Python package."""
    assert not (ROOT / "hf-cardgen").exists()
