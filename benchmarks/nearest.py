"""What the Hub's vocabulary costs: to import, and to find the word that somebody meant.

    .venv/bin/python benchmarks/nearest.py

Words, some of them near none, are looked up among 8,000 names of languages and 257 libraries, and beside that by
difflib alone, which compares a word with every name. What counts is the ratio of the medians: at most 0.25.
"""

from __future__ import annotations

import difflib
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

from cardgen.vocabulary import languages, libraries

WRITTEN = ("Englsh", "Portugese", "protein", "Brazilian Portuguese", "fake-language", "uyghurr", "Marathy", "x" * 64)
IMPORTS = {
    "the lists": "from cardgen.vocabulary import datasets, fields, languages, libraries, licenses, tasks",
    "8,000 languages": "from cardgen.vocabulary import languages; languages.is_known('en')",
}
RUNS = 9


def main() -> int:
    """Measure, print, and exit 1 if a look-up takes a quarter of what difflib takes."""
    for name, program in IMPORTS.items():
        print(f"{name:<24} {median(started(program) for _ in range(RUNS)):6.1f} ms from a started Python")
    names = [name.lower() for name in languages.codes().values()]
    ours = [milliseconds(languages.nearest, each) for each in WRITTEN]
    plain = [milliseconds(lambda each: difflib.get_close_matches(each, names, n=1), each) for each in WRITTEN]
    few = [milliseconds(libraries.MODELS.nearest, each) for each in WRITTEN]
    ratio = median(ours) / median(plain)
    for name, times in (("among languages", ours), ("by difflib", plain), ("among libraries", few)):
        print(f"{name:<24} {median(times):6.2f} ms, {max(times):.2f} ms at most")
    print(f"ratio {ratio:.3f}")
    return int(ratio > 0.25)


def milliseconds(nearest: Callable[[str], object], written: str) -> float:
    """How long one look-up takes, the first left out: it makes the index."""
    nearest(written)
    return median(_once(nearest, written) for _ in range(RUNS))


def _once(nearest: Callable[[str], object], written: str) -> float:
    start = time.perf_counter()
    nearest(written)
    return (time.perf_counter() - start) * 1000


def started(program: str) -> float:
    """The milliseconds that a program takes inside a process of its own, which has started."""
    timed = f"import time; start = time.perf_counter(); {program}; print(time.perf_counter() - start)"
    return float(subprocess.run([sys.executable, "-c", timed], capture_output=True, check=True).stdout) * 1000


if __name__ == "__main__":
    sys.exit(main())
