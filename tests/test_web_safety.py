"""Where the web edge does not go, what it does not send, and whom it trusts."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from cardgen import web
from cardgen.errors import InputError
from cardgen.links.check import check
from cardgen.links.verdict import Verdict
from cardgen.web import open_web
from judging import QUICK, TIMEOUT, judge, look_up_as, to
from web_site import (
    Site,
    answers,
    in_turn,
    ok,
    open_site,
    says,
)

NOT_PUBLIC = "not asked: no address of the public internet"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"],
)
def test_nothing_private_is_asked(site: Site, host: str) -> None:
    url = site.url(host=host)
    assert check([url], open_web())[url] == Verdict("excluded", None, NOT_PUBLIC)
    assert site.connections == 0


@pytest.fixture
def only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The public internet of this test is 127.0.0.1 alone."""
    monkeypatch.setattr(web, "is_public", lambda address: address == "127.0.0.1")


@pytest.mark.usefixtures("only_one")
@pytest.mark.parametrize("host", ["127.0.0.2", "[::1]", "169.254.169.254", "localhost.localdomain", "2130706434"])
def test_nothing_private_is_asked_through_a_redirect(site: Site, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    look_up_as(monkeypatch, {"localhost.localdomain": [["127.0.0.2"]]})
    url, place = site.url("/start"), site.url("/secret", host=host)
    site.plays["/start"] = to(place)
    assert check([url], open_web())[url] == Verdict("excluded", None, f"redirects to {place}: {NOT_PUBLIC}")
    assert site.asked() == [("GET", "/start")]


@pytest.mark.usefixtures("only_one")
def test_a_name_that_leads_elsewhere_the_second_time_is_caught(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up = look_up_as(monkeypatch, {"rebinds.test": [["127.0.0.1"], ["127.0.0.2"]]})
    url = site.url(host="rebinds.test")
    site.plays["/"] = in_turn(says(b""), ok)
    assert check([url], open_web())[url] == Verdict("excluded", None, NOT_PUBLIC)
    assert (looked_up, site.asked()) == (["rebinds.test"] * 2, [("GET", "/")])


@pytest.mark.usefixtures("only_one")
def test_of_a_mixed_host_only_the_public_address_is_connected_to(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    look_up_as(monkeypatch, {"mixed.test": [["127.0.0.2", "127.0.0.1"]]})
    url = site.url(host="mixed.test")
    with closing(socket.create_server(("127.0.0.2", site.port))) as private:
        private.settimeout(0)
        assert check([url], open_web())[url].status == "ok"
        with pytest.raises(BlockingIOError):
            private.accept()


def test_the_users_own_hub_may_be_private(site: Site) -> None:
    with open_site() as other:
        urls = [site.url("/a"), other.url("/a"), site.url("/b", host="localhost")]
        verdicts = check(urls, open_web(endpoint=site.url("")))
        assert other.connections == 0
    assert [verdict.status for verdict in verdicts.values()] == ["ok", "excluded", "excluded"]
    assert site.asked() == [("GET", "/a")]


def test_no_credentials_are_sent(site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    site.plays.update(
        {
            "/a": to(site.url("/b", host="user:s3cret@127.0.0.1"), 301, "Set-Cookie: session=1"),
            "/b": answers(200, "Set-Cookie: session=2"),
        }
    )
    url = site.url("/a", host="user:s3cret@127.0.0.1")
    verdicts = check([url, site.url("/b")], open_web(allow_private=True))
    assert verdicts[url].location == site.url("/b", host="***@127.0.0.1")
    assert "s3cret" not in str(list(verdicts.values()))
    assert all("authorization" not in visit.headers for visit in site.visits)
    assert all("cookie" not in visit.headers for visit in site.visits)


def test_no_proxy_of_the_environment_is_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert judge(site.url()).status == "ok"


def test_the_user_agent_says_who_asks(site: Site) -> None:
    judge(site.url())
    assert re.fullmatch(r"cardgen/\d+\.\d+\.\d+ \(.*links.*\)", site.visits[0].headers["user-agent"])


# --- TLS --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def tls(cert: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    cert.configure_cert(context)
    return context


def test_tls(authority: trustme.CA, bundle: str) -> None:
    with open_site(tls=tls(authority.issue_cert("127.0.0.1"))) as site:
        assert judge(site.url(scheme="https"), ca_bundle=bundle) == Verdict("ok", 200)


@pytest.mark.parametrize(
    ("kind", "status", "message"),
    [
        ("other name", "broken", "browsers refuse its certificate: IP address mismatch"),
        ("expired", "broken", "browsers refuse its certificate: certificate has expired"),
        ("self-signed", "broken", "browsers refuse its certificate: self"),
        ("unknown issuer", "unsure", "no secure connection came about: "),
    ],
)
def test_certificates(authority: trustme.CA, bundle: str, tmp_path: Path, kind: str, status: str, message: str) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    certs = {
        "other name": lambda: tls(authority.issue_cert("other.test")),
        "expired": lambda: tls(authority.issue_cert("127.0.0.1", not_before=yesterday, not_after=yesterday)),
        "self-signed": lambda: self_signed(tmp_path),
        "unknown issuer": lambda: tls(trustme.CA().issue_cert("127.0.0.1")),
    }
    with open_site(tls=certs[kind]()) as site:
        verdict = judge(site.url(scheme="https"), ca_bundle=bundle)
        assert site.visits == []
    assert (verdict.status, verdict.code) == (status, None)
    assert verdict.message.startswith(message)


def self_signed(folder: Path) -> ssl.SSLContext:
    """The authority's own certificate, used as a server's."""
    authority = trustme.CA()
    path = folder / "self.pem"
    path.write_bytes(authority.private_key_pem.bytes() + authority.cert_pem.bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def test_tls_where_there_is_none() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        plain = threading.Thread(target=_refuse_tls, args=(server,))
        plain.start()
        verdict = judge(f"https://127.0.0.1:{server.getsockname()[1]}/")
        plain.join()
    assert (verdict.status, verdict.code) == ("unsure", None)
    assert verdict.message.startswith("no secure connection came about: ")


def _refuse_tls(server: socket.socket) -> None:
    sock, _ = server.accept()
    with sock, suppress(OSError):  # the client may reset
        sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        while sock.recv(4096):
            pass


def test_tls_that_is_cut_off() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        cutting = threading.Thread(target=_cut_off, args=(server,))
        cutting.start()
        verdict = judge(f"https://127.0.0.1:{server.getsockname()[1]}/", QUICK)
        cutting.join()
    assert (verdict.status, verdict.code) == ("unsure", None)


def _cut_off(server: socket.socket) -> None:
    sock, _ = server.accept()
    sock.close()


def test_tls_that_never_comes_about(bundle: str) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        verdict = judge(f"https://127.0.0.1:{server.getsockname()[1]}/", QUICK, ca_bundle=bundle)
    assert verdict == Verdict("unsure", None, TIMEOUT)


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_environment_names_whom_to_trust(
    authority: trustme.CA, bundle: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for each in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(each, raising=False)
    with open_site(tls=tls(authority.issue_cert("127.0.0.1"))) as site:
        assert judge(site.url(scheme="https")).status == "unsure"
        monkeypatch.setenv(name, bundle)
        assert judge(site.url(scheme="https")).status == "ok"


def test_ipv6() -> None:
    with open_site(host="::1") as site:
        url = site.url(host="[::1]")
        assert judge(url) == Verdict("ok", 200)
        assert site.visits[0].headers["host"] == f"[::1]:{site.port}"
        assert check([url], open_web())[url].message == NOT_PUBLIC


def test_a_bundle_that_is_not_there(site: Site, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no certificates to read there") as raised:
        judge(site.url(scheme="https"), ca_bundle=str(tmp_path / "none.pem"))
    assert "SSL_CERT_FILE" in raised.value.hint
    assert judge(site.url(), ca_bundle=str(tmp_path / "none.pem")).status == "ok"
