"""A local hub in a process of its own, which is killed while it has a request."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Literal

from cardgen import localhub
from cardgen.localhub import Run
from forks import PROCESSES

When = Literal["before", "after"]


@dataclass(frozen=True)
class Doomed:
    """Where it is, and its process."""

    endpoint: str
    token: str
    process: BaseProcess

    @property
    def port(self) -> int:
        return int(self.endpoint.rpartition(":")[2])

    def is_killed(self) -> bool:
        self.process.join(60)
        return self.process.exitcode == -signal.SIGKILL


@contextmanager
def serving(root: Path, method: str, path: str, when: When) -> Iterator[Doomed]:
    """Serve until the first request of a kind: it ends before that is carried out, or after, and never answers."""
    ours, its = PROCESSES.Pipe()
    process = PROCESSES.Process(target=_serve, args=(root, method, path, when, its), daemon=True)
    process.start()
    its.close()
    try:
        endpoint, token = ours.recv()
        yield Doomed(endpoint, token, process)
    finally:
        process.kill()
        process.join(60)
        ours.close()


def _serve(root: Path, method: str, path: str, when: When, pipe: Connection) -> None:
    with localhub.start(root) as running:
        running.faults.add(method, path, Run(lambda: os.kill(os.getpid(), signal.SIGKILL), when), nth=1)
        pipe.send((running.endpoint, running.token))
        pipe.poll(600)
