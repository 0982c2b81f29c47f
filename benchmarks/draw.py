"""Draws curves with matplotlib: `draw.py FILE.svg`, run in the peers' environment; the curves come as JSON on stdin.

The same figures make the same file: no date in it, and no random names.
"""

from __future__ import annotations

import json
import sys

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams |= {"svg.hashsalt": "cardgen", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 10}

from matplotlib import pyplot as plt  # noqa: E402 - the settings come first


def main() -> None:
    """One plot with logarithmic axes, so that a straight line at 45 degrees is what grows as its input does."""
    found = json.load(sys.stdin)
    figure, axes = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
    for name, points in found["curves"].items():
        axes.loglog([int(size) for size in points], list(points.values()), marker="o", label=name)
    axes.set(xlabel=found["axis"], ylabel="seconds")
    axes.grid(visible=True, which="major", alpha=0.4)
    axes.legend()
    figure.savefig(sys.argv[1], metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    main()
