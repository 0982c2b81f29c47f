"""Serves a folder of repos: opens what is kept there, and puts the application over it."""

from __future__ import annotations

import asyncio
import sqlite3
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cardgen import serving
from cardgen.errors import DiskError, InputError
from cardgen.localhub import app, lifecycle
from cardgen.localhub.faults import Faults
from cardgen.localhub.handle import LocalHub
from cardgen.localhub.limits import Meter
from cardgen.localhub.storage import Storage, open_storage
from cardgen.localhub.tls import Tls
from cardgen.localhub.wire_log import new_log


@contextmanager
def serve(root: Path, port: int = 0, tls: Tls | None = None) -> Iterator[LocalHub]:
    """Serve `root` until the context is left. See `cardgen.localhub.start`."""
    _check(tls)
    with serving.listening(port) as listener, _opened(root) as storage:
        faults, log, meter, ending = Faults(), new_log(), Meter(), asyncio.Event()
        application = app.build(storage, faults, log, meter, ending)
        token = storage.state.local_token()
        files = (tls.certificate, tls.key) if tls else (None, None)
        with serving.running(application, listener, ending, *files) as endpoint:
            yield LocalHub(endpoint, token, root, faults, log, storage.state, storage.modes, meter, storage.collections)


def _check(tls: Tls | None) -> None:
    try:
        if tls:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tls.certificate, tls.key)
    except OSError as error:
        raise InputError(
            f"{tls.certificate if tls else ''}: no certificate with this key: {error}", "both are PEM files"
        ) from error


@contextmanager
def _opened(root: Path) -> Iterator[Storage]:
    with ExitStack() as opened:
        try:
            root.mkdir(parents=True, exist_ok=True)
            storage = opened.enter_context(open_storage(root))
            lifecycle.recover(storage)
        except (OSError, sqlite3.Error) as error:
            reason = getattr(error, "strerror", None) or error
            raise DiskError(
                f"{root}: the hub cannot keep its repos here: {reason}", "--root names another folder"
            ) from error
        yield storage
