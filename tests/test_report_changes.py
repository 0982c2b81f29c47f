"""What changed since an earlier report, in every form that tells it."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from cardgen import reports
from cardgen.links.memory import Known
from cardgen.links.verdict import Status, Verdict
from cardgen.model import Finding
from cardgen.reports import changes, reading, report
from cardgen.reports.report import Report

DAY = 86400.0
THEN, NOW = 1_795_000_000.0, 1_795_000_000.0 + 7 * DAY
PLACEHOLDER = Finding("placeholder", "warning", "a placeholder: TBD", "m.md", 3)
LICENSE = Finding("license-missing", "warning", "the card states no license", "m.md")


def made(statuses: dict[str, Status], findings: list[Finding], asked: float) -> Report:
    known = {f"https://{name}.org": Known(Verdict(status, 404), asked) for name, status in statuses.items()}
    return report.make(known, {}, findings)


def weeks() -> Report:
    """A report with what changed since the one of a week before."""
    before = made({"a": "broken", "b": "broken", "c": "broken", "d": "broken", "e": "ok"}, [PLACEHOLDER], THEN)
    now = made({"a": "broken", "b": "ok", "c": "unsure", "e": "broken", "f": "broken"}, [LICENSE], NOW)
    return replace(now, changes=changes.compare(before, now))


def test_what_changed() -> None:
    found = weeks().changes
    assert found
    assert [link.url for link in found.broken] == ["https://e.org", "https://f.org"]
    assert [link.url for link in found.mended] == ["https://b.org"]
    assert [(link.url, link.since) for link in found.still] == [("https://a.org", THEN)]
    assert [link.url for link in found.unlinked] == ["https://d.org"]
    assert (found.found, found.gone, found.since) == ((LICENSE,), (PLACEHOLDER,), THEN)


def test_a_finding_that_moved_or_came_again_is_told_once() -> None:
    before = made({}, [PLACEHOLDER, PLACEHOLDER], THEN)
    now = made({}, [structs.replace(PLACEHOLDER, line=9), *[structs.replace(PLACEHOLDER, line=20)] * 2], NOW)
    assert changes.compare(before, now).found == (structs.replace(PLACEHOLDER, line=20),)
    assert len(changes.compare(now, before).gone) == 1


def test_people_are_told() -> None:
    assert reports.text.write(weeks()).partition("since the report of ")[2] == (
        "2026-11-18:\n"
        "    2 newly broken\n"
        "        https://e.org\n"
        "        https://f.org\n"
        "    1 still broken\n"
        "        https://a.org since 2026-11-18\n"
        "    1 new finding\n"
        "        warning: the card states no license [license-missing] (m.md)\n"
        "    1 mended\n"
        "        https://b.org\n"
        "    1 broken before, linked no longer\n"
        "        https://d.org\n"
        "    1 gone finding\n"
        "        warning: a placeholder: TBD [placeholder] (m.md:3)\n"
        "5 links: 3 broken, 1 unsure, 1 ok; 1 warning\n"
    )
    for form in ("markdown", "html"):
        written = reports.FORMATS[form](weeks())
        assert [written.count(told) > 0 for told in ("ince the report of 2026-11-18", "2 newly broken")] == [True, True]


def test_no_change_is_told_too() -> None:
    same = made({"a": "broken"}, [], THEN)
    same = replace(same, changes=changes.compare(same, same))
    assert "1 still broken" in reports.text.write(same)
    good = made({"a": "ok"}, [], THEN)
    good = replace(good, changes=changes.compare(good, good))
    assert "since the report of 2026-11-18: nothing changed\n" in reports.text.write(good)


def test_many_are_told_as_a_number() -> None:
    now = made({f"a{number}": "broken" for number in range(50)}, [], NOW)
    findings = [structs.replace(PLACEHOLDER, card=f"m{number}.md") for number in range(13)]
    now = replace(now, findings=tuple(findings))
    text = reports.text.write(replace(now, changes=changes.compare(made({}, [], THEN), now)))
    assert "        and 30 more\n" in text
    assert "    13 new findings\n        warning: a placeholder: TBD [placeholder] (13 cards)\n" in text


def test_programs_are_told() -> None:
    told = json.loads(reports.json.write(weeks()))["changes"]
    assert list(told) == ["since", "broken", "mended", "still", "unlinked", "found", "gone"]
    assert told["since"] == "2026-11-18T11:06:40Z"
    assert told["broken"] == ["https://e.org", "https://f.org"]
    assert told["still"] == [{"url": "https://a.org", "since": "2026-11-18T11:06:40Z"}]
    assert told["gone"][0]["rule"] == "placeholder"


STATUSES: st.SearchStrategy[Status] = st.sampled_from(["ok", "moved", "broken", "unsure", "excluded", "planned"])
REPORTS = st.builds(
    made,
    st.dictionaries(st.sampled_from("abcdef"), STATUSES),
    st.lists(st.sampled_from([PLACEHOLDER, LICENSE, structs.replace(LICENSE, card="n.md")])),
    st.just(NOW),
)


@given(REPORTS, REPORTS)
def test_nothing_is_told_twice_and_nothing_is_invented(before: Report, now: Report) -> None:
    found = changes.compare(before, now)
    told = [link.url for part in (found.broken, found.mended, found.still, found.unlinked) for link in part]
    assert len(told) == len(set(told))
    broken = {link.url for link in now.links if link.verdict.status == "broken"}
    assert {link.url for link in (*found.broken, *found.still)} == broken
    assert len(now.findings) - len(found.found) == len(before.findings) - len(found.gone)


@given(REPORTS)
def test_a_report_is_read_as_it_was_written(found: Report) -> None:
    data = reports.json.write(found).encode()
    assert reports.json.write(reading.read(data, "r.json")).encode() == data
    assert not [*changes.groups(changes.compare(found, found))] or "broken" in data.decode()
