"""Edge: the web. Makes the requests that are asked for; who asks what, and what it means, is decided elsewhere.

No credentials are sent: no `.netrc`, no cookies, nothing that stands in a URL.
"""

from __future__ import annotations

import os
import re
import ssl
from collections import defaultdict
from dataclasses import replace
from functools import cached_property
from urllib.parse import quote, urlsplit

import certifi
import h11
import idna

from cardgen import __version__
from cardgen.asking import Asking, Limits
from cardgen.connecting import Allow, Connection, FailedError, Origin, connect
from cardgen.errors import InputError
from cardgen.links.addresses import is_public
from cardgen.links.port import Answer, Ask, Failure
from cardgen.links.urls import to_ask
from cardgen.names import Names

USER_AGENT = f"cardgen/{__version__} (checks the links of model and dataset cards)"

_BUNDLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_HEADERS = {"User-Agent": USER_AGENT, "Accept": "text/html,*/*;q=0.8", "Accept-Encoding": "gzip, deflate"}
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.)*[a-z0-9_](?:[a-z0-9_-]{0,62})\.?")
_SAFE = "!#$%&'()*+,/:;=?@[]~"


def open_web(
    *,
    allow_private: bool = False,
    endpoint: str = "",
    limits: Limits | None = None,
    ca_bundle: str | None = None,
) -> Asking:
    """The web, to ask about links.

    Only addresses of the public internet are connected to, unless `allow_private`; and those of the hub at
    `endpoint`, since that is the user's own choice and no card's. `ca_bundle` is a file of certificates to trust
    instead of Mozilla's; without it, what the environment names for OpenSSL, requests or curl.
    """
    own = _origin(endpoint).netloc if endpoint else ""

    def allow(netloc: str, address: str) -> bool:
        return allow_private or netloc == own or is_public(address)

    fitting = _fitting(limits or Limits())
    return Asking(lambda: _Client(allow, ca_bundle, fitting.at_once), fitting)


class _Client:
    """Keeps connections open to each host for as long as it is asked."""

    def __init__(self, allow: Allow, ca_bundle: str | None, most_idle: int) -> None:
        self._allow = allow
        self._most_idle = most_idle
        self._names = Names()
        self._ca_bundle = ca_bundle
        self._idle: defaultdict[str, list[tuple[Origin, Connection]]] = defaultdict(list)
        self._kept = 0

    async def make(self, ask: Ask, seconds: float) -> Answer | Failure:
        try:
            origin, request = _prepared(ask)
        except (ValueError, h11.LocalProtocolError):
            return Failure("url")
        host = urlsplit(ask.url).netloc.lower()
        try:
            return await self._send(host, origin, request, seconds)
        except FailedError as error:
            return error.failure

    def forget(self, host: str) -> None:
        for _, connection in self._idle.pop(host, ()):
            self._kept -= 1
            connection.close()

    def close(self) -> None:
        for host in list(self._idle):
            self.forget(host)

    async def _send(self, host: str, origin: Origin, request: h11.Request, seconds: float) -> Answer:
        if connection := self._kept_open(host, origin):
            try:
                return await self._ask(host, origin, connection, request)
            except FailedError:
                pass  # a server may close a connection just when it is to be used again: that says nothing
        connection = await self._connect(origin, seconds)
        return await self._ask(host, origin, connection, request)

    async def _ask(self, host: str, origin: Origin, connection: Connection, request: h11.Request) -> Answer:
        answer = await connection.send(request)
        if connection.is_open and self._kept < self._most_idle:
            self._idle[host].append((origin, connection))
            self._kept += 1
        else:
            connection.close()
        return answer

    def _kept_open(self, host: str, origin: Origin) -> Connection | None:
        kept = self._idle[host]
        for number, (whose, _) in enumerate(kept):
            if whose == origin:
                self._kept -= 1
                _, connection = kept.pop(number)
                return connection if connection.is_open else self._kept_open(host, origin)
        return None

    async def _connect(self, origin: Origin, seconds: float) -> Connection:
        found = await self._names.find(origin.host, origin.port)
        if isinstance(found, Failure):
            raise FailedError(found.cause, found.detail)
        return await connect(origin, found, self._allow, self._context if origin.is_tls else None, seconds)

    @cached_property
    def _context(self) -> ssl.SSLContext:
        """One for all connections, made when the first of them needs it: the certificates take a while to read."""
        named = (os.environ.get(name) for name in _BUNDLES)
        bundle = self._ca_bundle or next(filter(None, named), None)
        folder = os.environ.get("SSL_CERT_DIR") or None
        try:
            return ssl.create_default_context(cafile=bundle or (None if folder else certifi.where()), capath=folder)
        except OSError as error:
            hint = f"{' and '.join(_BUNDLES)} name a file of certificates, in PEM's form"
            raise InputError(f"{bundle}: no certificates to read there: {error}", hint) from None


def _prepared(ask: Ask) -> tuple[Origin, h11.Request]:
    """Whom to connect to, and what to send. Raises `ValueError` or h11's error if the URL is none."""
    parts = urlsplit(to_ask(ask.url))
    origin = _origin(ask.url)
    host = f"[{origin.host}]" if ":" in origin.host else origin.host
    target = quote(parts.path or "/", safe=_SAFE) + (f"?{quote(parts.query, safe=_SAFE)}" if parts.query else "")
    lines = {"Host": f"{host}:{parts.port}" if parts.port else host, **_HEADERS, **ask.headers}
    return origin, h11.Request(method=ask.method, target=target, headers=list(lines.items()))


def _origin(url: str) -> Origin:
    """Whom a URL leads to. Raises `ValueError` if its host is none."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not host.isascii():
        host = idna.encode(host, uts46=True).decode("ascii")
    if ":" not in host and not _HOST.fullmatch(host):
        raise ValueError(host)
    return Origin(host, parts.port or (443 if parts.scheme == "https" else 80), parts.scheme == "https")


def _fitting(limits: Limits) -> Limits:
    """Limits that this process can keep to: each request needs a file descriptor, and so does a connection that is
    kept open for the next one, of which there are as many at most."""
    return replace(limits, at_once=max(50, min(limits.at_once, (_descriptors() - 100) // 2)))


def _descriptors() -> int:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return 10_000
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
