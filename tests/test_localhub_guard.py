"""The local hub answers to this machine: no name that was pointed at it, no page of others, no other address."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest

from cardgen.localhub import LocalHub
from hub_client import bearer, raw

OTHER_HOSTS = (
    *("evil.example", "evil.example:{port}", "127.0.0.1.nip.io", "127.0.0.1.nip.io:{port}", "localhost.evil.example"),
    *("evil.example@127.0.0.1", "127.0.0.1@evil.example", "127.0.0.1:{port}@evil.example", "127.0.0.1 evil.example"),
    *("0.0.0.0", "0.0.0.0:{port}", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.2", "192.168.0.1"),
    *(
        "[::]",
        "[::2]",
        "[::ffff:127.0.0.1]",
        "[fe80::1]",
        "[::1",
        "::1",
        "[::1].evil.example",
        "[0:0:0:0:0:0:0:1%25lo]",
    ),
    *(
        "localhost.",
        "localhost:",
        "localhost:{port}:80",
        "localhost:{port}/",
        "localhost,evil.example",
        "localhost:x",
        "*",
    ),
)
OTHER_ORIGINS = (
    *("null", "", "http://evil.example", "http://evil.example:{port}", "http://127.0.0.1.nip.io:{port}", "file://"),
    *("http://127.0.0.1:1", "http://127.0.0.1", "http://localhost:{port}", "http://[::1]:{port}", "127.0.0.1:{port}"),
    *(
        "http://127.0.0.1:{port}@evil.example",
        "http://evil.example@127.0.0.1:{port}",
        "http://127.0.0.1:{port}.evil.example",
    ),
    "http://127.0.0.1:{port} http://evil.example",
)


def filled(hub: LocalHub, form: str) -> str:
    return form.format(port=urlsplit(hub.endpoint).port)


@pytest.mark.parametrize("form", OTHER_HOSTS)
@pytest.mark.parametrize("path", ["/", "/api/whoami-v2"])
def test_other_names_are_refused(shared_hub: LocalHub, form: str, path: str) -> None:
    status, _, body = raw(shared_hub, "GET", path, {"host": filled(shared_hub, form), **bearer(shared_hub)})
    assert status in {400, 403}
    assert b"local" not in body


@pytest.mark.parametrize(
    "form", ["127.0.0.1", "127.0.0.1:{port}", "localhost", "LOCALHOST:{port}", "[::1]", "[::1]:{port}"]
)
def test_names_of_this_machine_are_taken(shared_hub: LocalHub, form: str) -> None:
    headers = {"host": filled(shared_hub, form), **bearer(shared_hub)}
    assert raw(shared_hub, "GET", "/api/whoami-v2", headers)[0] == 200


@pytest.mark.parametrize("form", OTHER_ORIGINS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_pages_of_others_are_refused(shared_hub: LocalHub, form: str, method: str) -> None:
    headers = {"origin": filled(shared_hub, form), **bearer(shared_hub)}
    path = "/api/whoami-v2" if method == "GET" else "/api/repos/create"
    status, answered, _ = raw(shared_hub, method, path, headers, b'{"name": "stolen", "organization": "lab"}')
    assert status == 403
    assert "access-control-allow-origin" not in answered
    assert not (shared_hub.root / "models" / "lab" / "stolen.git").exists()


def test_a_request_without_a_host_or_with_two_is_refused(shared_hub: LocalHub) -> None:
    own = urlsplit(shared_hub.endpoint).netloc
    for hosts in ("", f"host: {own}\r\nhost: evil.example\r\n", f"host: evil.example\r\nhost: {own}\r\n"):
        with socket.create_connection(("127.0.0.1", urlsplit(shared_hub.endpoint).port or 0), timeout=30) as connection:
            connection.sendall(f"GET / HTTP/1.1\r\n{hosts}connection: close\r\n\r\n".encode())
            answer = connection.makefile("rb").read()
        assert answer.split()[1] in {b"400", b"403"}
