"""The report as a page in a real browser: filters, keyboard, both themes, and what a stranger's text does not do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, expect

from browser import ARTIFACTS, NARROW, WIDE, Watched, chromium, watched
from cardgen.links.memory import Known
from cardgen.links.places import Place
from cardgen.links.verdict import Status, Verdict
from cardgen.model import Finding
from cardgen.reports import changes, page, report
from cardgen.reports.report import Report

pytestmark = pytest.mark.browser
HERE = Path(__file__).parent
HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>\u202e"
LONG = "https://long.org/" + "a" * 3_000
STATUSES: tuple[Status, ...] = ("broken", "moved", "unsure", "excluded", "planned", "ok", "ok", "ok")


def made() -> Report:
    """Hundreds of links of all states, among them a stranger's, and findings."""
    known = {
        f"https://h{number % 40}.org/{number}": Known(Verdict(STATUSES[number % 8], 404, "why"))
        for number in range(400)
    }
    known[f"javascript:alert('{HOSTILE}')"] = Known(Verdict("broken", None, HOSTILE))
    known["https://me:secret@a.org/"] = Known(Verdict("broken", None, HOSTILE))
    known[LONG] = Known(Verdict("broken", 404, "gone"))
    places = {url: [Place(f"m{number % 7}.md", 1, "c.yaml:1:1")] for number, url in enumerate(known)}
    places["https://h0.org/0"] = [Place(f"m{number}.md", 1) for number in range(9)]
    text = f"text: {HOSTILE}"
    findings = [Finding("placeholder", "error", HOSTILE, "m8.md", 1, "", 7, len(text) + 1, HOSTILE)]
    findings += [Finding("license-missing", "warning", "no license", f"m{number}.md") for number in range(13)]
    found = report.make(known, places, findings, texts={"m8.md": text})
    return replace(found, changes=changes.compare(Report(), found))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(page.write(made()), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def shown(browser: Browser, address: str) -> Iterator[Watched]:
    with watched(browser) as found:
        found.page.add_init_script(path=HERE / "visible.js")
        found.open(address)
        yield found
        assert (found.dialogs, found.messages, found.requests, found.visited) == ([], [], [address], [address])


def count(shown: Watched, told: str) -> None:
    expect(shown.page.locator("#count")).to_have_text(told)


THEMES: dict[Literal["light", "dark"], list[str]] = {"light": [], "dark": ["color-contrast"]}
"""The themes, and the rules of axe-core that are tried in each: all, then those that a theme matters to."""


def test_it_can_be_read_in_both_themes_and_widths(shown: Watched) -> None:
    shown.page.get_by_label("Rule", exact=True).select_option("license-missing")
    count(shown, "13 of 417 match; 13 are shown")
    shown.ask(AXE_SCRIPT)
    for theme, rules in THEMES.items():
        shown.page.emulate_media(color_scheme=theme)
        for name, size in (("wide", WIDE), ("narrow", NARROW)):
            shown.page.set_viewport_size({"width": size["width"], "height": size["height"]})
            assert shown.ask("visible.overflow()") <= 0, (theme, name)
            shown.page.screenshot(path=ARTIFACTS / "report" / f"{theme}-{name}.png")
        assert shown.ask("visible.violations", rules) == [], theme


def test_every_filter_finds_what_it_is_for(shown: Watched) -> None:
    count(shown, "417 of 417 match; 200 are shown")
    field = partial(shown.page.get_by_label, exact=True)
    field("State").select_option("broken")
    count(shown, "53 of 417 match; 53 are shown")
    field("Text").fill("H0.ORG")
    count(shown, "10 of 417 match; 10 are shown")
    field("Card").fill("m8.md")
    count(shown, "1 of 417 match; 1 are shown")
    expect(shown.page.locator("#rows tbody a")).to_have_text("https://h0.org/0")
    expect(shown.page.locator("#rows tbody td").nth(2)).to_contain_text("and 6 more places")
    shown.page.get_by_role("button", name="Show everything").click()
    count(shown, "417 of 417 match; 200 are shown")
    field("Host").fill("h1.org")
    count(shown, "10 of 417 match; 10 are shown")
    field("Host").fill("")
    field("Rule").select_option("license-missing")
    count(shown, "13 of 417 match; 13 are shown")
    field("Severity").select_option("error")
    count(shown, "0 of 417 match; 0 are shown")
    field("Rule").select_option("")
    count(shown, "54 of 417 match; 54 are shown")


def test_the_keyboard_is_enough(shown: Watched) -> None:
    keys = shown.page.keyboard
    keys.press("Tab")
    expect(shown.page.locator(":focus")).to_have_text("Skip to all links and findings")
    shown.forget()
    keys.press("Enter")
    keys.press("Tab")
    expect(shown.page.get_by_label("Text", exact=True)).to_be_focused()
    keys.type("license")
    count(shown, "13 of 417 match; 13 are shown")
    keys.press("Control+A")
    keys.press("Delete")
    count(shown, "417 of 417 match; 200 are shown")
    shown.page.get_by_role("button", name="Show more").focus()
    keys.press("Enter")
    count(shown, "417 of 417 match; 400 are shown")
    assert shown.visited == [shown.page.url]
    shown.forget()
    shown.open(shown.page.url.partition("#")[0])


def test_a_strangers_text_stays_text(shown: Watched) -> None:
    field = partial(shown.page.get_by_label, exact=True)
    field("Text").fill("alert(1)")
    count(shown, "3 of 417 match; 3 are shown")
    rows = shown.page.locator("#rows tbody tr")
    assert shown.page.locator("#rows tbody a").count() == 0
    assert shown.page.locator("img").count() == 0
    expect(rows.nth(1).locator("td").nth(1)).to_contain_text("javascript:alert('<img src=x onerror=alert(1)></script>")
    field("Text").fill("long.org")
    count(shown, "1 of 417 match; 1 are shown")
    assert rows.locator("a").count() == 0
    addresses = shown.page.eval_on_selector_all("a", "links => links.map((link) => link.href)")
    assert all(each.startswith(("https://", "file:")) for each in addresses)


def test_without_scripts_all_but_the_list_is_there(browser: Browser, address: str) -> None:
    with watched(browser, java_script_enabled=False) as shown:
        shown.open(address)
        expect(shown.page.get_by_text("The list needs the page's script")).to_be_visible()
        expect(shown.page.locator("#all")).to_be_hidden()
        expect(shown.page.get_by_text("no license").first).to_be_visible()
        assert shown.page.locator("svg").count() == 2
