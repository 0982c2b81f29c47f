"""What a person at a terminal sees: colour, progress, a question before anything is published."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

from cardgen.localhub import LocalHub
from hub_client import titles
from project import Project


def at_terminal(project: Project, *arguments: str, answer: str = "") -> tuple[int, str]:
    """The exit code and the screen of a run whose input and output are a terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, **project.environment, "TERM": "xterm-256color", "COLUMNS": "120"}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "cardgen", *arguments],
        cwd=project.folder,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    os.write(ours, answer.encode())
    screen = b""
    try:
        while read := os.read(ours, 65536):
            screen += read
    except OSError:  # how Linux says that the other side has closed
        pass
    os.close(ours)
    return process.wait(timeout=60), screen.decode()


def test_push_shows_the_plan_and_asks(project: Project, local_hub: LocalHub) -> None:
    code, screen = at_terminal(project, "push", "--offline", answer="n\n")
    assert code == 1
    assert "\x1b[32mcreate\x1b[0m" in screen
    assert "publish? [y/N]" in screen
    assert "nothing was published" in screen
    assert not (local_hub.root / "models" / "lab").exists()
    code, screen = at_terminal(project, "push", "--offline", answer="y\n")
    assert (code, "3 published" in screen) == (0, True)
    assert titles(local_hub, "lab/small-one")[0] == "Create card from collections/family.yaml"


def test_yes_asks_nothing(project: Project) -> None:
    code, screen = at_terminal(project, "push", "--offline", "--yes")
    assert (code, "publish?" in screen) == (0, False)


def test_a_plan_in_colour(project: Project) -> None:
    project.run("push", "--offline")
    project.replace("A family", "Another family")
    code, screen = at_terminal(project, "plan")
    assert code == 0
    assert screen.count("\x1b[33mupdate\x1b[0m") == 3
    assert screen.count("-# A family") == 1
    assert screen.count("+# Another family") == 1
    assert "and the same in 2 more: lab/small-one, lab/small-two" in screen


def test_colour_is_for_terminals_and_those_who_ask(project: Project) -> None:
    project.run("push", "--offline")
    project.replace("A family", "Another family")
    assert "\x1b[" not in project.run("plan").out
    assert "\x1b[" in project.run("plan", "--color", "always").out
    code, screen = at_terminal(project, "plan", "--color", "never")
    assert (code, "\x1b[33m" in screen) == (0, False)
