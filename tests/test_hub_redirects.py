"""The token goes to its endpoint alone: across no redirect to another scheme, host or port, with TLS and without."""

from __future__ import annotations

import contextlib
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

from cardgen import hub, localhub
from cardgen.committing import Commit
from cardgen.errors import HubError
from cardgen.hub_pull_requests import HubPullRequests
from cardgen.localhub import Answer, LocalHub, Tls
from clocks import QuickClock


@dataclass(frozen=True)
class Elsewhere:
    """Another server of this machine: where it is, and all that it was asked, headers and bodies too."""

    port: int
    asked: list[str]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@contextlib.contextmanager
def serving(context: ssl.SSLContext | None) -> Iterator[Elsewhere]:
    asked: list[str] = []

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            asked.append(f"{self.requestline}\n{self.headers}\n{body!r}")
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_GET  # noqa: N815 (the name that http.server looks for)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Noting)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    yield Elsewhere(server.server_port, asked)
    server.shutdown()
    thread.join(60)
    server.server_close()


@pytest.fixture(scope="module")
def elsewhere(authority: trustme.CA) -> Iterator[dict[str, Elsewhere]]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    with serving(None) as plain, serving(context) as secure:
        yield {"http": plain, "https": secure}


@pytest.fixture(scope="module")
def hubs(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, LocalHub]]:
    folder = tmp_path_factory.mktemp("hubs")
    certificate = authority.issue_cert("127.0.0.1", "localhost")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    for part in certificate.cert_chain_pems:
        part.write_to_path(folder / "certificate.pem", append=True)
    tls = Tls(folder / "certificate.pem", folder / "key.pem")
    with localhub.start(folder / "plain") as plain, localhub.start(folder / "secure", tls=tls) as secure:
        yield {"http": plain, "https": secure}


REPO = ("model", "lab/one")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("target", ["http", "https"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_token_crosses_no_redirect(
    hubs: dict[str, LocalHub],
    elsewhere: dict[str, Elsewhere],
    authority: trustme.CA,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
    target: str,
    host: str,
    status: int,
) -> None:
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    local, other = hubs[scheme], elsewhere[target]
    token = local.add_token("write")
    other.asked.clear()
    address = f"{target}://{host}:{other.port}/lab/one"
    for method in ("GET", "POST"):
        local.faults.add(method, ".", Answer(status, "", {"Location": address, "X-Repo-Commit": "0" * 40}))
    try:
        with hub.connect(local.endpoint, token, clock=QuickClock()) as connection:
            commit = Commit(("model", "lab/one"), {"README.md": b"x"}, "0" * 40, "Title")
            pulls = HubPullRequests(connection)
            for request in (
                connection.whoami,
                lambda: connection.read(("model", "lab/one")),
                lambda: connection.history(("model", "lab/one")),
                lambda: connection.create(("model", "lab/one")),
                lambda: connection.commit(commit),
                lambda: pulls.find(("model", "lab/one"), "local"),
                lambda: pulls.close(("model", "lab/one"), 1, "Why"),
            ):
                with contextlib.suppress(HubError):
                    request()
    finally:
        local.faults.clear()
    assert len(other.asked) >= 5, "it was led there"
    assert not [asked for asked in other.asked if token in asked or "authorization" in asked.lower()]
