"""Commands run in turn, and what they took: so that whatever else the machine does meets all alike."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Command:
    """A command in a folder. `fresh` is what it makes: it is not there before.

    If it `tells` its seconds on stdout, those count, and not those of the whole process.
    """

    words: Sequence[str]
    folder: Path
    fresh: Path | None = None
    tells: bool = False


@dataclass(frozen=True)
class Sample:
    """One run: seconds of the processor, seconds that went by, and the most memory that it took, in megabytes."""

    seconds: float
    elapsed: float
    megabytes: float


Samples = Mapping[str, Sequence[Sample]]


def measure(commands: Mapping[str, Command], runs: int) -> Samples:
    """So many samples of every command, after one of each that does not count."""
    found: dict[str, list[Sample]] = {name: [] for name in commands}
    for _ in range(runs + 1):
        for name, command in commands.items():
            found[name].append(run(command))
    return {name: samples[1:] for name, samples in found.items()}


def run(command: Command) -> Sample:
    """Run a command once. Raises CalledProcessError if it fails."""
    if command.fresh:
        shutil.rmtree(command.fresh, ignore_errors=True)
    start = time.perf_counter()
    with subprocess.Popen(command.words, cwd=command.folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        elapsed = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command.words)
    return Sample(float(said) if command.tells else used.ru_utime + used.ru_stime, elapsed, used.ru_maxrss / 1024)


def seconds(samples: Sequence[Sample]) -> float:
    """The median."""
    return median(sample.seconds for sample in samples)


def megabytes(samples: Sequence[Sample]) -> float:
    """The most."""
    return max(sample.megabytes for sample in samples)
