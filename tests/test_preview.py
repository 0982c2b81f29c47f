"""`cardgen preview` as a user runs it, and its pages in a real browser while files change."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from browser import Watched, chromium, watched
from cardgen.localhub import LocalHub
from hub_client import client
from project import MANIFEST, Project

expect.set_options(timeout=20_000)  # milliseconds; the machine may be busy

CARD = "models/lab/small-one/index.html"
VISIBLE = Path(__file__).parent / "visible.js"


@pytest.fixture
def lab(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.write()
    return made


@contextmanager
def previewed(project: Project, *options: str) -> Iterator[str]:
    """`cardgen preview` while it runs: the address of its pages. It ends by Ctrl-C, cleanly."""
    with project.start("preview", "--no-open", "--port", "0", *options) as process:
        try:
            yield _address(process)
        finally:
            process.send_signal(signal.SIGINT)
            told = process.communicate(timeout=60)[1]
    assert (process.returncode, "Traceback" in told) == (0, False), told


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stderr
    for line in process.stderr:
        if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
            return found[0]
    raise AssertionError("it ended before it served")


@pytest.fixture(scope="module")
def chrome() -> Iterator[Callable[..., AbstractContextManager[Watched]]]:
    with chromium() as browser:
        yield lambda **settings: watched(browser, **settings)


Chrome = Callable[..., AbstractContextManager[Watched]]
"""Opens a page of its own."""


def fetch(url: str, **headers: str) -> str:
    with urlopen(Request(url, headers=headers), timeout=20) as answer:
        text: str = answer.read().decode()
    return text


def test_it_serves_what_the_manifests_say_and_builds_nothing(lab: Project) -> None:
    with previewed(lab) as address:
        assert "small-two" in fetch(address)
        assert "<h1>A family</h1>" in fetch(address)
        assert "A family" in fetch(f"{address}models/lab/small-one")
        with pytest.raises(HTTPError, match="404"):
            fetch(f"{address}models/lab/nobody/index.html")
    assert not (lab.folder / "build").exists()


def test_only_pages_of_this_machine_are_answered(lab: Project) -> None:
    with previewed(lab) as address:
        for headers in ({"Host": "evil.test"}, {"Origin": "https://evil.test"}):
            with pytest.raises(HTTPError, match="403"):
                fetch(address, **headers)
            with pytest.raises(HTTPError, match="403"):
                fetch(f"{address}-/changes", **headers)


def test_without_a_manifest_there_is_nothing_to_show(lab: Project) -> None:
    result = lab.run("preview", "--no-open", "--port", "0", "collections/famly.yaml")
    assert (result.code, "did you mean 'collections/family.yaml'?" in result.err) == (2, True)
    lab.manifest.unlink()
    result = lab.run("preview", "--no-open", "--port", "0")
    assert (result.code, "`cardgen init`" in result.err) == (2, True)


def test_it_opens_the_browser(lab: Project) -> None:
    script, opened = lab.folder / "browser", lab.folder / "opened"
    script.write_text('#!/bin/sh\necho "$1" > opening && mv opening opened\n')
    script.chmod(0o755)
    lab.environment = {"BROWSER": f"{script} %s"}
    with lab.start("preview", "--port", "0") as process:
        address = _address(process)
        until = time.monotonic() + 20
        while not opened.exists() and time.monotonic() < until:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert opened.read_text() == f"{address}\n"


def test_a_port_in_use_is_an_error_with_a_hint(lab: Project) -> None:
    with previewed(lab) as address:
        port = address.rstrip("/").rpartition(":")[2]
        result = lab.run("preview", "--no-open", "--port", port)
    assert result.code == 2
    assert f"error: port {port} on 127.0.0.1 is in use\nhint: --port 0" in result.err


@pytest.mark.browser
def test_a_change_is_on_the_screen_without_a_hand(lab: Project, chrome: Chrome) -> None:
    with previewed(lab) as address, chrome() as shown:
        shown.open(address + CARD)
        card = shown.page.locator("article.card")
        expect(card).to_contain_text("Two models and their data.")
        lab.replace("Two models", "Three models")
        expect(card).to_contain_text("Three models and their data.")
        (lab.folder / "templates").mkdir()
        (lab.folder / "templates/header.md.j2").write_text("# {{ collection.title }}, anew\n")
        expect(card).to_contain_text("A family, anew")
        lab.replace("models:\n  repo", "modles:\n  repo")
        mistakes = shown.page.locator("section.mistakes")
        expect(mistakes).to_contain_text("collections/family.yaml:10:1: unknown key 'modles'")
        expect(card).to_contain_text("A family, anew")
        lab.replace("modles:", "models:")
        expect(mistakes).to_have_count(0)
        lab.replace("{key: small}", "{key: tiny}")
        expect(shown.page.locator("main")).to_contain_text("There is no such page")
        assert shown.visited == [address + CARD], "the page was never loaded anew"


@pytest.mark.browser
def test_a_manifest_that_is_broken_from_the_start_can_be_mended(lab: Project, chrome: Chrome) -> None:
    lab.write(MANIFEST.replace("license: mit", "license: [mit"))
    with previewed(lab) as address, chrome() as shown:
        shown.open(address)
        expect(shown.page.locator("section.mistakes")).to_contain_text("collections/family.yaml:")
        lab.write()
        expect(shown.page.locator("main")).to_contain_text("lab/small-two")
        other = lab.manifest.with_name("other.yaml")
        other.write_text("version: 1\nnamespace: lab\ntitle: Another\ndatasets: [{repo: more}]\n")
        expect(shown.page.locator("main")).to_contain_text("lab/more")
        other.unlink()
        expect(shown.page.locator("main")).not_to_contain_text("lab/more")


@pytest.mark.browser
def test_all_cards_are_looked_at_beside_the_pages(lab: Project, chrome: Chrome) -> None:
    lab.replace("Two models", "TODO [models](example.com)")
    with previewed(lab) as address, chrome() as shown:
        shown.open(address)
        row = shown.page.get_by_role("row").filter(has_text="lab/small-one")
        expect(row).to_contain_text("1 broken link")
        expect(row).to_contain_text("warning")
        (lab.folder / "yaml.py").write_text("raise SystemExit('what lies in the folder was imported')\n")
        lab.replace("(example.com)", "(https://example.com)")
        expect(row).not_to_contain_text("broken")


@pytest.mark.browser
def test_tabs_are_tabs(lab: Project, chrome: Chrome) -> None:
    lab.replace("Two models", "TODO models")
    with previewed(lab) as address, chrome() as shown:
        shown.open(address + CARD)
        page = shown.page
        tab, panel = page.get_by_role("tab", selected=True), page.get_by_role("tabpanel")
        expect(tab).to_have_text("Card")
        tab.focus()
        page.keyboard.press("ArrowRight")
        expect(tab).to_have_text("Source")
        expect(tab).to_be_focused()
        expect(panel).to_have_count(1)
        expect(panel.locator("li.found")).to_contain_text("TODO")
        page.keyboard.press("End")
        expect(tab).to_have_text("History")
        page.keyboard.press("ArrowRight")
        expect(tab).to_have_text("Card")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Home")
        page.get_by_role("tab", name="Findings").click()
        panel.get_by_role("link", name=re.compile("line ")).first.click()
        expect(tab).to_have_text("Source")
        page.get_by_role("tab", name="Links").click()
        lab.replace("TODO models", "TODO and two models")
        expect(page.get_by_role("status")).to_have_text("Updated.")
        expect(tab).to_contain_text("Links")
        page.reload()
        expect(tab).to_contain_text("Links")
        page.goto("about:blank")
        page.goto(address + CARD)
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()


@pytest.mark.browser
def test_the_theme_is_the_readers_and_is_remembered(lab: Project, chrome: Chrome) -> None:
    with previewed(lab) as address, chrome(color_scheme="dark") as shown:
        shown.open(address)
        back = "getComputedStyle(document.body).backgroundColor"
        dark, light = "rgb(11, 15, 25)", "rgb(255, 255, 255)"
        assert shown.ask(back) == dark
        shown.page.get_by_role("radio", name="light").check()
        assert shown.ask(back) == light
        shown.page.goto(address + CARD)
        assert shown.ask(back) == light
        expect(shown.page.get_by_role("radio", name="light")).to_be_checked()
        shown.page.get_by_role("radio", name="narrow").check()
        shown.page.reload()
        assert shown.ask("document.querySelector('.card').getBoundingClientRect().width") <= 370
        shown.page.get_by_role("radio", name="auto").check()
        assert shown.ask(back) == dark


@pytest.mark.browser
def test_nothing_but_the_changes_needs_a_script(lab: Project, chrome: Chrome) -> None:
    with previewed(lab) as address, chrome(java_script_enabled=False, color_scheme="light") as shown:
        shown.open(address)
        shown.page.get_by_role("link", name="lab/small-one").last.click()
        for part in ("card", "source", "findings", "links", "diff", "history"):
            expect(shown.page.locator(f"[id='page:{part}']")).to_be_visible()
        shown.page.get_by_role("link", name="Source").click()
        assert shown.page.url.endswith(f"{CARD}#page:source")
        shown.page.get_by_role("radio", name="dark").check()
        expect(shown.page.locator("body")).to_have_css("background-color", "rgb(11, 15, 25)")


@pytest.mark.browser
def test_every_part_keeps_nobody_out(lab: Project, chrome: Chrome) -> None:
    lab.replace("Two models", "TODO [models](example.com)")
    with previewed(lab) as address, chrome() as shown:
        shown.page.add_init_script(path=VISIBLE)
        for part in ("", *(f"{CARD}#page:{name}" for name in ("source", "findings", "links", "diff", "history"))):
            shown.page.goto("about:blank")
            shown.open(address + part)
            shown.ask(AXE_SCRIPT)
            for theme in ("light", "dark"):
                shown.page.emulate_media(color_scheme=theme)
                assert shown.ask("visible.violations", []) == [], (part, theme)
            assert shown.ask("visible.overflow()") <= 0
            assert shown.messages == []


@pytest.mark.browser
def test_what_is_on_the_hub_is_shown(project: Project, local_hub: LocalHub, chrome: Chrome) -> None:
    assert project.run("push", "--yes", "--allow-broken").code == 0
    api = client(local_hub)
    text = Path(api.hf_hub_download("lab/small-one", "README.md")).read_text()
    api.upload_file(
        repo_id="lab/small-one",
        path_in_repo="README.md",
        path_or_fileobj=text.replace("Two models", "Four models").encode(),
        commit_message="By hand",
    )
    with previewed(project, "--hub") as address, chrome() as shown:
        shown.open(address)
        row = shown.page.get_by_role("row").filter(has_text="lab/small-one")
        expect(row).to_contain_text("conflict")
        expect(shown.page.get_by_role("row").filter(has_text="lab/small-two")).to_contain_text("unchanged")
        shown.page.goto(f"{address}{CARD}#page:history")
        expect(shown.page.get_by_role("tabpanel")).to_contain_text("By hand")
        shown.page.get_by_role("tab", name="Diff").click()
        expect(shown.page.get_by_role("tabpanel")).to_contain_text("-Four models and their data.")
        expect(shown.page.get_by_role("tabpanel")).to_contain_text("cardgen pull lab/small-one")
        project.replace("Two models", "Four models")
        expect(shown.page.get_by_role("tabpanel")).to_contain_text("converged")


@pytest.mark.browser
def test_links_are_asked_about_if_that_is_wanted(project: Project, chrome: Chrome) -> None:
    """Links to the Hub are asked at HF_ENDPOINT: here a local hub, which has no such repo."""
    project.replace("Two models", "[Two](https://huggingface.co/lab/nothing) models")
    with previewed(project) as address, chrome() as shown:
        shown.open(address)
        row = shown.page.get_by_role("row").filter(has_text="lab/small-one")
        expect(row).not_to_contain_text("being looked at")
        expect(row).not_to_contain_text("broken")
    with previewed(project, "--links") as address, chrome() as shown:
        shown.open(address)
        row = shown.page.get_by_role("row").filter(has_text="lab/small-one")
        expect(row).to_contain_text("1 broken link")
        shown.page.goto(f"{address}{CARD}#page:links")
        expect(shown.page.get_by_role("row").filter(has_text="lab/nothing")).to_contain_text("broken")
    with previewed(project) as address:
        assert "broken" in fetch(f"{address}{CARD}"), "it is remembered"


@pytest.mark.browser
def test_a_hub_that_refuses_is_told_on_the_pages(project: Project, local_hub: LocalHub, chrome: Chrome) -> None:
    project.use(local_hub, "hf_wrong")
    with previewed(project, "--hub") as address, chrome() as shown:
        shown.open(address)
        expect(shown.page.get_by_role("row").filter(has_text="lab/small-one")).to_contain_text("token")
        shown.page.goto(f"{address}{CARD}#page:diff")
        expect(shown.page.get_by_role("tabpanel")).to_contain_text("token")
