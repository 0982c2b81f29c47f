"""docs/local-hub.md: its programs run, and it names what there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from cardgen.localhub.access import Role
from cardgen.localhub.faults import Action

PAGE = (Path(__file__).parent.parent / "docs/local-hub.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("program", PROGRAMS, ids=range(len(PROGRAMS)))
def test_programs_run(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(program, "docs/local-hub.md", "exec"), {})
    assert [path.name for path in tmp_path.iterdir()] == [re.findall(r'Path\("(\w+)"\)', program)[0]]


def test_every_role_and_fault_is_explained() -> None:
    rows = set(re.findall(r"^\| `([\w-]+)", PAGE, re.MULTILINE))
    assert rows == {*get_args(Role), *(action.__name__ for action in get_args(Action))}
