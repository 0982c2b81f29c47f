"""The web edge and the verdicts on pages, against servers that answer in every way they should not."""

from __future__ import annotations

import gzip
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import textwrap
import threading
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from cardgen import connecting, web
from cardgen.asking import Asking, Limits
from cardgen.links.check import check, check_each
from cardgen.links.port import Answer, Ask, Inquiry
from cardgen.links.rules import HostRule
from cardgen.links.verdict import Verdict
from cardgen.web import open_web
from web_site import (
    Play,
    Site,
    Visit,
    answers,
    by_method,
    drips,
    floods,
    hangs,
    in_turn,
    ok,
    open_site,
    resets,
    says,
)

SOFT = "answers that all is well, with a page that is called "
TIMEOUT = "no answer in time"
QUICK = Limits(seconds=0.5, per_request=0.25, patience=0.2, backoff=0.01)


@pytest.fixture
def site() -> Iterator[Site]:
    with open_site() as opened:
        yield opened


def judge(url: str, limits: Limits | None = None, **options: Any) -> Verdict:
    limits = limits or Limits(backoff=0.01)
    return check([url], open_web(allow_private=True, limits=limits, **options))[url]


def to(place: str, code: int = 301, *headers: str) -> Play:
    return answers(code, f"Location: {place}", *headers)


def page(body: bytes, *headers: str) -> Play:
    return answers(200, "Content-Type: text/html", *headers, body=body)


ANSWERS: dict[str, tuple[Play, str, int | None, str]] = {
    # what proves that a page is there
    "200": (answers(200), "ok", 200, ""),
    "204": (answers(204), "ok", 204, ""),
    "206": (answers(206), "ok", 206, ""),
    "HTTP/1.0": (says(b"HTTP/1.0 200 OK\r\n\r\nfine"), "ok", 200, ""),
    "no reason phrase": (says(b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"), "ok", 200, ""),
    "100 before it": (says(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"), "ok", 200, ""),
    "HEAD with a body": (says(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"), "ok", 200, ""),
    "HEAD 403": (by_method(answers(403), ok), "ok", 200, ""),
    "HEAD 404": (by_method(answers(404), ok), "ok", 200, ""),
    "HEAD 405": (by_method(answers(405), ok), "ok", 200, ""),
    "HEAD 500": (by_method(answers(500), ok), "ok", 200, ""),
    "HEAD 501": (by_method(answers(501), ok), "ok", 200, ""),
    "HEAD cut": (by_method(says(b""), ok), "ok", 200, ""),
    "HEAD reset": (by_method(resets, ok), "ok", 200, ""),
    "HEAD no HTTP": (by_method(says(b"what?\r\n\r\n"), ok), "ok", 200, ""),
    "cut once": (in_turn(says(b""), says(b""), ok), "ok", 200, ""),
    "unpackable body": (by_method(answers(405), answers(200, "Content-Encoding: gzip")), "ok", 200, ""),
    "chunks": (
        by_method(answers(405), says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n")),
        "ok",
        200,
        "",
    ),
    "429 once": (in_turn(answers(429, "Retry-After: 0"), ok), "ok", 200, ""),
    "429 until a date": (
        in_turn(answers(429, "Date: Sun, 22 Nov 2026 20:00:00 GMT", "Retry-After: Sun, 22 Nov 2026 19:59:00 GMT"), ok),
        "ok",
        200,
        "",
    ),
    "429 for a window": (in_turn(answers(429, 'RateLimit: "pages";r=0;t=0'), ok), "ok", 200, ""),
    "503 once": (in_turn(answers(503, "Retry-After: 0"), ok), "ok", 200, ""),
    "GET 404, and HEAD 200": (by_method(ok, answers(404)), "broken", 404, "there is no such page"),
    "a body longer than it says": (says(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlonger"), "ok", 200, ""),
    "no length": (says(b"HTTP/1.1 200 OK\r\n\r\nuntil the end"), "ok", 200, ""),
    "empty": (answers(200, body=b""), "ok", 200, ""),
    "two cookies": (answers(200, "Set-Cookie: a=b", "Set-Cookie: c=d"), "ok", 200, ""),
    "502 twice": (in_turn(answers(502), answers(502), ok), "ok", 200, ""),
    "silence once": (in_turn(hangs, ok), "ok", 200, ""),
    "gzip": (page(gzip.compress(b"<title>Fine</title>"), "Content-Encoding: gzip"), "ok", 200, ""),
    "deflate": (page(zlib.compress(b"<title>Fine</title>"), "Content-Encoding: deflate"), "ok", 200, ""),
    "bare deflate": (page(zlib.compress(b"<p>x")[2:-4], "Content-Encoding: deflate"), "ok", 200, ""),
    "a bomb": (page(gzip.compress(b"x" * 50_000_000), "Content-Encoding: gzip"), "ok", 200, ""),
    "brotli, unasked": (page(b"\x0b\x02", "Content-Encoding: br"), "ok", 200, ""),
    "an unknown charset": (answers(200, "Content-Type: text/html; charset=klingon", body=b"<p>\xff"), "ok", 200, ""),
    "about 404s": (page(b"<title>404s in the wild: a study</title>"), "ok", 200, ""),
    "about logins": (page(b"<title>Single sign-in for everyone</title>"), "ok", 200, ""),
    # what proves that it is not
    "404": (answers(404), "broken", 404, "there is no such page"),
    "410": (answers(410), "broken", 410, "the page is gone"),
    "HEAD 405, GET 404": (by_method(answers(405), answers(404)), "broken", 404, "there is no such page"),
    # what is something else
    "soft 404": (
        page(b"<title>404</title>"),
        "unsure",
        200,
        "answers that all is well, with a page that is called '404'",
    ),
    "soft 404 in words": (
        page(b"<title>\nPage not\nfound | Lab</title>"),
        "unsure",
        200,
        "answers that all is well, with",
    ),
    "soft 404, packed": (
        page(gzip.compress(b"<title>Page Not Found</title>"), "Content-Encoding: gzip"),
        "unsure",
        200,
        SOFT + "'Page Not Found'",
    ),
    "soft 404 in Latin-1": (
        answers(200, "Content-Type: text/html; charset=latin-1", body="<title>Página no encontrada".encode("latin-1")),
        "unsure",
        200,
        SOFT + "'Página no encontrada'",
    ),
    "a wall": (
        page(b"<title>Just a moment...</title>"),
        "unsure",
        200,
        "asks whether we are a robot: 'Just a moment...'",
    ),
    "a login": (page(b"<title>Sign in - Lab</title>"), "unsure", 200, "asks for a login: 'Sign in - Lab'"),
    # what proves nothing
    "408": (answers(408), "unsure", 408, "the server says Request Timeout"),
    "416": (answers(416), "unsure", 416, "the server says Requested Range Not Satisfiable"),
    "421": (answers(421), "unsure", 421, "the server says Misdirected Request"),
    "425": (answers(425), "unsure", 425, "the server says Too Early"),
    "429 for a window that is long": (
        answers(429, 'RateLimit: "pages";r=0;t=300'),
        "unsure",
        None,
        "the host asks to be left alone",
    ),
    "429 until a day that is none": (
        in_turn(answers(429, "Retry-After: soon", 'RateLimit: "x";r=0;t=0'), ok),
        "ok",
        200,
        "",
    ),
    "507": (answers(507), "unsure", 507, "the server says Insufficient Storage"),
    "522": (answers(522), "unsure", 522, "the server says what no standard knows"),
    "two lengths": (
        says(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nfour"),
        "unsure",
        None,
        "the answer broke off, or is no HTTP",
    ),
    "no number as its length": (
        says(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nfour"),
        "unsure",
        None,
        "the answer broke off, or is no HTTP",
    ),
    "chunks of nonsense": (
        says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        "unsure",
        None,
        "the answer broke off, or is no HTTP",
    ),
    "300": (answers(300), "unsure", 300, "the server says Multiple Choices"),
    "301 to nowhere": (answers(301), "unsure", 301, "the server says Moved Permanently"),
    "301 to nonsense": (to("http://[x"), "unsure", 301, "the server says Moved Permanently"),
    "304": (answers(304), "unsure", 304, "the server says Not Modified"),
    "400": (answers(400), "unsure", 400, "the server says Bad Request"),
    "401": (answers(401), "unsure", 401, "asks for a login"),
    "403": (answers(403), "unsure", 403, "refuses us, and perhaps no reader"),
    "HEAD 404, GET 403": (by_method(answers(404), answers(403)), "unsure", 403, "refuses us, and perhaps no reader"),
    "406": (answers(406), "unsure", 406, "the server says Not Acceptable"),
    "429": (answers(429, "Retry-After: 0"), "unsure", 429, "asks for fewer requests"),
    "429 for an hour": (answers(429, "Retry-After: 3600"), "unsure", None, "the host asks to be left alone"),
    "429 for longer than there is patience": (answers(429), "unsure", None, "the host asks to be left alone"),
    "451": (answers(451), "unsure", 451, "refuses for legal reasons"),
    "500": (answers(500), "unsure", 500, "the server says Internal Server Error"),
    "502": (answers(502), "unsure", 502, "the server says Bad Gateway"),
    "503": (answers(503), "unsure", 503, "the server says Service Unavailable"),
    "504": (answers(504), "unsure", 504, "the server says Gateway Timeout"),
    "999": (answers(999), "unsure", 999, "the server says what no standard knows"),
    "no HTTP": (says(b"220 mail.example.org ESMTP\r\n\r\n"), "unsure", None, "the answer broke off, or is no HTTP"),
    "nothing": (says(b""), "unsure", None, "the answer broke off, or is no HTTP"),
    "reset": (resets, "unsure", None, "the answer broke off, or is no HTTP"),
    "a header too long": (says(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000), "unsure", None, "the answer broke off"),
    "too many headers": (says(b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 500), "unsure", None, "the answer broke off"),
    "half a body": (
        by_method(answers(405), says(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")),
        "unsure",
        None,
        "the answer broke off, or is no HTTP",
    ),
    "half a chunk": (
        by_method(answers(405), says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf")),
        "unsure",
        None,
        "the answer broke off, or is no HTTP",
    ),
    "silence": (hangs, "unsure", None, TIMEOUT),
    "dripping headers": (drips(b"HTTP/1.1 200 OK\r\n", b"X: x\r\n"), "unsure", None, TIMEOUT),
    "a dripping first line": (drips(b"", b"H"), "unsure", None, TIMEOUT),
    "100 for ever": (drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "unsure", None, TIMEOUT),
    "a dripping body": (
        by_method(answers(405), drips(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x")),
        "unsure",
        None,
        TIMEOUT,
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(site: Site, name: str) -> None:
    play, status, code, message = ANSWERS[name]
    path = "/page.zip" if name.startswith("HEAD ") else "/page"
    site.plays[path] = play
    verdict = judge(site.url(path), QUICK if message == TIMEOUT else Limits(patience=0.2, backoff=0.01))
    assert (verdict.status, verdict.code, verdict.location) == (status, code, None)
    assert verdict.message.startswith(message) if message else not verdict.message
    site.plays[path] = ok
    assert judge(site.url(path)).status == "ok"


REDIRECTS: dict[str, tuple[dict[str, Play], str, int, str, str | None]] = {
    "301": ({"/a": to("/b")}, "moved", 301, "moved permanently to {}/b", "{}/b"),
    "308": ({"/a": to("b?c#d", 308)}, "moved", 308, "moved permanently to {}/b?c#d", "{}/b?c#d"),
    "301 and 308": ({"/a": to("/b"), "/b": to("/c", 308)}, "moved", 301, "moved permanently to {}/c", "{}/c"),
    "301 and 302": ({"/a": to("/b"), "/b": to("/c", 302)}, "moved", 301, "moved permanently to {}/b", "{}/b"),
    "HEAD 405, GET 301": ({"/a": by_method(answers(405), to("/b"))}, "moved", 301, "moved permanently to {}/b", "{}/b"),
    "to UTF-8": ({"/a": to("/ü")}, "moved", 301, "moved permanently to {}/ü", "{}/ü"),
    "302": ({"/a": to("/b", 302)}, "ok", 200, "", None),
    "303": ({"/a": to("/b", 303)}, "ok", 200, "", None),
    "307": ({"/a": to("../../b/../c", 307)}, "ok", 200, "", None),
    "302 and 301": ({"/a": to("/b", 302), "/b": to("/c")}, "ok", 200, "", None),
    "to 404": ({"/a": to("/b"), "/b": answers(404)}, "broken", 404, "redirects to {}/b: there is no such page", None),
    "to 403": (
        {"/a": to("/b"), "/b": answers(403)},
        "unsure",
        403,
        "redirects to {}/b: refuses us, and perhaps no reader",
        None,
    ),
    "to a login": (
        {"/a": to("/login?next=/a", 302)},
        "unsure",
        302,
        "redirects to {}/login?next=/a: asks for a login",
        None,
    ),
    "to the front page": (
        {"/a/b": to("/"), "/a": to("/a/b", 302)},
        "unsure",
        302,
        "redirects to {}/: leads to the front page instead of its own",
        None,
    ),
    "to a page for missing ones": (
        {"/a": to("/404.html", 302)},
        "unsure",
        302,
        "redirects to {}/404.html: leads to a page for pages that are missing",
        None,
    ),
    "by the page itself": (
        {"/a": page(b'<meta http-equiv="refresh" content="0; url=/b">'), "/b": answers(404)},
        "broken",
        404,
        "redirects to {}/b: there is no such page",
        None,
    ),
    "by the page itself, after a while": (
        {"/a": page(b'<meta http-equiv="refresh" content="30; url=/b">'), "/b": answers(404)},
        "ok",
        200,
        "",
        None,
    ),
    "303 to a good page": ({"/a": to("/b", 303)}, "ok", 200, "", None),
    "to itself": ({"/a": to("/a")}, "broken", 301, "redirects without end", None),
    "in a circle": ({"/a": to("/b", 302), "/b": to("/a")}, "broken", 301, "redirects without end", None),
    "for ever": (
        {"/a": lambda visit: to(f"/a?{visit.path}x", 302)(visit)},
        "broken",
        302,
        "redirects without end",
        None,
    ),
    "in a circle, for cookies": (
        {"/a": to("/a", 302, "Set-Cookie: a=b")},
        "unsure",
        302,
        "redirects without end to a reader who keeps no cookies",
        None,
    ),
    "to mail": ({"/a": to("mailto:a@b.org", 302)}, "unsure", 302, "redirects to mailto:a@b.org: no web address", None),
    "to a script": ({"/a": to("javascript:x", 302)}, "unsure", 302, "redirects to javascript:x: no web address", None),
}


@pytest.mark.parametrize("name", REDIRECTS)
def test_redirects(site: Site, name: str) -> None:
    plays, status, code, message, location = REDIRECTS[name]
    site.plays.update(plays)
    base = site.url("")
    verdict = judge(site.url("/a"))
    assert verdict == Verdict(
        status,  # type: ignore[arg-type]
        code,
        message.format(base),
        location.format(base) if location else None,
    )


PAGE = (
    b'<html><body><h2 id="here">x</h2><a name="there"></a><p id="w%C3%A4re">y<p id="\xc3\xa4">z'
    b'<h3><a id="user-content-on-github"></a></h3><!-- <p id="hidden"> --></body></html>'
)


@pytest.mark.parametrize(
    ("fragment", "status"),
    [
        *(
            ("here", "ok"),
            ("there", "ok"),
            ("top", "ok"),
            ("", "ok"),
            ("%C3%A4", "ok"),
            ("ä", "ok"),
            ("on-github", "ok"),
        ),
        *((":~:text=x", "ok"), ("here:~:text=x", "ok"), ("Here", "broken"), ("hidden", "broken"), ("L10", "broken")),
    ],
)
def test_places_in_pages(site: Site, fragment: str, status: str) -> None:
    site.plays["/"] = page(PAGE)
    verdict = judge(site.url(f"/#{fragment}"))
    assert verdict.status == status
    assert verdict.message == ("" if status == "ok" else f"the page is there, but has no place '#{fragment}'")


def test_every_place_of_a_page_is_judged_by_one_answer(site: Site) -> None:
    site.plays |= {"/a": to("/b"), "/b": page(PAGE)}
    urls = [site.url("/a#here"), site.url("/a#nowhere"), site.url("/a")]
    verdicts = check(urls, open_web(allow_private=True))
    assert [verdict.status for verdict in verdicts.values()] == ["moved", "broken", "moved"]
    assert site.asked() == [("GET", "/a"), ("GET", "/b")]


@pytest.mark.parametrize(
    "play",
    [
        page(b"<div id=app></div><script src=app.js></script>"),
        page(b"<p>" + b"x" * 2_000_000),
    ],
)
def test_places_that_cannot_be_told(site: Site, play: Play) -> None:
    site.plays["/"] = play
    verdict = judge(site.url("/#x"))
    assert (verdict.status, verdict.message) == (
        "unsure",
        "the page is there; whether it has a place '#x' cannot be told",
    )


@pytest.mark.parametrize(
    ("path", "kind", "status"),
    [
        ("/x.md#a-b", "text/plain; charset=utf-8", "ok"),
        ("/x.md#c", "text/plain", "broken"),
        ("/x#c", "text/markdown", "broken"),
        ("/x.txt#c", "text/plain", "ok"),
        ("/x#page=3", "application/pdf", "ok"),
    ],
)
def test_places_in_other_texts(site: Site, path: str, kind: str, status: str) -> None:
    site.plays[path.partition("#")[0]] = answers(200, f"Content-Type: {kind}", body=b"# A *B*\n")
    assert judge(site.url(path)).status == status


def test_what_the_next_check_needs_is_kept(site: Site) -> None:
    site.plays |= {"/a": to("/b"), "/b": answers(200, 'ETag: "1"', "Last-Modified: Sun, 22 Nov 2026 20:00:00 GMT")}
    evidence = judge(site.url("/a")).evidence
    assert evidence is not None
    assert (evidence.url, evidence.etag) == (site.url("/b"), '"1"')
    assert evidence.modified == "Sun, 22 Nov 2026 20:00:00 GMT"
    assert evidence.at > 1_700_000_000


@pytest.mark.parametrize(
    ("path", "head", "methods"),
    [
        ("/model.safetensors", ok, ["HEAD"]),
        ("/paper.PDF?x=y", ok, ["HEAD"]),
        ("/x.png", answers(405), ["HEAD", "GET"]),
        ("/x.zip", answers(404), ["HEAD", "GET"]),
        ("/page", ok, ["GET"]),
        ("/page.html", ok, ["GET"]),
    ],
)
def test_files_are_asked_by_head_and_pages_by_get(site: Site, path: str, head: Play, methods: list[str]) -> None:
    site.plays[path.partition("?")[0]] = by_method(head, ok)
    assert judge(site.url(path)).status == "ok"
    assert [method for method, _ in site.asked()] == methods


def test_a_new_address_keeps_the_fragment(site: Site) -> None:
    site.plays.update({"/a": to("/b"), "/c": to("/d#there")})
    assert judge(site.url("/a#here")).location == site.url("/b#here")
    assert judge(site.url("/c#here")).location == site.url("/d#there")


def test_no_answer_is_read_to_its_end_if_it_has_none(site: Site) -> None:
    site.plays["/"] = by_method(answers(405), floods)
    assert judge(site.url()).status == "ok"
    sent = int(site.visits[-1].headers.get("sent", "0"))
    assert sent < 20 * connecting.MAX_BODY


def test_nobody_listens() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    assert judge(f"http://127.0.0.1:{port}/") == Verdict("unsure", None, "no connection came about: Connection refused")


def look_up_as(monkeypatch: pytest.MonkeyPatch, names: dict[str, list[list[str]] | OSError]) -> list[str]:
    """Let names lead to addresses: to the first list at the first look-up, and so on. Returns what is looked up."""
    looked_up: list[str] = []

    def look_up(host: Any, port: int, *args: Any, **options: Any) -> list[Any]:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in names:
            return real(host, port, *args, **options)
        looked_up.append(name)
        found = names[name]
        if isinstance(found, OSError):
            raise found
        addresses = found.pop(0) if len(found) > 1 else found[0]
        return [entry for address in addresses for entry in real(address, port, *args, **options)]

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return looked_up


def test_hosts_that_cannot_be_looked_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    look_up_as(
        monkeypatch,
        {
            "gone.test": socket.gaierror(socket.EAI_NONAME, "no such name"),
            "later.test": socket.gaierror(socket.EAI_AGAIN, "try again"),
        },
    )
    urls = ["http://gone.test/", "http://later.test/", site.url()]
    verdicts = check(urls, open_web(allow_private=True), endpoint=site.url(""))
    assert verdicts["http://gone.test/"] == Verdict("broken", None, "there is no such host: gone.test")
    assert verdicts["http://later.test/"] == Verdict("unsure", None, "the host could not be looked up: later.test")


def test_the_next_address_of_a_host_is_tried(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    look_up_as(monkeypatch, {"two.test": [["127.0.0.2", "127.0.0.1"]]})
    assert judge(site.url(host="two.test")).status == "ok"


def test_international_names_are_asked_in_their_ascii_form(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up = look_up_as(monkeypatch, {"xn--bcher-kva.test": [["127.0.0.1"]]})
    assert judge(site.url(host="bücher.test", path="/ü x")).status == "ok"
    assert looked_up == ["xn--bcher-kva.test"]
    assert site.asked() == [("GET", "/%C3%BC%20x")]


@pytest.mark.parametrize("url", ["http://a..b.org/", "http://*.org/", f"http://{'x' * 70}.org/", "http://.org/"])
def test_hosts_that_are_none(url: str) -> None:
    assert judge(url).status == "broken"


# --- Where it does not go ---------------------------------------------------------------------------------------------

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


# --- Many at once -----------------------------------------------------------------------------------------------------


def test_one_url_is_asked_once(site: Site) -> None:
    urls = [site.url("/a"), site.url("/a#b"), site.url("/a#c"), site.url("/a"), site.url("/d")]
    verdicts = check(urls, open_web(allow_private=True))
    assert list(verdicts) == [site.url("/a"), site.url("/a#b"), site.url("/a#c"), site.url("/d")]
    assert sorted(site.asked()) == [("GET", "/a"), ("GET", "/d")]


def test_connections_are_used_again(site: Site) -> None:
    check([site.url(f"/{number}") for number in range(100)], open_web(allow_private=True))
    assert len(site.visits) == 100
    assert site.connections <= 10


def test_at_most_ten_at_once_on_a_host_and_indeed_ten() -> None:
    lock, ten = threading.Lock(), threading.Event()
    active, most = 0, 0

    def play(visit: Visit) -> None:
        nonlocal active, most
        with lock:
            active += 1
            most = max(most, active)
            if active == 10:
                ten.set()
        ten.wait(10)
        with lock:
            active -= 1
        ok(visit)

    with open_site(play) as busy:
        verdicts = check([busy.url(f"/{number}") for number in range(40)], open_web(allow_private=True))
    assert {verdict.status for verdict in verdicts.values()} == {"ok"}
    assert most == 10


def test_a_slow_host_holds_up_no_other(site: Site) -> None:
    """The slow host answers only when all the links of the other one are settled."""
    others_done = threading.Event()

    def slow_play(visit: Visit) -> None:
        others_done.wait(10)
        ok(visit)

    with open_site(slow_play) as slow:
        slow_urls = [slow.url(f"/{number}") for number in range(30)]
        urls = [*slow_urls, *(site.url(f"/{number}") for number in range(30))]
        order = []
        for url, verdict in check_each(urls, open_web(allow_private=True, limits=Limits(at_once=12))):
            assert verdict.status == "ok"
            order.append(url)
            if len(order) == 30:
                others_done.set()
    assert set(order[30:]) == set(slow_urls)


def test_a_host_that_rests_is_left_alone_and_then_asked_again() -> None:
    """Twenty are answered, then everyone is told to wait; whoever was told so gets an answer in the end."""
    seen: list[str] = []
    lock = threading.Lock()

    def play(visit: Visit) -> None:
        with lock:
            seen.append(visit.path)
            refused = 20 < len(seen) <= 25
        (answers(429, "Retry-After: 0") if refused else ok)(visit)

    with open_site(play) as host:
        verdicts = check([host.url(f"/{number}") for number in range(40)], open_web(allow_private=True))
    assert {verdict.status for verdict in verdicts.values()} == {"ok"}
    assert len(seen) == 45


def test_a_host_that_rests_holds_up_no_other(site: Site) -> None:
    with open_site(in_turn(answers(429, "Retry-After: 1"), ok)) as resting:
        urls = [resting.url("/"), *(site.url(f"/{number}") for number in range(5))]
        order = [url for url, _ in check_each(urls, open_web(allow_private=True))]
        assert resting.asked() == [("GET", "/"), ("GET", "/")]
    assert order[-1] == resting.url("/")


def test_a_link_gets_no_more_time_than_its_own(site: Site) -> None:
    """When a HEAD has used it up, there is no GET."""
    site.plays["/"] = hangs
    assert judge(site.url(), Limits(seconds=0.2, per_request=0.2)).message == TIMEOUT
    assert site.asked() == [("GET", "/")]


def test_a_fault_of_our_own_is_no_verdict() -> None:
    class Faulty:
        async def make(self, ask: Ask, seconds: float) -> Answer:
            raise ZeroDivisionError

        def forget(self, host: str) -> None: ...

        def close(self) -> None: ...

    with pytest.raises(ZeroDivisionError):
        check(["https://a.org/"], Asking(Faulty, Limits()))


def test_a_host_that_wants_to_be_left_alone_for_long_is() -> None:
    with open_site(answers(429, "Retry-After: 3600")) as host:
        verdicts = check([host.url(f"/{number}") for number in range(100)], open_web(allow_private=True))
        assert len(host.visits) <= 10
    assert {verdict.message for verdict in verdicts.values()} == {"the host asks to be left alone"}


def threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.daemon}


def test_stopping_early_leaves_no_thread_behind(site: Site) -> None:
    before = threads()
    site.plays["/hangs"] = hangs
    asking = check_each([site.url("/"), site.url("/hangs")], open_web(allow_private=True))
    assert next(asking)[0] == site.url("/")
    asking.close()  # type: ignore[attr-defined]
    assert threads() <= before


def test_ctrl_c_stops_at_once(site: Site) -> None:
    asked = threading.Event()

    def play(visit: Visit) -> None:
        asked.set()
        hangs(visit)

    site.plays["/"] = play
    program = textwrap.dedent("""
        import sys
        from cardgen.links.check import check
        from cardgen.web import open_web
        check([sys.argv[1]], open_web(allow_private=True))
    """)
    with subprocess.Popen(
        [sys.executable, "-c", program, site.url()], stderr=subprocess.PIPE, text=True, env=os.environ
    ) as running:
        assert asked.wait(30)
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=5)
    assert errors.rstrip().endswith("KeyboardInterrupt")


def test_headers_that_go_with_one_request(site: Site) -> None:
    def inquiry() -> Inquiry:
        yield Ask(site.url("/a"), headers={"X-Own": "yes", "Accept": "text/plain"})
        yield Ask(site.url("/b"))
        return Verdict("ok")

    assert "yes" not in repr(Ask("u", headers={"X-Own": "yes"}))
    dict(open_web(allow_private=True).settle({"u": inquiry()}))
    first, second = site.visits
    assert (first.headers["x-own"], first.headers["accept"]) == ("yes", "text/plain")
    assert "x-own" not in second.headers


def test_a_host_with_a_time_limit_of_its_own(site: Site) -> None:
    site.plays["/slow"] = hangs
    hosts = {f"127.0.0.1:{site.port}": HostRule(timeout=0.2)}
    verdict = judge(site.url("/slow"), Limits(seconds=0.4, per_request=100.0, hosts=hosts))
    assert (verdict.status, verdict.message) == ("unsure", TIMEOUT)
