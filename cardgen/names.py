"""Edge: host names become addresses.

Each look-up has a daemon thread of its own: nothing can wake one from a name server that does not answer, and the
interpreter waits for the threads of pools.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass

from cardgen.links.port import Failure


@dataclass(frozen=True, slots=True)
class Address:
    """Where to connect to, as `socket.socket` and `connect` want it."""

    family: int
    protocol: int
    place: tuple[str | int | bytes, ...]

    @property
    def number(self) -> str:
        """The address itself, without port, as text."""
        return str(self.place[0])


Found = tuple[Address, ...] | Failure


class Names:
    """Looks hosts up. Whoever asks for a host that is being looked up shares the answer; a host without one is not
    looked up again."""

    def __init__(self) -> None:
        self._under_way: dict[tuple[str, int], asyncio.Future[Found]] = {}
        self._failed: dict[tuple[str, int], Failure] = {}

    async def find(self, host: str, port: int) -> Found:
        """The addresses of a host, given as a name in ASCII or as a number of any form."""
        key = (host, port)
        if key in self._failed:
            return self._failed[key]
        if key not in self._under_way:
            self._start(key)
        return await asyncio.shield(self._under_way[key])

    def _start(self, key: tuple[str, int]) -> None:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Found] = loop.create_future()
        self._under_way[key] = future

        def settle(found: Found) -> None:
            del self._under_way[key]
            if isinstance(found, Failure):
                self._failed[key] = found
            if not future.done():
                future.set_result(found)

        def run() -> None:
            found = _look_up(*key)
            with suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
                loop.call_soon_threadsafe(settle, found)

        threading.Thread(target=run, daemon=True).start()


def _look_up(host: str, port: int) -> Found:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        missing = error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
        return Failure("name" if missing else "no-name", host)
    except (UnicodeError, OSError):
        return Failure("url", host)
    return tuple(Address(family, protocol, place) for family, _, protocol, _, place in found)
