"""A check in parts: who checks what, and the report that all parts make together."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen import reports
from cardgen.cli import checking
from cardgen.cli.checking import Subject
from cardgen.errors import InputError
from cardgen.links.memory import Known
from cardgen.links.places import Place
from cardgen.links.verdict import Status, Verdict
from cardgen.model import Finding, Silenced
from cardgen.reports import changes, reading, report, shards
from cardgen.reports.report import Report
from cardgen.reports.shards import Shard, parse

HOSTS = ["a.org", "B.org", "me:secret@c.org:8080", "huggingface.co", "hf.co", "[::1]", "", "[", "d.org."]
CARDS = ["m.md", "models/lab/n/README.md", "", "说明.md"]
SOURCES = ["", "c.yaml:1:2", "templates/card.md.j2:9:1"]

places = st.builds(Place, st.sampled_from(CARDS[:2]), st.integers(0, 3), st.sampled_from(SOURCES))
urls = st.builds(
    lambda scheme, host, path: f"{scheme}://{host}/{path}",
    st.sampled_from(["http", "https", "ftp"]),
    st.sampled_from(HOSTS),
    st.text("ab#?", max_size=3),
)
standings = st.dictionaries(st.one_of(urls, st.sampled_from(["README.md", "#top", ""])), st.lists(places, max_size=3))
findings = st.builds(
    Finding,
    st.sampled_from(["rule", "other"]),
    st.sampled_from(["error", "warning"]),
    st.sampled_from(["wrong", "bad\x1b"]),
    st.sampled_from(CARDS),
    st.integers(0, 3),
    st.sampled_from(SOURCES),
    st.integers(0, 3),
    st.integers(0, 5),
    st.sampled_from(["", "mend it"]),
)
subjects = st.builds(
    Subject, standings, findings=st.lists(findings, max_size=12).map(tuple), texts=st.just({"m.md": "a\nb\ttab\n"})
)
TEXTS: Mapping[str, str | bytes] = {"m.md": "one\ntwo\twide 说明\nthree", "c.yaml": b"version: 1\n"}


def known_of(url: str, seed: int) -> Known:
    """What everybody finds out about a link, whoever asks."""
    chance = random.Random(f"{seed} {url}")
    status: Status = chance.choice(["ok", "moved", "broken", "unsure", "excluded", "planned"])
    verdict = Verdict(
        status, chance.choice([None, 200, 404]), chance.choice(["", "gone"]), chance.choice([None, "https://n.org"])
    )
    return Known(verdict, chance.choice([None, 1.5e9]), chance.choice([None, 1.4e9]))


def made(subject: Subject, seed: int) -> Report:
    """The report of a subject, of which every third finding is silenced."""
    known = {url: known_of(url, seed) for url in subject.standing}
    silenced = [Silenced(each, "so") for each in subject.findings if each.column == 1]
    told = [each for each in subject.findings if each.column != 1]
    found = report.make(known, subject.standing, told, silenced, TEXTS)
    return replace(found, shard=subject.shard, strict=seed % 2 == 0)


def parts(subject: Subject, count: int, seed: int = 0) -> list[tuple[str, Report]]:
    """The reports of all shards, each written and read again."""
    found = [made(checking.part(subject, Shard(number, count)), seed) for number in range(1, count + 1)]
    return [
        (f"s{number}.json", reading.read(reports.json.write(each).encode(), f"s{number}.json"))
        for number, each in enumerate(found, 1)
    ]


@settings(deadline=None)
@given(subjects, st.integers(1, 9), st.integers(0, 9), st.randoms())
def test_all_shards_together_are_the_whole(subject: Subject, count: int, seed: int, chance: random.Random) -> None:
    whole = made(subject, seed)
    shuffled = parts(subject, count, seed)
    chance.shuffle(shuffled)
    merged = shards.merge(shuffled)
    assert reports.json.write(merged) == reports.json.write(whole)
    for form in ("text", "markdown", "sarif", "github"):
        assert reports.FORMATS[form](merged) == reports.FORMATS[form](whole)
    assert report.failed(merged) == report.failed(whole)


@given(subjects, st.integers(1, 9))
def test_a_host_is_asked_and_a_card_is_told_by_one_shard(subject: Subject, count: int) -> None:
    every = [checking.part(subject, Shard(number, count)) for number in range(1, count + 1)]
    assert sorted(url for each in every for url in each.standing) == sorted(subject.standing)
    for card in CARDS:
        assert len({each.shard for each in every if any(found.card == card for found in each.findings)}) <= 1


def test_which_shard_a_host_is_in_follows_from_its_name() -> None:
    same = ["https://huggingface.co/lab", "http://HF.co/x#y", "https://www.huggingface.co:443/", "https://me:pw@hf.co/"]
    for group in (same, ["https://a.org/1", "http://a.org:8080/2", "https://A.org./3"]):
        assert len({tuple(Shard(number, 8).has_link(url) for number in range(1, 9)) for url in group}) == 1
    spread = [sum(Shard(number, 8).has_link(f"https://h{host}.org") for host in range(8000)) for number in range(1, 9)]
    assert min(spread) > 850
    assert [number for number in range(1, 9) if Shard(number, 8).has_link("https://arxiv.org/abs/1")] == ARXIV


ARXIV = [5]
"""Written down, since a shard's memory is of use only if hosts stay where they are."""


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "1/0", "1/257", "-1/3", "1/3/3", "a/b", "", "1 / 3", "1/1000"])
def test_what_is_no_shard(text: str) -> None:
    assert parse(text) is None


def test_what_is_a_shard() -> None:
    assert (parse("3/8"), str(parse("256/256"))) == (Shard(3, 8), "256/256")


STANDING: Mapping[str, Sequence[Place]] = {"https://a.org": [Place("m.md", 1)], "https://b.org": [Place("m.md", 2)]}
OTHER = Subject({**STANDING, "https://c.org": ()})


def merged(*files: tuple[str, Report]) -> str:
    with pytest.raises(InputError) as caught:
        shards.merge(files)
    return caught.value.message


def test_parts_that_do_not_fit_together_are_refused_with_words() -> None:
    one, two, three = parts(Subject(STANDING), 3)
    assert merged(one, three) == "missing: shard 2/3"
    assert merged(one, two, one, three) == "shard 1/3 is there twice: s1.json, s1.json"
    assert merged(one, two, two).splitlines() == ["shard 2/3 is there twice: s2.json, s2.json", "missing: shard 3/3"]
    assert merged(one, two, parts(OTHER, 3)[2]) == (
        "s3.json: of another run than s1.json: its links, or the version of cardgen, are not the same"
    )
    assert merged(one, two, parts(Subject(STANDING), 4)[2]) == "s3.json: shard 3/4, but s1.json is shard 1/3"
    whole = ("whole.json", made(Subject(STANDING), 0))
    assert merged(whole, whole).splitlines() == ["whole.json: the report of a whole run, not of a shard"] * 2
    assert (
        merged(one, two, (three[0], replace(three[1], strict=False)))
        == "some of the reports are strict, and some are not"
    )


def test_one_that_was_stopped_makes_a_report_that_was_stopped() -> None:
    one, two = parts(Subject(STANDING), 2)
    assert shards.merge([one, (two[0], replace(two[1], stopped=True))]).stopped


def test_a_part_says_that_it_is_one() -> None:
    (_, found), _ = parts(Subject({}), 2)
    assert reports.text.write(found) == "Nothing to complain about; only shard 1/2 of the run.\n"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b'{"version": 2}',
        b'{"version": 1}',
        b"[" * 100_000,
        b'{"version":1,"links":[],"findings":[],"summary":{},"failed":false,"stopped":false}',
    ],
)
def test_what_is_no_report_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match=r"r\.json: not a report that can be read: "):
        reading.read(data, "r.json")


def test_a_report_of_a_stranger_is_made_harmless() -> None:
    finding = Finding("r", "error", "wrong", "m.md", 1, "", 1, 2)
    found = report.make({}, {}, [finding], texts={"m.md": "TBD"})
    data = reports.json.write(found).replace('"text": "TBD"', '"text": "\\u001b[31m\\u202eTBD"').encode()
    read = reading.read(data, "r.json")
    assert all(line.isprintable() for line in reports.text.write(read).splitlines())
    assert "\\x1b[31m\\u202eTBD" in reports.text.write(read)


TEXTS_OF_ANYBODY = st.text("ab\x00\x1b\u202e<&`|@\n😀", max_size=5)
NUMBERS = st.sampled_from([-(2**40), -1, 0, 1, 3, 2**40])
MOMENTS = st.sampled_from([None, "2026-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31"])
FINDING_OF_ANYBODY = st.fixed_dictionaries(
    dict.fromkeys(("rule", "message", "card", "source", "hint"), TEXTS_OF_ANYBODY)
    | dict.fromkeys(("line", "column", "end_column"), NUMBERS)
    | {"severity": st.sampled_from(["error", "warning"])}
    | {
        "excerpt": st.fixed_dictionaries(
            {"file": TEXTS_OF_ANYBODY, "text": TEXTS_OF_ANYBODY, "line": NUMBERS, "start": NUMBERS, "end": NUMBERS}
        )
    }
)
LINK_OF_ANYBODY = st.fixed_dictionaries(
    {
        "url": TEXTS_OF_ANYBODY.map(lambda text: f"https://{text}"),
        "status": st.sampled_from(report.STATUSES),
        "code": st.one_of(st.none(), NUMBERS),
        "message": TEXTS_OF_ANYBODY,
        "location": st.one_of(st.none(), TEXTS_OF_ANYBODY),
        "since": MOMENTS,
        "asked": MOMENTS,
        "places": st.lists(
            st.fixed_dictionaries({"card": TEXTS_OF_ANYBODY, "line": NUMBERS, "source": TEXTS_OF_ANYBODY}), max_size=4
        ),
    }
)


@settings(deadline=None)
@given(st.lists(LINK_OF_ANYBODY, max_size=3), st.lists(FINDING_OF_ANYBODY, max_size=3))
def test_whatever_can_be_read_can_be_written(links: list[object], findings: list[object]) -> None:
    whole = {**EMPTY, "links": links, "findings": findings}
    found = reading.read(json.dumps(whole).encode(), "r.json")
    found = replace(found, changes=changes.compare(Report(), found))
    for write in reports.FORMATS.values():
        write(found).encode()


EMPTY = {
    "version": 1,
    "links": [],
    "findings": [],
    "summary": dict.fromkeys(("links", *report.STATUSES, "errors", "warnings"), 0),
    "failed": False,
    "stopped": False,
}


def test_a_report_of_before_there_was_all_this_can_be_read() -> None:
    assert reading.read(json.dumps(EMPTY).encode(), "r.json") == Report()
