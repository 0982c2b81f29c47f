"""Every rule has a page, and its page tells the truth: it catches what the page shows, and leaves what is near it."""

from __future__ import annotations

import pytest

import rule_pages
from cardgen.lint import catalog
from cardgen.lint.catalog import AnyRule

RULES = list(catalog.ALL.values())


def test_names_are_unique_and_every_page_has_its_rule() -> None:
    assert len(catalog.ALL) == len(catalog.OF_CARDS) + len(catalog.OF_HUB) + len(catalog.OF_FAMILIES)
    assert sorted(path.stem for path in rule_pages.FOLDER.glob("*.md")) == sorted(catalog.ALL)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_page_says_what_the_rule_says(rule: AnyRule) -> None:
    page = rule_pages.read(rule.id)
    assert page.title == rule.id
    assert page.about == f"{rule.severity} · {rule.group}"
    assert page.summary == rule.summary
    assert list(page.sections) == ["Why", "How to mend it", "Caught", "Left alone"]
    assert all(text.strip() for text in page.sections.values())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_catches_what_its_page_shows(rule: AnyRule) -> None:
    for example in rule_pages.read(rule.id).examples("Caught"):
        found = [each for each in rule_pages.findings(example) if each.rule == rule.id]
        assert found, example
        assert all(each.severity == rule.severity and each.message for each in found)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_leaves_alone_what_is_near_it(rule: AnyRule) -> None:
    for example in rule_pages.read(rule.id).examples("Left alone"):
        assert example, "an example has a fence"
        assert [each for each in rule_pages.findings(example) if each.rule == rule.id] == []
