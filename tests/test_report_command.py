"""`cardgen report merge`, shards and earlier reports, as a user types them."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

import pytest

from cardgen.reports.shards import Shard
from project import Project
from web_site import open_site


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Three cards with a link that is broken on each, and a placeholder."""
    made = Project(tmp_path)
    made.write()
    made.replace("Two models", "TODO [Two](example.com) models, see https://a.org and https://b.org")
    return made


def test_shards_are_merged_to_what_a_whole_check_says(project: Project) -> None:
    whole = project.run("check", "--offline", "--report", "whole.json", "--report", "whole.html")
    assert whole.code == 1
    parts = [f"part-{number}.json" for number in (1, 2, 3)]
    codes = [
        project.run("check", "--offline", "--shard", f"{number}/3", "--report", parts[number - 1]).code
        for number in (1, 2, 3)
    ]
    assert sorted(codes) == [0, 0, 1]
    merged = project.run("report", "merge", *reversed(parts), "--report", "merged.json", "--report", "merged.html")
    assert (merged.code, merged.out, merged.err) == (1, whole.out, "")
    for ending in ("json", "html"):
        assert (project.folder / f"merged.{ending}").read_bytes() == (project.folder / f"whole.{ending}").read_bytes()


def test_shards_that_do_not_fit_are_refused(project: Project) -> None:
    for number in (1, 2):
        project.run("check", "--offline", "--shard", f"{number}/3", "--report", f"{number}.json")
    missing = project.run("report", "merge", "1.json", "2.json", "--report", "merged.md")
    assert (missing.code, missing.out) == (2, "")
    assert "error: missing: shard 3/3" in missing.err
    assert not (project.folder / "merged.md").exists()
    project.replace("https://b.org", "https://c.org")
    project.run("check", "--offline", "--shard", "3/3", "--report", "3.json")
    other = project.run("report", "merge", "1.json", "2.json", "3.json")
    assert other.code == 2
    assert "error: 3.json: of another run than 1.json" in other.err
    (project.folder / "4.json").write_text("{}")
    unread = project.run("report", "merge", "1.json", "gone.json", "4.json")
    assert unread.code == 2
    assert unread.err.startswith("error: gone.json: cannot be read: No such file or directory\n")
    assert "\nerror: 4.json: not a report that can be read" in unread.err


def test_a_merge_of_a_part_that_was_stopped_fails(project: Project) -> None:
    project.write()
    assert project.run("check", "--offline", "--shard", "1/1", "--report", "1.json").code == 0
    path = project.folder / "1.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"stopped": false', '"stopped": true'), encoding="utf-8")
    assert project.run("report", "merge", "1.json").code == 1


def test_a_host_is_asked_by_its_shard_alone(project: Project) -> None:
    with ExitStack() as stack:
        hosts = [f"127.0.0.{number}" for number in range(1, 6)]
        sites = {host: stack.enter_context(open_site(host=host)) for host in hosts}
        urls = [site.url(path, host) for host, site in sites.items() for path in ("/a", "/b")]
        project.write()
        project.replace("Two models", f"Two models {' '.join(urls)}")
        for number in (1, 2):
            before = {host: len(site.visits) for host, site in sites.items()}
            options = ("--allow-private", "--shard", f"{number}/2", "--report", f"{number}.json")
            assert project.run("check", *options).code == 0
            asked = {host for host, site in sites.items() if len(site.visits) > before[host]}
            assert asked == {host for host in hosts if Shard(number, 2).has_link(f"http://{host}")}
            assert asked
        assert project.run("report", "merge", "1.json", "2.json", "--report", "merged.json").code == 0
        assert [sorted(site.asked()) for site in sites.values()] == [[("GET", "/a"), ("GET", "/b")]] * 5
    links = json.loads((project.folder / "merged.json").read_text(encoding="utf-8"))["links"]
    assert {link["url"]: link["status"] for link in links if link["url"] in urls} == dict.fromkeys(urls, "ok")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "--shard", "4/3"], "'4/3' is no part of a run such as 3/8"),
        (["check", "--shard", "1/3", "--since", "r.json"], "a shard knows only its part"),
        (["check", "--shard", "1/3", "--fix"], "a shard knows only its part"),
        (["check", "--since", "gone.json"], "gone.json: cannot be read: No such file"),
        (["report", "merge"], "Missing argument 'FILE...'"),
        (["report", "nothing"], "No such command 'nothing'"),
        (["report"], "Usage: cardgen report"),
    ],
)
def test_wrong_usage(project: Project, arguments: list[str], said: str) -> None:
    result = project.run(*arguments)
    assert (result.code, result.out) == (2, "")
    assert said in result.err


def test_what_changed_since_the_last_report(project: Project) -> None:
    project.run("check", "--offline", "--report", "report.json")
    project.replace("TODO [Two](example.com)", "[Two](example.org)")
    result = project.run("check", "--offline", "--since", "report.json", "--report", "report.json")
    told = result.out.partition("since the earlier report:\n")[2]
    assert told.startswith("    1 newly broken\n        example.org\n")
    assert "    1 broken before, linked no longer\n        example.com\n" in told
    written = json.loads((project.folder / "report.json").read_text(encoding="utf-8"))["changes"]
    assert (written["broken"], written["unlinked"]) == (["example.org"], ["example.com"])
    assert [each["rule"] for each in written["gone"]].count("placeholder") == 3
    again = project.run("check", "--offline", "--since", "report.json", "--format", "markdown")
    assert "<summary>1 still broken</summary>" in again.out


def test_a_finding_shows_its_line(project: Project) -> None:
    result = project.run("check", "--offline")
    line = project.manifest.read_text(encoding="utf-8").splitlines()[3]
    assert f"        4 | {line}\n          | {' ' * line.index('TODO')}^~~~\n" in result.out
    assert " [placeholder] (3 cards)\n" in result.out


def test_colours_are_of_the_mark_too(project: Project) -> None:
    result = project.run("check", "--offline", "--color", "always")
    assert "\x1b[31m\x1b[1m^~~~" in result.out
