"""Headers for some hosts: harmless ones from rules, secrets from the environment, and neither anywhere else."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cardgen.errors import InputError
from cardgen.links.check import check
from cardgen.links.headers import Addressed, secrets
from cardgen.links.port import Answer, Failure
from cardgen.links.rules import HostRule
from fake_web import FakeWeb

SECRET = secrets("a.org Authorization: Bearer s3cret\n\nb.org:8443 X-Key: k: v \n")
URL = "https://a.org/page"


def heard(
    results: Mapping[str, Answer | Failure], url: str, rules: Mapping[str, HostRule] | None = None
) -> set[tuple[str, str]]:
    """What was asked, as its URL and the value of the headers that went along."""
    web = FakeWeb(results)
    check([url], Addressed(web, rules or {}, SECRET))
    return {(ask.url, " ".join(ask.headers.values())) for ask in web.asked}


def to(place: str, code: int = 302) -> Answer:
    return Answer(code, {"location": place})


def test_lines_of_the_variable() -> None:
    assert SECRET == {"a.org": {"Authorization": "Bearer s3cret"}, "b.org:8443": {"X-Key": "k: v"}}
    assert secrets("") == {}


@pytest.mark.parametrize(
    "line", ["s3cret", "a.org s3cret", "a.org Host: s3cret", "a.org Content-Length: 3", "a.org X: s3\x01cret", "A B: c"]
)
def test_a_line_that_is_none_is_refused_without_being_shown(line: str) -> None:
    with pytest.raises(InputError) as caught:
        secrets(f"\n{line}")
    assert "s3" not in caught.value.message + caught.value.hint
    assert "line 2" in caught.value.message


def test_a_secret_goes_to_its_host_alone() -> None:
    assert heard({}, URL) == {(URL, "Bearer s3cret")}
    assert heard({}, "https://b.org:8443/") == {("https://b.org:8443/", "k: v")}
    for other in ("https://b.org/", "https://a.org:8443/", "https://a.org.evil.org/", "https://xa.org/"):
        assert heard({}, other) == {(other, "")}


def test_a_secret_does_not_go_over_http() -> None:
    assert heard({}, "http://a.org/page") == {("http://a.org/page", "")}


def test_a_secret_does_not_leave_with_a_redirect_and_does_not_come_back() -> None:
    away, back = "https://evil.org/", "https://a.org/other"
    assert heard({URL: to(away), away: to(back)}, URL) == {(URL, "Bearer s3cret"), (away, ""), (back, "")}
    assert heard({away: to(URL)}, away) == {(away, ""), (URL, "")}
    assert heard({URL: to(back)}, URL) == {(URL, "Bearer s3cret"), (back, "Bearer s3cret")}


def test_harmless_headers_go_with_every_request_to_their_host() -> None:
    rules = {"a.org": HostRule(headers={"User-Agent": "me"})}
    away = "https://b.org/"
    assert heard({away: to(URL)}, away, rules) == {(away, ""), (URL, "me")}
    assert heard({}, URL, rules) == {(URL, "me Bearer s3cret")}


def test_secrets_are_not_shown() -> None:
    assert "s3cret" not in repr(Addressed(FakeWeb(), {}, SECRET))
