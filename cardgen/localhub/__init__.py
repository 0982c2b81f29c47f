"""A stand-in for the Hugging Face Hub on this machine: for rehearsals, for the preview, for tests.

It speaks what a publisher of cards needs of the Hub's wire contract, keeps every repo as a real bare git
repository, and listens on the loopback interface alone. It is a server of its own: what it decides, it decides
without the code that publishes, so that a mistake in one does not hide in the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cardgen.errors import InputError
from cardgen.localhub.faults import Answer, Delay, Drop, Fault, Faults, Run, Silence, SlowBody, WithoutHeaders
from cardgen.localhub.handle import LocalHub
from cardgen.localhub.limits import Limits, Plan
from cardgen.localhub.tls import Tls
from cardgen.localhub.wire_log import WireCall

__all__ = [
    "Answer",
    "Delay",
    "Drop",
    "Fault",
    "Faults",
    "Limits",
    "LocalHub",
    "Plan",
    "Run",
    "Silence",
    "SlowBody",
    "Tls",
    "WireCall",
    "WithoutHeaders",
    "start",
]


@contextmanager
def start(root: Path, port: int = 0, *, tls: Tls | None = None) -> Iterator[LocalHub]:
    """Serve the repos under `root` on 127.0.0.1 from a thread, until the context is left.

    `port` 0 takes a free one. A root that was served before goes on where it stopped, with the same token. With
    `tls` the endpoint is an https one.

    Raises:
        InputError: the port or the certificate cannot be used, or the `hub` extra is not installed.
        DiskError: `root` cannot be written.
    """
    try:
        from cardgen.localhub.server import serve
    except ModuleNotFoundError as error:
        raise InputError(
            f"the local hub needs {error.name}, which is not installed", "pip install 'cardgen[hub]'"
        ) from error
    with serve(root, port, tls) as hub:
        yield hub
