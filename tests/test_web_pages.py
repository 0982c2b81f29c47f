"""What is read of pages, and how hosts are found."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest

from cardgen import connecting
from cardgen.links.check import check
from cardgen.links.verdict import Verdict
from cardgen.web import open_web
from judging import judge, look_up_as, page, to
from web_site import (
    Play,
    Site,
    answers,
    by_method,
    floods,
    ok,
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
