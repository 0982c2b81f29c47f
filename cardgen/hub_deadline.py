"""Sockets that keep a deadline for a whole request: the client's own timeouts begin anew with every byte."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable
from typing import Any

import httpcore2
import httpx2


class Deadline(threading.local):
    """When the request of this thread has to be done; none before `begin`."""

    ends = float("inf")

    def begin(self, seconds: float) -> None:
        """The request that begins now may take so long."""
        self.ends = time.monotonic() + seconds

    def left(self, timeout: float | None) -> float:
        """The seconds that one step may take: `timeout`, or what is left. Raises ReadTimeout when nothing is left."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("the answer takes too long")
        return left if timeout is None else min(timeout, left)


def hold(client: httpx2.Client, deadline: Deadline) -> None:
    """Let every connection of a client, through a proxy or not, keep the deadline.

    httpx2 does not pass httpcore2's network backend through, so that it is set where it would have been passed.
    """
    transports: list[Any] = [client._transport, *client._mounts.values()]
    for transport in transports:
        if transport is not None:
            transport._pool._network_backend = _Backend(transport._pool._network_backend, deadline)


class _Backend(httpcore2.NetworkBackend):
    """Opens connections that keep the deadline."""

    def __init__(self, inner: httpcore2.NetworkBackend, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        left = self._deadline.left(timeout)
        return _Stream(self._inner.connect_tcp(host, port, left, local_address, socket_options), self._deadline)


class _Stream(httpcore2.NetworkStream):
    """A connection that keeps the deadline."""

    def __init__(self, inner: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return _Stream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
