"""Edge: the web, through requests. One request at a time; who asks what, and what it means, is decided elsewhere.

What is not done here, on purpose. No proxy of the environment is used: behind one, nobody could tell which address is
really connected to. No credentials are sent: no `.netrc`, no cookies, nothing that stands in a URL. No redirect is
followed, and nothing is decompressed.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.util.ssl_ import create_urllib3_context

from cardgen import __version__
from cardgen.asking import Asking, Limits
from cardgen.links.addresses import is_public
from cardgen.links.port import Answer, Ask, Cause, Failure
from cardgen.links.urls import to_ask

USER_AGENT = f"cardgen/{__version__} (checks the links of model and dataset cards)"
MAX_BODY = 1_000_000
"""How much of a body is read, in bytes; the rest proves nothing more."""

CHUNK = 16_384
KEPT_OPEN = 16

_HEADERS = {"User-Agent": USER_AGENT, "Accept": "text/html,*/*;q=0.8", "Accept-Encoding": "gzip, deflate"}
# OpenSSL's reasons (x509_vfy.h) that prove a host is not the one it should be, or not any more: expired, self-signed,
# another host's name, another address. An unknown issuer proves nothing: this machine may lack its certificate.
_DISPROVING = frozenset({10, 18, 62, 64})

_OWNERS = threading.Lock()
_IN_THREAD = threading.local()
Allow = Callable[[str, str], bool]
"""Whether a host (`host:port`) may be connected to at an address."""


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
    instead of the ones that come with requests.
    """
    own = _netloc(endpoint)

    def allow(netloc: str, address: str) -> bool:
        return allow_private or netloc == own or is_public(address)

    return Asking(lambda: _Client(allow, ca_bundle), limits or Limits())


def _netloc(url: str) -> str:
    """Host and port as `host:port`."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


class _FailedError(Exception):
    """Carries a failure out through urllib3, which wraps the errors that it knows, but not this one."""

    def __init__(self, cause: Cause, detail: str = "") -> None:
        super().__init__(cause, detail)
        self.failure = Failure(cause, detail)


class _Client:
    """Keeps connections open to each host for as long as it is asked."""

    def __init__(self, allow: Allow, ca_bundle: str | None) -> None:
        self._pools = _pools(allow)
        self._context = create_urllib3_context()
        self._context.load_verify_locations(ca_bundle or DEFAULT_CA_BUNDLE_PATH)
        self._adapters: dict[str, _Adapter] = {}

    def request(self, ask: Ask, seconds: float) -> _Request:
        host = urlsplit(ask.url).netloc.lower()
        if host not in self._adapters:
            self._adapters[host] = _Adapter(self._pools, self._context)
        return _Request(ask, seconds, self._adapters[host])

    def forget(self, host: str) -> None:
        if adapter := self._adapters.pop(host, None):
            adapter.close()

    def close(self) -> None:
        for host in list(self._adapters):
            self.forget(host)


class _Adapter(HTTPAdapter):
    """requests' adapter, on connections that look where they go, and with one TLS context for all hosts."""

    def __init__(self, pools: Mapping[str, type[HTTPConnectionPool]], context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(pool_maxsize=KEPT_OPEN)
        self.poolmanager.pool_classes_by_scheme = dict(pools)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, ssl_context=self._context, **kwargs)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Nothing is left to set: the context holds the certificates, read once and not for each connection."""


class _Request:
    """One request on its way."""

    def __init__(self, ask: Ask, seconds: float, adapter: _Adapter) -> None:
        self._ask = ask
        self._adapter = adapter
        self._deadline = time.monotonic() + seconds
        self._connection: _Connection | None = None
        self._is_cut = False

    def make(self) -> Answer | Failure:
        _IN_THREAD.request = self
        prepared = requests.PreparedRequest()
        try:
            prepared.prepare(self._ask.method, to_ask(self._ask.url), headers=_HEADERS | dict(self._ask.headers))
        except (requests.RequestException, ValueError):
            return Failure("url")
        try:
            return self._answer(prepared)
        except _FailedError as error:
            return error.failure
        except (requests.Timeout, ReadTimeoutError, TimeoutError):
            return Failure("timeout")
        except (requests.RequestException, HTTPError, HTTPException, OSError, ValueError):
            return Failure("cut")

    def _answer(self, prepared: requests.PreparedRequest) -> Answer:
        left = self.seconds_left()
        response = self._adapter.send(prepared, stream=True, timeout=left, verify=True)
        with contextlib.closing(response):
            self._read(response)
            return Answer(response.status_code, _headers(response))

    def _read(self, response: requests.Response) -> None:
        """Read the body, up to the limits: an answer that breaks off is none."""
        size = 0
        for chunk in response.raw.stream(CHUNK, decode_content=False):
            size += len(chunk)
            if size >= MAX_BODY:
                break

    def seconds_left(self) -> float:
        """The time until the deadline; raises if it is over, or if the request was cut."""
        left = self._deadline - time.monotonic()
        if left <= 0 or self._is_cut:
            raise _FailedError("timeout")
        return left

    def goes_through(self, connection: _Connection) -> None:
        """The connection carries this request from now on, and no other; raises if its time is over."""
        with _OWNERS:
            self.seconds_left()
            self._connection = connection
            connection.carries = self

    def cut(self) -> None:
        """Shut the connection down, whatever its thread is waiting for: a time limit of a socket is for one read
        only, so that a server which drips could hold a thread for ever."""
        with _OWNERS:
            self._is_cut = True
            connection = self._connection
            if connection is None or connection.carries is not self:
                return
            for sock in (connection.opened, connection.sock):
                if sock is not None:
                    with contextlib.suppress(OSError):
                        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _headers(response: requests.Response) -> dict[str, str]:
    """The headers as text: servers send UTF-8 in them, which http.client takes for Latin-1."""
    return {name.lower(): _as_utf8(value) for name, value in response.headers.items()}


def _as_utf8(text: str) -> str:
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


class _Connection(HTTPConnection):
    """A connection that asks about each address that it is to connect to.

    It asks then, and not when the URL is read, because a name may lead elsewhere the next time it is looked up.
    """

    allow: Allow
    carries: _Request
    opened: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        self.opened = _connect(self._dns_host, self.port, type(self).allow, self.carries)
        try:
            self.carries.seconds_left()
        except _FailedError:
            self.opened.close()
            raise
        return self.opened

    def request(self, *args: Any, **kwargs: Any) -> None:
        _IN_THREAD.request.goes_through(self)
        super().request(*args, **kwargs)


class _TlsConnection(_Connection, HTTPSConnection):
    def connect(self) -> None:
        _IN_THREAD.request.goes_through(self)
        with _tls_failures():
            super().connect()


def _pools(allow: Allow) -> dict[str, type[HTTPConnectionPool]]:
    """urllib3's pools, on connections that ask `allow`."""
    plain = type("_Connection", (_Connection,), {"allow": staticmethod(allow)})
    tls = type("_TlsConnection", (_TlsConnection,), {"allow": staticmethod(allow)})
    return {
        "http": type("_Pool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("_TlsPool", (HTTPSConnectionPool,), {"ConnectionCls": tls}),
    }


def _connect(host: str, port: int, allow: Allow, request: _Request) -> socket.socket:
    """A connection to the first allowed address of the host that takes one, within the request's time."""
    addresses = [each for each in _look_up(host, port) if allow(f"{host}:{port}", str(each[4][0]))]
    if not addresses:
        raise _FailedError("private")
    problem = ""
    for number, (family, kind, protocol, _, address) in enumerate(addresses):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(request.seconds_left() / (len(addresses) - number))
            sock.connect(address)
            sock.settimeout(request.seconds_left())
        except OSError as error:
            sock.close()
            problem = error.strerror or ""
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise _FailedError("connection" if problem else "timeout", problem)


def _look_up(host: str, port: int) -> list[Any]:
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        missing = error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
        raise _FailedError("name" if missing else "no-name", host) from None
    except UnicodeError:
        raise _FailedError("url", host) from None


@contextlib.contextmanager
def _tls_failures() -> Iterator[None]:
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        cause: Cause = "certificate" if error.verify_code in _DISPROVING else "tls"
        raise _FailedError(cause, error.verify_message) from None
    except TimeoutError:
        raise _FailedError("timeout") from None
    except ssl.SSLError as error:
        raise _FailedError("tls", error.reason or "") from None
    except OSError as error:
        raise _FailedError("connection", error.strerror or "") from None
