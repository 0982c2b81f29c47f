"""`python -m cardgen`, and where the `cardgen` script begins."""

from __future__ import annotations

import gc
import sys


def run() -> int:
    """The command line; Ctrl-C while its modules are still being read ends like Ctrl-C later."""
    try:
        from cardgen.cli import main

        return main()
    except KeyboardInterrupt:
        return 130
    finally:
        gc.freeze()  # Python's own end need not look for what could be freed: it is a tenth of a small build


if __name__ == "__main__":
    sys.exit(run())
