"""Asking again about pages that were good."""

from __future__ import annotations

from cardgen.links.check import check
from cardgen.links.port import Answer
from cardgen.links.validators import Revalidating, usable
from cardgen.links.verdict import Evidence, Verdict
from fake_web import FakeWeb

URL = "https://a.org/page"
BEFORE = Verdict("ok", 200, "", None, Evidence(URL, '"x"'))
DATED = Verdict("ok", 200, "", None, Evidence(URL, "", "Mon, 02 Nov 2026 10:00:00 GMT"))


def asked(before: Verdict, answer: Answer, *urls: str) -> tuple[Verdict, list[dict[str, str]]]:
    """The verdict on the first link, and the headers of each request."""
    web = FakeWeb({URL: answer})
    verdicts = check([URL, *urls], Revalidating(web, usable({URL: before}, [URL, *urls])))
    return verdicts[URL], [dict(ask.headers) for ask in web.asked]


def test_a_page_that_has_not_changed_is_what_it_was() -> None:
    assert asked(BEFORE, Answer(304, {})) == (BEFORE, [{"If-None-Match": '"x"'}])
    assert asked(DATED, Answer(304, {})) == (DATED, [{"If-Modified-Since": "Mon, 02 Nov 2026 10:00:00 GMT"}])


def test_a_page_that_has_changed_is_judged_anew() -> None:
    verdict, headers = asked(BEFORE, Answer(404, {}))
    assert (verdict.status, headers[0]) == ("broken", {"If-None-Match": '"x"'})


def test_no_validators_where_they_would_prove_nothing() -> None:
    moved = Verdict("moved", 301, "", "https://b.org", Evidence("https://b.org", '"x"'))
    elsewhere = Verdict("ok", 200, "", None, Evidence("https://b.org", '"x"'))
    for before in (moved, elsewhere, Verdict("ok", 200), Verdict("ok", 200, "", None, Evidence(URL))):
        assert asked(before, Answer(200, {}))[1] == [{}]
    assert {} in asked(BEFORE, Answer(200, {}), f"{URL}#place")[1]
