"""`cardgen preview --export`: the same pages as files, without a server."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser import chromium, watched
from cardgen.cli import checking, looking
from cardgen.link_cache import FILE, LinkCache
from cardgen.links.memory import Entry
from cardgen.links.verdict import Verdict
from cardgen.localhub import LocalHub
from previews import scene_of
from project import Project

CARD = "models/lab/small-one/index.html"


@pytest.fixture
def lab(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.write()
    return made


def export(project: Project, *options: str) -> None:
    result = project.run("preview", "--export", "site", *options)
    assert (result.code, result.err) == (0, "3 cards in site/index.html\n")


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.browser
def test_the_site_works_from_the_disk(lab: Project) -> None:
    export(lab)
    site = (lab.folder / "site").as_uri()
    with chromium() as browser, watched(browser, color_scheme="light") as shown:
        shown.open(f"{site}/index.html")
        page = shown.page
        page.get_by_role("radio", name="dark").check()
        page.get_by_role("link", name="lab/small-one").last.click()
        expect(page.get_by_role("tab", selected=True)).to_have_text("Card")
        expect(page.locator("body")).to_have_css("background-color", "rgb(11, 15, 25)")
        page.get_by_role("article").get_by_role("link").last.click()
        expect(page.locator("h1.repo")).to_have_text("lab/small-two")
        page.get_by_role("link", name="All cards").click()
        assert page.url == f"{site}/index.html"
        assert shown.messages == []
        assert [url for url in shown.requests if not url.startswith(site)] == []


def test_it_holds_a_page_for_each_card_and_is_the_same_each_time(lab: Project) -> None:
    export(lab)
    site = lab.folder / "site"
    pages = {"index.html", CARD, "models/lab/small-two/index.html", "datasets/lab/data/index.html"}
    assert files(site) == pages | {"files.json", "-/page.css", "-/page.js", "-/icon.svg"}
    before = {path: (site / path).read_bytes() for path in files(site)}
    export(lab)
    assert {path: (site / path).read_bytes() for path in files(site)} == before
    assert "data-changes" not in (site / CARD).read_text()


def test_a_site_is_replaced_as_a_whole(lab: Project) -> None:
    export(lab)
    lab.replace("{key: small}", "{key: tiny}")
    export(lab)
    assert "models/lab/small-one/index.html" not in files(lab.folder / "site")
    assert "models/lab/tiny-one/index.html" in files(lab.folder / "site")


@pytest.mark.parametrize("name", ["notes.txt", "models/lab/small-one/other.html"])
def test_a_folder_with_anything_else_is_left_alone(lab: Project, name: str) -> None:
    export(lab)
    before = files(lab.folder / "site")
    (lab.folder / "site" / name).write_text("mine")
    lab.replace("Two models", "Three models")
    result = lab.run("preview", "--export", "site")
    assert result.code == 2
    assert f"error: site holds what no export made: {name}" in result.err
    assert files(lab.folder / "site") == before | {name}
    assert "Two models" in (lab.folder / "site" / CARD).read_text()


def test_a_link_in_the_place_of_the_folder_is_not_followed(lab: Project) -> None:
    (lab.folder / "elsewhere").mkdir()
    (lab.folder / "site").symlink_to("elsewhere")
    assert lab.run("preview", "--export", "site").code == 2
    assert files(lab.folder / "elsewhere") == set()


def test_a_manifest_that_is_broken_writes_nothing(lab: Project) -> None:
    lab.replace("models:\n  repo", "modles:\n  repo")
    result = lab.run("preview", "--export", "site")
    assert (result.code, "collections/family.yaml:10:1" in result.err) == (2, True)
    assert not (lab.folder / "site").exists()


def test_it_can_tell_what_a_push_would_do(project: Project, local_hub: LocalHub) -> None:
    assert project.run("push", "--yes").code == 0
    project.replace("Two models", "Three models")
    export(project, "--hub")
    page = (project.folder / "site" / CARD).read_text()
    assert "+Three models and their data." in page
    assert "Create card from collections/family.yaml" in page.partition('id="page:history"')[2]
    assert (project.folder / "site/index.html").read_text().count(">update<") == 3
    assert local_hub.token not in page


def test_what_a_check_found_out_is_shown_without_asking(lab: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.replace("Two models", "[Two](https://example.org/a) [models](https://example.org/b)")
    monkeypatch.chdir(lab.folder)
    scene = scene_of([])
    card = scene.cards[0]
    unknown = {link.url: link.verdict.status for link in looking.look(scene, card).links}
    assert (unknown["https://example.org/a"], unknown["https://example.org/b"]) == ("excluded", "excluded")
    assert not FILE.exists()
    cache = LinkCache(FILE, checking.scope(checking.Wishes()), pytest.fail, time.time())
    cache.keep("https://example.org/a", Entry(Verdict("broken", 404, "Not Found"), asked=time.time() - 80 * 86_400))
    cache.close()
    known = {link.url: link.verdict for link in looking.look(scene, card).links}
    assert (known["https://example.org/a"].status, known["https://example.org/a"].message) == ("broken", "Not Found")
    assert known["https://example.org/b"].status == "excluded"
    (counts, *_) = looking.count_all(looking.judge(scene))
    assert counts[card.repo.key].broken == 1
    assert os.listdir(".cardgen") != []  # noqa: PTH208 - the names alone


def test_findings_of_the_family_reach_the_page_of_a_card() -> None:
    scene = scene_of([str(Path(__file__).parent.parent / "collections/codeio.yaml")])
    judged = looking.judge(scene)
    assert judged.findings
    for card in scene.cards[:3]:
        assert looking.look(judged, card).findings == tuple(
            sorted(judged.findings.get(card.repo.path, ()), key=lambda each: (each.line, each.rule, each.message))
        )
