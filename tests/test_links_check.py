"""What is asked about which link, and what is known without asking."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.links.check import NO_NETWORK, Offline, check, check_each
from cardgen.links.port import Answer, Cause, Failure
from cardgen.links.siblings import siblings, without_place
from cardgen.links.verdict import Verdict
from cardgen.model import HUB_URL, Card, Position, Repo
from fake_web import FakeWeb

MODEL = Repo("lab/model", "model", "M", {}, Position("c.yaml", 3, 5))
DATA = Repo("lab/data", "dataset", "D", {}, Position("c.yaml", 9, 5))
KNOWN = siblings([MODEL, DATA])


def test_each_page_is_asked_once_in_the_order_of_the_links() -> None:
    asked = FakeWeb()
    urls = ["https://b.org/#x", "https://a.org/", "https://b.org/", "https://a.org/#y", "https://b.org/#x"]
    verdicts = check(iter(urls), asked)
    assert list(verdicts) == ["https://b.org/#x", "https://a.org/", "https://b.org/", "https://a.org/#y"]
    assert asked.urls() == ["https://b.org/", "https://a.org/"]


@pytest.mark.parametrize(
    ("url", "status", "message"),
    [
        ("", "broken", "an empty link"),
        ("#place", "excluded", "a place in the same card"),
        ("mailto:a@b.org", "excluded", "a mail address"),
        ("tel:+1", "excluded", "a telephone number"),
        ("data:image/png;base64,AAAA", "excluded", "holds its content itself"),
        ("ftp://a.org/b", "excluded", "not asked: ftp"),
        ("javascript:alert(1)", "broken", "a script, which the Hub takes out"),
        ("file:///etc/passwd", "broken", "a file on somebody's own disk"),
        ("htp://a.org", "broken", "no browser opens 'htp:'"),
        ("hf://lab/model", "broken", "no browser opens 'hf:'"),
        ("example.com", "broken", "lacks its scheme, so it leads to a file of the repo: write https://example.com"),
        ("www.a.b/c", "broken", "lacks its scheme, so it leads to a file of the repo: write https://www.a.b/c"),
        (
            "lab.github.io/x?y#z",
            "broken",
            "lacks its scheme, so it leads to a file of the repo: write https://lab.gith",
        ),
        (
            "example.com:8080/x",
            "broken",
            "lacks its scheme, so it leads to a file of the repo: write https://example.co",
        ),
        ("LICENSE", "excluded", "a relative link outside of a repo's card"),
        ("http://", "broken", "names no host"),
        ("https:/a.org", "broken", "names no host"),
        ("https:a.org", "broken", "names no host"),
        ("https://[::1", "broken", "no valid address: "),
        ("https://a.org:99999/", "broken", "no valid address: "),
        ("https://TODO", "broken", "'todo' is no host of the public internet: its name has no dot"),
        ("https://a.org/" + "x" * 9000, "unsure", "not asked: longer than 8000 characters"),
    ],
)
def test_judged_without_asking(url: str, status: str, message: str) -> None:
    asked = FakeWeb()
    verdict = check([url], asked)[url]
    assert (verdict.status, verdict.message[: len(message)]) == (status, message)
    assert asked.asked == []


@pytest.mark.parametrize(
    "url",
    [
        f"{HUB_URL}/lab/model",
        f"{HUB_URL}/lab/model/",
        f"{HUB_URL}/lab/model?not-for-all-audiences=true#usage",
        "https://hf.co/lab/model",
        "http://www.huggingface.co/lab/model",
        f"{HUB_URL}/lab/model/tree/main",
        f"{HUB_URL}/lab/model/blob/main/README.md",
        f"{HUB_URL}/lab/model/resolve/main/README.md",
        f"{HUB_URL}/lab/model/discussions",
        f"{HUB_URL}/datasets/lab/data",
    ],
)
def test_siblings_are_not_asked(url: str) -> None:
    asked = FakeWeb()
    assert check([url], asked, known=KNOWN) == {url: Verdict("planned", message="a repo of this manifest")}
    assert asked.asked == []


@pytest.mark.parametrize(
    "url",
    [
        f"{HUB_URL}/lab/data",
        f"{HUB_URL}/lab/Model",
        f"{HUB_URL}/lab/model-2",
        f"{HUB_URL}/datasets/lab/model",
        f"{HUB_URL}/lab/model/blob/main/LICENSE",
        f"{HUB_URL}/lab/model/tree/v2",
        f"{HUB_URL}/lab/model/discussions/1",
        "https://example.org/lab/model",
    ],
)
def test_what_the_manifest_does_not_know_is_asked(url: str) -> None:
    asked = FakeWeb()
    assert check([url], asked, known=KNOWN)[url].status == "ok"
    assert len(asked.asked) == 1


def test_files_of_a_repo_that_is_not_there_yet() -> None:
    url = f"{HUB_URL}/lab/model/blob/main/LICENSE"
    question = f"{HUB_URL}/lab/model/resolve/main/LICENSE"
    not_public = FakeWeb({question: Answer(401, {})})
    assert check([url], not_public, known=KNOWN)[url] == Verdict(
        "unsure", 401, "its repo is in the manifest, but no reader sees it yet"
    )
    assert check([url], not_public)[url].status == "broken"
    no_file = FakeWeb({question: Answer(404, {"x-error-code": "EntryNotFound"})})
    assert check([url], no_file, known=KNOWN)[url] == Verdict("broken", 404, "there is no such file")


CARDS = {
    repo.url: Card(repo, "a.yaml", text, (0, len(text)))
    for repo, text in ((MODEL, b"# Use it\n"), (DATA, b"# About\n"))
}


@pytest.mark.parametrize(
    ("url", "is_lost"),
    [
        (f"{HUB_URL}/lab/model#use-it", False),
        (f"{HUB_URL}/lab/model#usage", True),
        ("https://hf.co/datasets/lab/data/blob/main/README.md#usage", True),
        (f"{HUB_URL}/lab/model/discussions#usage", False),
        (f"{HUB_URL}/other/model#usage", False),
        (f"{HUB_URL}/lab/model", False),
        (f"{HUB_URL}/lab/model#", False),
    ],
)
def test_places_in_the_cards_of_the_family(url: str, is_lost: bool) -> None:
    found = without_place([url], CARDS)
    lost = Verdict("broken", message="the card has no place '#usage'")
    assert found == ({url: lost} if is_lost else {})


REGISTER = "https://archive.test/available"
COPY = "https://web.archive.org/web/20240131120000/https://a.org/x?y"


def kept(answer: Answer | Failure, dead: Answer | Failure, url: str = "https://a.org/x?y") -> tuple[str, list[str]]:
    question = f"{REGISTER}?url=https%3A%2F%2Fa.org%2Fx%3Fy"
    web = FakeWeb({url: dead, question: answer})
    [(_, verdict)] = check_each([url], web, register=REGISTER)
    return verdict.message, [each for each in web.urls() if each.startswith(REGISTER)]


def found_copy(url: object) -> Answer:
    body = json.dumps({"archived_snapshots": {"closest": {"available": True, "url": url}}})
    return Answer(200, {"content-type": "application/json"}, body.encode())


def test_a_copy_of_a_dead_page_is_suggested() -> None:
    message, asked = kept(found_copy(COPY), Answer(404, {}))
    assert message == f"there is no such page; a copy of 2024-01-31 is at {COPY}"
    assert len(asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, {}, b'{"archived_snapshots": {}}'),
        Answer(200, {}, b"[]"),
        Answer(200, {}, b"no json"),
        Answer(429, {}),
        Failure("no-name"),
        found_copy("javascript:alert(1)"),
        found_copy("https://evil.test/https://web.archive.org/web/20240131120000/x"),
        found_copy(7),
    ],
)
def test_nothing_is_suggested_if_there_is_no_copy(answer: Answer | Failure) -> None:
    assert kept(answer, Answer(410, {}))[0] == "the page is gone"


@pytest.mark.parametrize("url", ["http://10.0.0.1/x", "http://localhost/x", "http://[2606:4700::1111]/x"])
def test_the_archive_is_not_told_of_what_is_no_public_page(url: str) -> None:
    assert kept(found_copy(COPY), Answer(404, {}), url) == ("there is no such page", [])


def test_the_archive_is_not_asked_about_what_is_not_gone() -> None:
    assert kept(found_copy(COPY), Answer(403, {}))[1] == []
    assert kept(found_copy(COPY), Answer(200, {}))[1] == []


def test_offline_asks_nobody() -> None:
    urls = ["https://a.org", f"{HUB_URL}/other/model", f"{HUB_URL}/lab/model", "example.com", "mailto:a@b.org"]
    verdicts = check(urls, Offline(), known=KNOWN)
    assert [verdict.status for verdict in verdicts.values()] == [
        "excluded",
        "excluded",
        "planned",
        "broken",
        "excluded",
    ]
    assert verdicts["https://a.org"].message == "not asked: offline"


def test_without_a_network_nothing_is_known() -> None:
    nowhere = Failure("name")
    web = FakeWeb(dict.fromkeys(("https://a.org", "https://b.org", HUB_URL), nowhere))
    verdicts = check(["https://a.org", "https://b.org"], web)
    assert set(verdicts.values()) == {NO_NETWORK}
    assert web.urls().count(HUB_URL) == 1


@pytest.mark.parametrize("cause", ["name", "no-name", "network"])
def test_without_a_network_all_links_are_unsure_for_one_reason(cause: Cause) -> None:
    web = FakeWeb(dict.fromkeys(("https://a.org", "https://b.org/x", HUB_URL), Failure(cause, "somewhere")))
    assert set(check(["https://a.org", "https://b.org/x"], web).values()) == {NO_NETWORK}


def test_a_host_is_missing_if_the_hub_answers_or_another_one_did() -> None:
    missing = Verdict("broken", None, "there is no such host: a.org")
    web = FakeWeb({"https://a.org": Failure("name", "a.org")})
    assert check(["https://a.org"], web) == {"https://a.org": missing}
    assert web.urls() == ["https://a.org", HUB_URL]
    web = FakeWeb({"https://a.org": Failure("name", "a.org")})
    assert check(["https://b.org", "https://a.org"], web)["https://a.org"] == missing
    assert web.urls() == ["https://b.org", "https://a.org"]


def test_verdicts_come_as_they_are_known() -> None:
    web = FakeWeb()
    each = check_each(["https://a.org", "mailto:x@y.org", "https://b.org"], web)
    assert next(each)[0] == "mailto:x@y.org"
    assert next(each)[0] == "https://a.org"
    assert web.urls() == ["https://a.org"]


def test_nothing_that_must_not_be_shown_gets_into_a_verdict() -> None:
    web = FakeWeb(
        {
            "https://a.org/": Answer(301, {"location": "https://me:s3cret@a.org/\x1b[31m\u202e"}),
            "https://b.org/": Failure("connection", "\x1b[31m https://me:s3cret@b.org"),
        }
    )
    verdicts = check(["https://a.org/", "https://b.org/", "exa\x07mple.com"], web)
    text = " ".join(f"{verdict.message} {verdict.location}" for verdict in verdicts.values())
    assert "s3cret" not in text
    assert text.isprintable()


@given(st.text(max_size=60).map(lambda text: f"http{text}") | st.text(max_size=60))
def test_any_text_gets_a_verdict(text: str) -> None:
    assert check([text], FakeWeb())[text].status in ("ok", "broken", "unsure", "excluded")
