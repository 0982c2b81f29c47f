"""Sites that answer programs in a way of their own."""

from __future__ import annotations

import re

import pytest

from cardgen.links import sites
from cardgen.links.check import check
from cardgen.links.port import Answer
from cardgen.links.verdict import Verdict
from fake_web import FakeWeb

PAGE = Answer(200, {"content-type": "text/html"}, b"<h1 id='here'>A page</h1><p>Text")


@pytest.mark.parametrize("site", sites.TABLE)
def test_every_row_has_a_reason_and_a_date(site: sites.Site) -> None:
    assert site.reason
    assert re.fullmatch(r"20\d\d-\d\d", site.seen)
    assert bool(site.path) == bool(site.instead) == (site.way == "asked elsewhere")


@pytest.mark.parametrize(
    ("url", "question"),
    [
        ("https://doi.org/10.1000/x(1)", "https://doi.org/api/handles/10.1000/x(1)"),
        ("http://dx.doi.org/10.1000/x", "https://doi.org/api/handles/10.1000/x"),
        ("https://doi.org/", "https://doi.org/"),
        ("https://arxiv.org/abs/2502.07316v2", "https://export.arxiv.org/abs/2502.07316v2"),
        ("https://arxiv.org/help", "https://arxiv.org/help"),
    ],
)
def test_what_is_asked_elsewhere(url: str, question: str) -> None:
    web = FakeWeb()
    assert check([url], web)[url].status == "ok"
    assert web.urls() == [question]


def test_what_is_asked_elsewhere_does_not_move_with_it() -> None:
    url, question = "https://arxiv.org/abs/2502.07316", "https://export.arxiv.org/abs/2502.07316"
    web = FakeWeb({question: Answer(301, {"location": "https://export.arxiv.org/abs/2502.07316v9"})})
    assert check([url], web)[url] == Verdict("ok", 301)


def test_a_doi_that_its_register_does_not_know_is_broken() -> None:
    web = FakeWeb({"https://doi.org/api/handles/10.1/x": Answer(404, {})})
    assert check(["https://doi.org/10.1/x"], web)["https://doi.org/10.1/x"].status == "broken"


@pytest.mark.parametrize("host", ["x.com", "twitter.com", "www.instagram.com"])
def test_who_answers_everyone_the_same_is_not_asked(host: str) -> None:
    web = FakeWeb()
    verdict = check([f"https://{host}/lab"], web)[f"https://{host}/lab"]
    assert (verdict.status, verdict.message[:11], web.asked) == ("excluded", "not asked: ", [])


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("https://www.linkedin.com/in/x", "unsure"),
        ("https://notlinkedin.com/in/x", "broken"),
        ("https://linkedin.com.evil.test/in/x", "broken"),
    ],
)
def test_where_robots_are_refused_a_404_proves_nothing(url: str, status: str) -> None:
    assert check([url], FakeWeb({url: Answer(404, {})}))[url].status == status


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("https://github.com/a/b#L10", "unsure"),
        ("https://github.com/a/b#here", "ok"),
        ("https://example.org/a#L10", "broken"),
    ],
)
def test_fragments_that_scripts_give_a_meaning(url: str, status: str) -> None:
    assert check([url], FakeWeb({url.partition("#")[0]: PAGE}))[url].status == status
