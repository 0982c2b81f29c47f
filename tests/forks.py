"""Processes that can be killed, forked from one that has read the modules already: they start at once."""

from __future__ import annotations

import multiprocessing
from multiprocessing.context import ForkServerContext
from typing import Final

PROCESSES: Final[ForkServerContext] = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["cardgen.localhub.server", "cardgen.cli.push"])
