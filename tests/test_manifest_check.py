"""The part of a manifest that says how links are checked."""

from __future__ import annotations

import pytest

from cardgen import manifest
from cardgen.errors import ManifestError
from cardgen.links.rules import NO_RULES, HostRule, Ignore, Rules, joined
from manifests import BASE

FILE = "collections/family.yaml"


def rules(text: str) -> Rules:
    return manifest.load(f"{BASE}check:\n  links:\n{text}".encode(), FILE).link_rules


def wrong(text: str) -> list[str]:
    """What is said of the rules, without the place."""
    with pytest.raises(ManifestError) as caught:
        rules(text)
    return [each.message for each in caught.value.mistakes]


def test_a_manifest_without_rules() -> None:
    assert manifest.load(BASE.encode(), FILE).link_rules == NO_RULES


def test_everything_that_can_be_said() -> None:
    line = BASE.count("\n") + 4
    assert rules(
        "    ignore:\n"
        "      - {pattern: 'https://a.org/*', reason: opens soon, until: 2026-12-31}\n"
        "    accept: [403, 429]\n"
        "    hosts:\n"
        "      a.org: {accept: [401], at_once: 2, pause: 0.5, timeout: 30, headers: {User-Agent: me}}\n"
        "      b.org:8080: {}\n"
    ) == Rules(
        (Ignore("https://a.org/*", "opens soon", "2026-12-31", f"{FILE}:{line}:9"),),
        frozenset({403, 429}),
        {
            "a.org": HostRule(frozenset({401}), 2, 0.5, 30, {"User-Agent": "me"}),
            "b.org:8080": HostRule(),
        },
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ignore: [{pattern: '*', reason: x}]", "not * alone"),
        ("ignore: [{pattern: '', reason: x}]", "must be a URL"),
        ("ignore: [{pattern: 'https://a.org'}]", "the key 'reason' must be given"),
        ("ignore: [{pattern: a, reason: ''}]", "must be one line, not empty"),
        ("ignore: [{pattern: a, reason: x, until: 2026-02-30}]", "there is no day '2026-02-30'"),
        ("ignore: [{pattern: a, reason: x, until: tomorrow}]", "must be a date"),
        ("accept: [99]", "expected a whole number from 100 to 599, got 99"),
        ("accept: [4.5]", "expected a whole number"),
        ("accept: [true]", "expected a whole number"),
        ("accept: [x]", "expected a whole number from 100 to 599, got 'x'"),
        ("accept: 403", "expected a list"),
        ("hosts: {a.org: {at_once: 0}}", "expected a whole number from 1 to 50, got 0"),
        ("hosts: {a.org: {pause: 61}}", "expected a number from 0 to 60, got 61"),
        ("hosts: {a.org: {pause: .inf}}", "expected a number"),
        ("hosts: {a.org: {pause: .nan}}", "expected a number"),
        ("hosts: {a.org: {timeout: 0.5}}", "expected a number from 1 to 120, got 0.5"),
        ("hosts: {'https://a.org': {}}", "must be a host as URLs name it"),
        ("hosts: {A.org: {}}", "must be a host as URLs name it"),
        ("hosts: {'a.org/x': {}}", "must be a host as URLs name it"),
        ("hosts: {a.org: {headers: {Authorization: x}}}", "the header 'Authorization' cannot be set here"),
        ("hosts: {a.org: {headers: {Cookie: x}}}", "is set with CARDGEN_LINK_HEADERS"),
        ("hosts: {a.org: {headers: {User-agent: x}}}", "did you mean 'User-Agent'?"),
        ("hosts: {a.org: {headers: {Accept: ''}}}", "must be one line"),
        ("host: {}", "did you mean 'hosts'?"),
    ],
)
def test_what_is_wrong_is_said(text: str, message: str) -> None:
    (said,) = wrong(f"    {text}\n")
    assert message in said


def test_all_mistakes_at_once() -> None:
    said = wrong(
        "    ignore: [{pattern: '*', reason: x, until: x}, {reason: y}]\n    accept: [1, 2]\n    hosts: {X: {}}\n"
    )
    assert len(said) == 6


def test_rules_of_several() -> None:
    one = Rules((Ignore("a", "x"),), frozenset({1}), {"a": HostRule(), "b": HostRule(at_once=1)})
    two = Rules((Ignore("a", "x"), Ignore("b", "y")), frozenset({2}), {"b": HostRule(at_once=2)})
    assert joined([one, two]) == Rules(
        (Ignore("a", "x"), Ignore("b", "y")), frozenset({1, 2}), {"a": HostRule(), "b": HostRule(at_once=2)}
    )
    assert joined([]) == NO_RULES
