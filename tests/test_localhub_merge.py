"""Three versions of a text become one, or none: the merge of pull requests, beside git's own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.localhub import line_merge

LINES = st.lists(st.sampled_from([b"a\n", b"b\n", b"c\n", b"d", b"\n"]), max_size=12).map(b"".join)
BASE = b"1\n2\n3\n4\n5\n6\n"


@pytest.mark.parametrize(
    ("ours", "theirs", "merged"),
    [
        (b"1x\n2\n3\n4\n5\n6\n", b"1\n2\n3\n4\n5\n6x\n", b"1x\n2\n3\n4\n5\n6x\n"),
        (b"0\n1\n2\n3\n4\n5\n6\n", b"1\n2\n4\n5\n6\n", b"0\n1\n2\n4\n5\n6\n"),
        (b"1\n2x\n3\n4\n5\n6\n", b"1\n2x\n3\n4\n5\n6\n", b"1\n2x\n3\n4\n5\n6\n"),
        (b"1\n2x\n3\n4\n5\n6\n", b"1\n2y\n3\n4\n5\n6\n", None),
        (b"1\n2x\n3\n4\n5\n6\n", b"1\n2\n3y\n4\n5\n6\n", None),
        (BASE + b"7\n", BASE + b"8\n", None),
        (b"", BASE + b"7\n", None),
    ],
    ids=["far apart", "added and removed", "the same", "one line", "neighbours", "both at the end", "all removed"],
)
def test_merges_are_those_of_git(tmp_path: Path, ours: bytes, theirs: bytes, merged: bytes | None) -> None:
    assert line_merge.merge(BASE, ours, theirs) == merged
    for name, text in (("ours", ours), ("base", BASE), ("theirs", theirs)):
        (tmp_path / name).write_bytes(text)
    command = ["git", "merge-file", "-p", "-q", *(str(tmp_path / name) for name in ("ours", "base", "theirs"))]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert (done.stdout if done.returncode == 0 else None) == merged


@given(LINES, LINES)
def test_a_side_without_changes_takes_the_other(base: bytes, other: bytes) -> None:
    assert line_merge.merge(base, base, other) == other
    assert line_merge.merge(base, other, base) == other
    assert line_merge.merge(base, other, other) == other


@given(LINES, LINES, LINES)
def test_sides_are_equal_and_no_line_comes_from_nowhere(base: bytes, ours: bytes, theirs: bytes) -> None:
    merged = line_merge.merge(base, ours, theirs)
    assert merged == line_merge.merge(base, theirs, ours)
    if merged is not None:
        known = {*base.splitlines(), *ours.splitlines(), *theirs.splitlines()}
        assert {*merged.splitlines()} <= known | {b"d" + line for line in known}


def test_texts_that_are_too_long_to_compare_are_left_alone() -> None:
    long = b"x\n" * (line_merge.MAX_LINES + 1)
    assert line_merge.merge(b"", long, b"y\n") is None
