"""The command line in a process of its own, which may be killed while the hub has one of its requests."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Literal

from huggingface_hub import constants

from cardgen.__main__ import run as run_here
from cardgen.localhub import Drop, LocalHub, Run
from forks import PROCESSES
from project import Project, Result

When = Literal["before", "after"]


def run(project: Project, *arguments: str) -> Result:
    """`cardgen …` to its end, as `Project.run`."""
    process = start(project, *arguments)
    process.join(120)
    assert process.exitcode is not None
    out, err = (_stream(project.folder, name).read_text("utf-8") for name in ("out", "err"))
    assert "Traceback" not in err, err
    return Result(process.exitcode, out, err)


def kill(project: Project, hub: LocalHub, request: tuple[str, str], when: When, *arguments: str) -> None:
    """`cardgen …`, killed when its first request of a kind is at the hub.

    `before`: it is never carried out; `after`: it was, and nobody heard of it.
    """
    arrived, killed = threading.Event(), threading.Event()

    def hold() -> None:
        arrived.set()
        killed.wait(60)

    held = hub.faults.add(*request, Run(hold, when), nth=1)
    if when == "before":
        hub.faults.add(*request, Drop(), nth=1)
    process = start(project, *arguments)
    while not arrived.wait(0.1):
        assert process.is_alive(), f"no such request was made: {_stream(project.folder, 'err').read_text('utf-8')}"
    process.kill()
    process.join(60)
    killed.set()
    assert held.fired == 1


def start(project: Project, *arguments: str) -> BaseProcess:
    """`cardgen …` in the project's folder; what it prints goes into files beside that."""
    process = PROCESSES.Process(target=_run, args=(project.folder, project.environment, arguments), daemon=True)
    process.start()
    return process


def _stream(folder: Path, name: str) -> Path:
    return folder.with_name(f"{folder.name}.{name}")


def _run(folder: Path, environment: Mapping[str, str], arguments: tuple[str, ...]) -> None:
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(_stream(folder, name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    os.chdir(folder)
    os.environ.update(environment)
    # The client read where the Hub is when it was imported: before the fork.
    template = constants.HUGGINGFACE_CO_URL_TEMPLATE.removeprefix(constants.ENDPOINT)
    constants.ENDPOINT = environment["HF_ENDPOINT"]
    constants.HUGGINGFACE_CO_URL_TEMPLATE = constants.ENDPOINT + template
    sys.argv = ["cardgen", *arguments]
    sys.exit(run_here())
