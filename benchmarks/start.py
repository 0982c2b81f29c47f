"""How long `cardgen build` takes from nothing, against importing huggingface_hub's ModelCard.

    .venv/bin/python benchmarks/start.py [RUNS]

Both are whole processes, in turn, so that whatever else the machine does meets both alike. Every build writes into
a folder that does not exist yet. What counts is the ratio of the medians: at most 1.0.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
PROGRAM = Path(sys.executable).parent / "cardgen"
IMPORT = [sys.executable, "-c", "from huggingface_hub import ModelCard"]
LEAST_RUNS = 9


def main() -> int:
    """Measure, print, and exit 1 if building takes longer than the import."""
    runs = max(LEAST_RUNS, int(sys.argv[1]) if len(sys.argv) > 1 else 15)
    builds, imports = measure(runs)
    ratio = median(builds) / median(imports)
    for name, times in (("cardgen build", builds), ("import ModelCard", imports)):
        print(f"{name:<16}  median {median(times):.3f} s  fastest {min(times):.3f} s  slowest {max(times):.3f} s")
    print(f"ratio {ratio:.2f} over {runs} runs each")
    return int(ratio > 1)


def measure(runs: int) -> tuple[list[float], list[float]]:
    """The seconds of each build and of each import, after one of each that does not count."""
    builds, imports = [], []
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "build"
        build = [str(PROGRAM), "build", "-q", "--output", str(output), str(ROOT / "collections/codeio.yaml")]
        for _ in range(runs + 1):
            shutil.rmtree(output, ignore_errors=True)
            builds.append(seconds(build))
            imports.append(seconds(IMPORT))
    return builds[1:], imports[1:]


def seconds(command: list[str]) -> float:
    """How long a command takes, from its start to its end."""
    start = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
