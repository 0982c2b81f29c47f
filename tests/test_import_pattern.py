"""The pattern of the repos in a matrix is found, and leaves as few exceptions as there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.importing import keys, pattern
from cardgen.importing.pattern import Fit


def fit(rows: Sequence[str], columns: Sequence[str], name: Callable[[str, str], str]) -> tuple[Fit, dict[tuple[int, int], str]]:
    names = {(i, j): name(row, column) for i, row in enumerate(rows) for j, column in enumerate(columns)}
    names = {place: each for place, each in names.items() if each}
    labels = [f"Row {number}" for number in range(len(rows))], [f"Column {number}" for number in range(len(columns))]
    return pattern.find(names, *labels), names


CODEIO = ["qwen2.5-7b-coder", "llama3.1-8b", "dsv2-lite-coder"]
SIZES = ["0.5B", "1.5B", "3B", "7B"]


def test_the_seeds_pattern() -> None:
    found, _ = fit(CODEIO, ["codeio_stage1", "codeio", "codeio_pp_stage1", "codeio_pp"], "{}_{}".format)
    assert found == Fit("{row}_{column}", tuple(CODEIO), ("codeio_stage1", "codeio", "codeio_pp_stage1", "codeio_pp"))


def test_a_column_without_a_part_of_its_own_has_a_pattern_of_its_own() -> None:
    found, _ = fit(SIZES, ["", "-Instruct", "-Instruct-AWQ"], "Qwen2.5-Coder-{}{}".format)
    assert found.pattern == "Qwen2.5-Coder-{row}-{column}"
    assert found.row_keys == tuple(SIZES)
    assert found.column_keys == ("column-0", "Instruct", "Instruct-AWQ")
    assert found.column_patterns == {0: "Qwen2.5-Coder-{row}"}
    assert not found.exceptions


def test_the_column_may_come_first_and_rows_may_lack_repos() -> None:
    def name(row: str, column: str) -> str:
        return "" if row == "base" or (row, column) == ("-RM", "70B") else f"Tulu-3-{column}{row}"

    found, names = fit(["base", "-SFT", "-DPO", "", "-RM"], ["8B", "70B"], name)
    assert found.pattern == "Tulu-3-{column}-{row}"
    assert found.row_keys == ("row-0", "SFT", "DPO", "row-3", "RM")
    assert {names[place] for place in found.exceptions} == {"Tulu-3-8B", "Tulu-3-70B"}


def test_a_name_that_is_like_no_other_is_the_only_exception() -> None:
    found, names = fit(
        ["llama", "qwen", "gemma"], ["A", "B", "C"], lambda row, column: "odd" if (row, column) == ("qwen", "B") else f"{column}-{row}-v1"
    )
    assert found.pattern == "{column}-{row}-v1"
    assert [names[place] for place in found.exceptions] == ["odd"]


@pytest.mark.parametrize(("rows", "columns"), [(["a"], ["x", "y"]), (["a", "b"], ["x"]), (["a"], ["x"])])
def test_one_row_or_one_column_is_enough(rows: list[str], columns: list[str]) -> None:
    found, _ = fit(rows, columns, "m-{}-{}".format)
    assert not found.exceptions


PARTS = st.lists(st.text("abcXYZ0.", min_size=1, max_size=5).map(lambda text: f"k{text}k"), min_size=1, max_size=4, unique=True)
PATTERNS = st.sampled_from(["{}_{}", "{}-{}", "m-{}-{}-v1", "{}-of-{}", "Big.{}_x_{}"])


@given(PARTS, PARTS, PATTERNS)
def test_a_matrix_with_a_pattern_has_no_exceptions(rows: list[str], columns: list[str], made: str) -> None:
    found, names = fit(rows, columns, made.format)
    assert not found.exceptions
    assert {place: found_name(found, place) for place in names} == names


@given(st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 3)), st.text("ab-_.", min_size=1, max_size=8), min_size=1))
def test_names_at_random_come_back_by_pattern_or_as_exceptions(names: dict[tuple[int, int], str]) -> None:
    found = pattern.find(names, ["a", "b", "c", "d", "e"], ["v", "w", "x", "y"])
    assert all(found_name(found, place) == name for place, name in names.items() if place not in found.exceptions)
    for each in (found.row_keys, found.column_keys):
        assert len(set(each)) == len(each)
        assert all(map(keys.is_part_of_name, each))


def found_name(found: Fit, place: tuple[int, int]) -> str:
    row, column = place
    return pattern.fill(found.column_patterns.get(column, found.pattern), found.row_keys[row], found.column_keys[column])
