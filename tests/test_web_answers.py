"""Every kind of answer, and its verdict, against a server that answers in every way it should not."""

from __future__ import annotations

import gzip
import zlib

import pytest

from cardgen.asking import Limits
from cardgen.links.verdict import Verdict
from judging import QUICK, SOFT, TIMEOUT, judge, page, to
from web_site import (
    Play,
    Site,
    answers,
    by_method,
    drips,
    hangs,
    in_turn,
    ok,
    resets,
    says,
)

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
