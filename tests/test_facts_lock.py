"""The lock file: what goes in comes out, the same bytes every time; what is damaged says so."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cardgen.errors import InputError
from cardgen.facts import changes, lock
from cardgen.facts.description import MAX_NUMBER
from cardgen.model import Facts, RepoKey
from cardgen.repo_facts import RepoFacts, RepoFile

COMMIT = "1f" * 20
LATER = "2e" * 20
KEY: RepoKey = ("model", "lab/a")

_names = st.text("abcXYZ019_.-", min_size=1, max_size=10)
_numbers = st.integers(0, MAX_NUMBER)
_texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"]) | st.just("\n"))
_files = st.builds(RepoFile, _numbers, st.none() | _texts)
_keys: st.SearchStrategy[RepoKey] = st.tuples(
    st.sampled_from(("model", "dataset")), st.builds("{}/{}".format, _names, _names)
)
_facts = st.builds(
    RepoFacts,
    commit=st.text("0123456789abcdef", min_size=40, max_size=40),
    size=st.none() | _numbers,
    elements=st.dictionaries(st.text("ABF0123_", min_size=1, max_size=8), _numbers),
    declared=st.none() | _numbers,
    architecture=st.just("") | _names,
    context_length=st.none() | _numbers,
    index_problems=st.lists(st.text(max_size=20)).map(tuple),
    files=st.dictionaries(_names, st.none() | _files),
)


@given(st.dictionaries(_keys, _facts, max_size=4))
def test_what_goes_in_comes_out(facts: Facts) -> None:
    data = lock.dump(facts)
    assert lock.load(data, "a.facts.json") == facts
    assert lock.dump(dict(reversed([*facts.items()]))) == data


def test_the_file_is_for_people_too() -> None:
    facts = RepoFacts(COMMIT, 12, {"BF16": 6}, 6, "A", 8, (), {"c.json": RepoFile(3, "{\n}\n"), "d.json": None})
    assert lock.dump({KEY: facts}).decode() == (
        """{
  "repos": {
    "models/lab/a": {
      "architecture": "A",
      "commit": "1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f",
      "context_length": 8,
      "declared_parameters": 6,
      "elements": {
        "BF16": 6
      },
      "files": {
        "c.json": {
          "size": 3,
          "text": [
            "{",
            "}",
            ""
          ]
        },
        "d.json": null
      },
      "size": 12
    }
  },
  "version": 1
}
"""
    )


def _with(**changed: object) -> bytes:
    return json.dumps({"version": 1, "repos": {"models/lab/a": {"commit": COMMIT, **changed}}}).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{",
        b"<<<<<<< HEAD\n{}\n",
        b"[" * 100_000,
        b'{"version": 2, "repos": {}}',
        b'{"version": 1}',
        b'{"version": 1, "repos": {"models/../a": {"commit": "x"}}}',
        b'{"version": 1, "repos": {"spaces/a/b": {"commit": "%s"}}}' % COMMIT.encode(),
        _with(commit="main"),
        _with(commit=COMMIT + "\n"),
        _with(size=-1),
        _with(size=True),
        _with(size=1.5),
        _with(size=10**30),
        _with(architecture="A | B"),
        _with(architecture="A\n"),
        _with(elements={"<b>": 1}),
        _with(elements={"BF16": "1"}),
        _with(files={"a": {"size": 1, "text": "no list"}}),
        _with(files={"a": {"size": 1, "text": [1]}}),
        _with(unknown=1),
    ],
    ids=lambda data: data[:60].decode(errors="replace"),
)
def test_a_damaged_file_says_what_to_do(data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        lock.load(data, "collections/a.facts.json")
    assert caught.value.message.startswith("collections/a.facts.json: ")
    assert "cardgen facts" in caught.value.hint


def test_a_file_that_is_too_large_is_not_read() -> None:
    with pytest.raises(InputError, match="64 MB"):
        lock.load(b" " * (lock.MAX_BYTES + 1), "a.facts.json")


@pytest.mark.parametrize("text", [["\u001b[2J"], ["\u202e"], ["a" * 60_000], ["\u0000"]])
def test_a_text_that_nobody_should_see_is_not_taken_from_it(text: list[str]) -> None:
    facts = lock.load(_with(files={"a": {"size": 1, "text": text}}), "a.facts.json")
    assert facts[KEY].files["a"] == RepoFile(1, None)


def test_another_commit_alone_changes_nothing() -> None:
    old = {KEY: RepoFacts(COMMIT, size=1)}
    new = {KEY: RepoFacts(LATER, size=1), ("model", "lab/b"): RepoFacts(LATER)}
    kept = lock.keep(old, new)
    assert kept[KEY].commit == COMMIT
    assert kept["model", "lab/b"].commit == LATER
    assert lock.keep(old, {KEY: RepoFacts(LATER, size=2)})[KEY].commit == LATER


def test_what_changed_is_told() -> None:
    before = RepoFacts(
        COMMIT,
        15_231_233_024,
        {"BF16": 7_615_616_512},
        7_615_616_512,
        "LlamaForCausalLM",
        8192,
        (),
        {"a.json": RepoFile(1, "a"), "b.json": RepoFile(1, "b"), "c.json": None, "d.json": RepoFile(1)},
    )
    after = replace(
        before,
        commit=LATER,
        size=15_231_233_025,
        context_length=131_072,
        architecture="",
        index_problems=("it names 1 of 2 files",),
        files={"a.json": None, "b.json": RepoFile(1, "B"), "c.json": RepoFile(1, "c"), "e.json": None},
    )
    (line,) = changes.lines({KEY: before}, {KEY: after})
    assert line == (
        "lab/a: architecture LlamaForCausalLM → -, context length 8K → 128K, size 15,231,233,024 → 15,231,233,025, "
        "index: it names 1 of 2 files, no a.json, b.json changed, c.json new, d.json left out, no e.json"
    )
    assert list(changes.lines({KEY: before}, {KEY: replace(before, commit=LATER)})) == []
    assert list(changes.lines({KEY: before}, {})) == ["lab/a: gone"]
    assert list(changes.lines({}, {KEY: before})) == [
        "lab/a: 7.6B, BF16, LlamaForCausalLM, 8K, 15.2 GB, a.json, b.json, d.json"
    ]
    assert list(changes.lines({}, {KEY: RepoFacts(COMMIT)})) == ["lab/a: no facts"]


@given(_facts, _facts)
def test_every_difference_is_told(old: RepoFacts, new: RepoFacts) -> None:
    new = replace(new, commit=old.commit)
    assert bool(list(changes.lines({KEY: old}, {KEY: new}))) == (old != new)
