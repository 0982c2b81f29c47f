"""How many combinations of faults and writes the fault suite runs, by the row of the facts; and why it leaves some out.

Usage: python benchmarks/combinations.py [--left-out]
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "tests"))

import conftest  # noqa: F401 (the client reads its environment once)
import fault_table
import faults


def main() -> None:
    """Print the table."""
    every = list(fault_table.combinations())
    run = Counter(each.row for each in every if not each.left_out)
    writes = len({each.write for each in every})
    for row, words in faults.ROWS.items():
        print(f"{run[row]:5}  {words}{'' if row in run else ': ' + fault_table.ELSEWHERE[row]}")
    print(f"{run.total():5}  in all, at {writes} kinds of write")
    left_out = Counter(each.left_out for each in every if each.left_out)
    print(f"{left_out.total():5}  left out, for {len(left_out)} reasons")
    if "--left-out" in sys.argv:
        for reason, times in left_out.most_common():
            print(f"{times:7}  {reason}")


if __name__ == "__main__":
    main()
