"""`python -m cardgen`, and where the `cardgen` script begins."""

from __future__ import annotations

import sys


def run() -> int:
    """The command line; Ctrl-C while its modules are still being read ends like Ctrl-C later."""
    try:
        from cardgen.cli import main

        return main()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(run())
