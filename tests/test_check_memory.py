"""`cardgen check` against a real site: what it remembers from run to run, and what rules make of links."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from project import Project, Result
from web_site import Site, Visit, answers, hangs, open_site

HERE = ("--allow-private", "--format", "json")


@pytest.fixture
def site() -> Iterator[Site]:
    with open_site() as opened:
        yield opened


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def page(project: Project, *urls: str) -> None:
    (project.folder / "README.md").write_text("\n\n".join(f"<{url}>" for url in urls))


def check(project: Project, *arguments: str) -> Result:
    return project.run("check", "README.md", *HERE, *arguments)


def link(result: Result, url: str) -> dict[str, Any]:
    (found,) = [each for each in json.loads(result.out)["links"] if each["url"] == url]
    return dict(found)


def test_the_second_run_asks_only_for_what_failed(project: Project, site: Site) -> None:
    site.plays["/gone"] = answers(404)
    page(project, *(site.url(f"/{number}") for number in range(20)), site.url("/gone"))
    first = check(project)
    assert first.code == 1
    site.visits.clear()
    second = check(project)
    assert {path for _, path in site.asked()} == {"/gone"}
    good = site.url("/3")
    assert link(second, good)["asked"] == link(first, good)["asked"]
    assert link(second, site.url("/gone"))["since"] == link(first, site.url("/gone"))["since"]


@pytest.mark.parametrize("option", [("--no-cache",), ("--max-age", "0")])
def test_a_run_that_asks_for_everything(project: Project, site: Site, option: tuple[str, ...]) -> None:
    page(project, site.url("/a"))
    check(project)
    site.visits.clear()
    assert check(project, *option).code == 0
    assert {path for _, path in site.asked()} == {"/a"}


def test_without_a_cache_nothing_is_written(project: Project, site: Site) -> None:
    page(project, site.url("/a"))
    check(project, "--no-cache")
    project.run("check", "README.md", "--offline")
    assert [path.name for path in project.folder.iterdir()] == ["README.md"]


def test_a_page_that_was_good_is_asked_whether_it_changed(project: Project, site: Site) -> None:
    site.plays["/a"] = answers(200, 'ETag: "1"')
    page(project, site.url("/a"))
    check(project)
    site.plays["/a"] = answers(304)
    site.visits.clear()
    result = check(project, "--max-age", "0")
    assert [visit.headers.get("if-none-match") for visit in site.visits] == ['"1"']
    assert link(result, site.url("/a"))["status"] == "ok"


def test_a_damaged_cache_is_told_and_begun_anew(project: Project, site: Site) -> None:
    page(project, site.url("/a"))
    check(project)
    cache = project.folder / ".cardgen" / "links.sqlite3"
    cache.write_bytes(b"damaged" * 1000)
    result = check(project)
    assert (result.code, "is damaged, and is begun anew" in result.err) == (0, True)
    assert check(project).err == ""


def test_no_secret_comes_to_the_disk(project: Project, site: Site) -> None:
    secret = site.url("/a?token=s3cret").replace("http://", "http://me:pw@")
    page(project, secret, site.url("/b?api_key=s3cret"))
    result = check(project)
    assert "pw@" not in result.out
    stored = b"".join(path.read_bytes() for path in (project.folder / ".cardgen").iterdir())
    assert b"s3cret" not in stored
    assert b"pw@" not in stored


def test_ctrl_c_tells_what_is_known_and_keeps_it(project: Project, site: Site) -> None:
    site.plays["/slow"] = hangs
    page(project, site.url("/a"), site.url("/slow"))
    cache = project.folder / ".cardgen" / "links.sqlite3"
    with project.start("check", "README.md", *HERE) as process:
        while not _is_kept(cache, site.url("/a")) or ("GET", "/slow") not in site.asked():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    made = json.loads(out)
    assert (process.returncode, made["stopped"], made["summary"]["ok"], made["summary"]["unsure"]) == (130, True, 1, 1)
    assert "Traceback" not in err
    assert "interrupted" in err


def _is_kept(cache: Path, url: str) -> bool:
    if not cache.exists():
        return False
    with sqlite3.connect(cache) as file:
        try:
            found = file.execute("SELECT 1 FROM links WHERE url = ?", (url,)).fetchone()
        except sqlite3.OperationalError:
            found = None
    file.close()
    return found is not None


def test_rules_of_the_command_line(project: Project, site: Site) -> None:
    site.plays["/wall"] = answers(403)
    site.plays["/teapot"] = answers(418)
    page(project, site.url("/wall"), site.url("/teapot"), site.url("/demo/1"))
    result = check(project, "--ignore", site.url("/demo/*"), "--accept", "403", "--accept", "418", "--strict")
    assert result.code == 0
    assert link(result, site.url("/demo/1"))["message"] == "ignored: --ignore"
    assert {path for _, path in site.asked()} == {"/wall", "/teapot"}


def test_rules_of_a_file(project: Project, site: Site) -> None:
    site.plays["/wall"] = answers(403)
    page(project, site.url("/wall"), site.url("/demo/1"))
    rules = project.folder / "links.yaml"
    rules.write_text(
        f"ignore:\n"
        f"  - {{pattern: '{site.url('/demo/*')}', reason: not open yet}}\n"
        f"  - {{pattern: https://nobody.org/, reason: old, until: 2020-01-31}}\n"
        f"hosts:\n"
        f"  127.0.0.1:{site.port}: {{accept: [403], headers: {{Accept-Language: en}}}}\n"
    )
    result = check(project, "--rules", "links.yaml")
    made = json.loads(result.out)
    assert (result.code, made["summary"]["ok"], made["summary"]["excluded"]) == (0, 1, 1)
    assert {visit.headers["accept-language"] for visit in site.visits} == {"en"}
    (expired,) = made["findings"]
    assert (expired["rule"], expired["source"]) == ("ignore-expired", "links.yaml:3:5")
    assert check(project, "--rules", "links.yaml", "--strict").code == 1
    rules.write_text("ignore: [{pattern: x}]\nhost: {}\n")
    wrong = check(project, "--rules", "links.yaml")
    assert wrong.code == 2
    assert len(re.findall(r"^error: links.yaml:\d+:\d+: ", wrong.err, re.MULTILINE)) == 2


def test_the_manifests_say(project: Project, site: Site) -> None:
    project.write()
    project.replace("Two models", f"[Two]({site.url('/soon')}) models")
    text = project.manifest.read_text()
    project.write(f"{text}check: {{links: {{ignore: [{{pattern: '{site.url('/soon')}', reason: opens soon}}]}}}}\n")
    result = project.run("check", *HERE)
    assert link(result, site.url("/soon"))["message"] == "ignored: opens soon"
    assert not site.visits


def test_a_secret_for_a_host(project: Project, site: Site) -> None:
    with open_site() as other:
        site.plays["/away"] = answers(302, f"Location: {other.url('/x')}")
        page(project, site.url("/a"), site.url("/away"), other.url("/b"))
        project.environment = {"CARDGEN_LINK_HEADERS": f"127.0.0.1:{site.port} Authorization: Bearer s3cret"}
        result = check(project)
        assert {visit.headers.get("authorization") for visit in site.visits} == {"Bearer s3cret"}
        assert {visit.headers.get("authorization") for visit in other.visits} == {None}
    assert "s3cret" not in result.out + result.err
    assert b"s3cret" not in (project.folder / ".cardgen" / "links.sqlite3").read_bytes()
    project.environment = {"CARDGEN_LINK_HEADERS": "Bearer s3cret"}
    wrong = check(project)
    assert (wrong.code, "s3cret" in wrong.err, "CARDGEN_LINK_HEADERS: line 1" in wrong.err) == (2, False, True)


@pytest.mark.parametrize("age", ["soon", "-1", "1w", ""])
def test_an_age_that_is_none(project: Project, age: str) -> None:
    page(project)
    result = check(project, "--max-age", age)
    assert (result.code, "is no length of time" in result.err) == (2, True)


@pytest.mark.parametrize("form", ["text", "json", "markdown", "sarif", "junit", "github"])
def test_every_form_is_printed(project: Project, form: str) -> None:
    page(project, "example.com/page", "https://a.org")
    result = project.run("check", "README.md", "--offline", "--format", form)
    assert result.code == 0
    assert result.out


def test_reports_as_files_beside_what_is_printed(project: Project) -> None:
    (project.folder / "README.md").write_text("[x](gone.md)\n")
    names = ("a.json", "a.md", "a.sarif", "a.xml", "a.txt")
    result = project.run("check", "README.md", "--offline", *(part for name in names for part in ("--report", name)))
    assert result.code == 1
    begin = {name: (project.folder / name).read_text()[:10].split()[0] for name in names}
    assert begin == {"a.json": "{", "a.md": "##", "a.sarif": "{", "a.xml": "<testsuite", "a.txt": "broken:"}
    wrong = project.run("check", "README.md", "--report", "a.pdf")
    assert (wrong.code, ".sarif" in wrong.err) == (2, True)


def test_a_host_is_asked_as_its_rules_say(project: Project, site: Site) -> None:
    busy: list[int] = []

    def count(visit: Visit) -> None:
        busy.append(1)
        assert len(busy) == 1, "one at once"
        busy.pop()
        visit.reply(200, body=b"fine")

    site.plays |= {f"/{number}": count for number in range(8)}
    site.plays["/slow"] = hangs
    page(project, *(site.url(f"/{number}") for number in range(8)))
    (project.folder / "rules.yaml").write_text(f"hosts: {{127.0.0.1:{site.port}: {{at_once: 1, timeout: 1}}}}\n")
    assert check(project, "--rules", "rules.yaml").code == 0
    assert site.connections == 1


def test_colours_on_a_terminal_alone(project: Project) -> None:
    (project.folder / "README.md").write_text("[x](gone.md)\n")
    assert "\x1b" not in project.run("check", "README.md", "--offline").out
    colored = project.run("check", "README.md", "--offline", "--color", "always").out
    assert colored.startswith("\x1b[31m\x1b[1mbroken:\x1b[0m there is no such file\n")


def test_a_run_that_is_killed_loses_nothing_that_it_was_told(project: Project, site: Site) -> None:
    site.plays["/slow"] = hangs
    good = [site.url(f"/{number}") for number in range(30)]
    page(project, *good, site.url("/slow"))
    cache = project.folder / ".cardgen" / "links.sqlite3"
    with project.start("check", "README.md", *HERE) as process:
        while not all(_is_kept(cache, url) for url in good):
            assert process.poll() is None
        process.kill()
    page(project, *good)
    site.visits.clear()
    assert check(project).code == 0
    assert not site.visits


def test_two_runs_at_once(project: Project, site: Site) -> None:
    page(project, *(site.url(f"/{number}") for number in range(50)))
    with project.start("check", "README.md", *HERE) as one, project.start("check", "README.md", *HERE) as other:
        for process in (one, other):
            out, err = process.communicate(timeout=60)
            assert (process.returncode, json.loads(out)["summary"]["ok"], err) == (0, 50, "")
    site.visits.clear()
    assert check(project).code == 0
    assert not site.visits
