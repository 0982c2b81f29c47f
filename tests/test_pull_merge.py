"""Differences and three-way merges, of any items."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cardgen.pulling import merge

ITEMS = st.lists(st.sampled_from("abc"), max_size=12).map(tuple)


@given(ITEMS, ITEMS)
def test_edits_make_the_new_of_the_old(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    edits = merge.edits(old, new)
    assert merge.apply(old, edits) == new
    assert all(new[each.new_start : each.new_start + len(each.new)] == each.new for each in edits)
    assert all(one.end <= other.start for one, other in pairwise(edits))


@given(ITEMS, ITEMS)
def test_one_side_alone_is_the_merge(base: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert merge.merge(base, other, base) == merge.Merged(other)
    assert merge.merge(base, base, other) == merge.Merged(other)
    assert merge.merge(base, other, other) == merge.Merged(other)


@given(ITEMS, ITEMS, ITEMS, ITEMS)
def test_changes_apart_from_each_other_both_come_in(
    one: tuple[str, ...], other: tuple[str, ...], new_one: tuple[str, ...], new_other: tuple[str, ...]
) -> None:
    between = ("x", "y", "z")
    base, ours, theirs = one + between + other, new_one + between + other, one + between + new_other
    assert merge.merge(base, ours, theirs) == merge.Merged(new_one + between + new_other)


def test_both_sides_come_in_where_they_do_not_collide() -> None:
    merged = merge.merge("abcde", "aXcde", "abcdYf")
    assert ("".join(merged.items), merged.conflicts) == ("aXcdYf", ())
    merged = merge.merge("abc", "aXc", "aYc")
    assert ("".join(merged.items), [each.new for each in merged.conflicts]) == ("aXc", [("Y",)])


def test_more_than_is_compared_counts_as_replaced() -> None:
    """The work is bounded, whoever wrote the texts."""
    lines = [str(number % 7) for number in range(2_000)]
    (edit,) = merge.edits([*lines, "x"], lines[::-1])
    assert (edit.start, edit.end, edit.new) == (0, 2_001, tuple(lines[::-1]))
