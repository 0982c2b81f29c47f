"""What every keystroke pays for: help, build and lint load nothing that speaks to the network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CODEIO = Path(__file__).parent.parent / "collections" / "codeio.yaml"
NETWORK = (
    *("asyncio", "h11", "http.client", "httpcore2", "httpx2", "huggingface_hub", "requests", "ssl", "urllib3"),
    *("dulwich", "nh3", "starlette", "uvicorn"),
)
SHOWN = ("markdown_it", "multiprocessing", "rich", "selectolax")

PROGRAM = """
import sys
from cardgen.cli import main
code = main({arguments!r})
print(*sorted(name for name in {names!r} if name in sys.modules), file=sys.stderr)
sys.exit(code)
"""


def loaded(folder: Path, arguments: list[str], names: tuple[str, ...]) -> list[str]:
    """Those of some modules that a command has loaded by its end."""
    program = PROGRAM.format(arguments=arguments, names=names)
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.stderr.splitlines()[-1].split()


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["--help"], NETWORK + SHOWN),
        (["build", "--quiet", str(CODEIO)], NETWORK + SHOWN),
        (["lint", "--quiet", str(CODEIO)], (*NETWORK, "cardgen.importing.making")),
    ],
    ids=lambda value: value[0],
)
def test_a_command_loads_no_more_than_it_needs(tmp_path: Path, arguments: list[str], names: tuple[str, ...]) -> None:
    assert loaded(tmp_path, arguments, names) == []


@pytest.mark.usefixtures("unmeasured")
def test_what_is_loaded_is_seen(tmp_path: Path) -> None:
    assert loaded(tmp_path, ["build", "--quiet", str(CODEIO)], ("jinja2", "yaml", "ssl")) == ["jinja2", "yaml"]
