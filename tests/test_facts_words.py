"""Facts as people write them, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.facts import words
from cardgen.repo_facts import RepoFacts


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "0"),
        (999, "999"),
        (333_312, "333K"),
        (494_032_768, "494M"),
        (999_499, "999K"),
        (999_500, "1M"),
        (7_615_616_512, "7.6B"),
        (8_030_261_248, "8B"),
        (70_553_706_496, "70.6B"),
        (99_949_999_999, "99.9B"),
        (99_950_000_000, "100B"),
        (671_026_419_200, "671B"),
        (1_026_000_000_000, "1T"),
        (4_321_000_000_000_000, "4,321T"),
    ],
)
def test_parameters(number: int, written: str) -> None:
    assert words.count(number) == written


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (12, "12 bytes"),
        (1_519, "1.5 kB"),
        (988_097_824, "988 MB"),
        (15_231_233_024, "15.2 GB"),
        (688_586_727_753, "689 GB"),
    ],
)
def test_size(number: int, written: str) -> None:
    assert words.size(number) == written


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (512, "512"),
        (514, "514"),
        (2048, "2K"),
        (4096, "4K"),
        (32_768, "32K"),
        (131_072, "128K"),
        (128_000, "128K"),
        (163_840, "160K"),
        (1_048_576, "1M"),
        (1_000_000, "1M"),
        (1_010_000, "1010K"),
        (16_383, "16,383"),
    ],
)
def test_context_length(number: int, written: str) -> None:
    assert words.length(number) == written


def test_what_is_not_known_is_nothing() -> None:
    facts = RepoFacts("0" * 40)
    assert [words.text(facts, fact) for fact in words.NAMES] == [""] * 5


def test_types_with_few_elements_are_not_shown() -> None:
    facts = RepoFacts("0" * 40, elements={"F32": 41_555_600, "F8_E4M3": 680_571_043_840, "BF16": 3_918_786_560})
    assert words.text(facts, "dtype") == "F8_E4M3"
    assert words.text(RepoFacts("0" * 40, elements={"BF16": 50, "I32": 50, "F16": 60}), "dtype") == "F16, BF16, I32"


@given(st.integers(1, 10**14))
def test_a_count_is_what_it_was_written_from(number: int) -> None:
    stated = words.stated_count(words.count(number))
    assert stated is None if number < 1000 else stated and not stated.is_off(number)


@given(st.integers(1, 10**9))
def test_a_length_is_what_it_was_written_from(number: int) -> None:
    stated = words.stated_length(words.length(number))
    assert stated
    assert not stated.is_off(number)


@pytest.mark.parametrize("text", ["", "7", "7.6", "-", "about 7B", "7B (active)", "7B\n", "1e9B", "7Bn", "９B", "7.B"])
def test_what_is_no_count_is_left_alone(text: str) -> None:
    assert words.stated_count(text) is None


@pytest.mark.parametrize("text", ["", "-", "long", "1.5K", "1,31072", "12 K B", "128K (YaRN)", "9" * 10])
def test_what_is_no_length_is_left_alone(text: str) -> None:
    assert words.stated_length(text) is None


def test_a_rounded_count_is_taken_as_one() -> None:
    stated = words.stated_count("7B")
    assert stated
    assert not stated.is_off(7_615_616_512, 0.05)
    assert stated.is_off(8_030_261_248, 0.05)
    assert stated.is_off(6_000_000_000, 0.05)


def test_a_length_may_be_of_either_base() -> None:
    for text in ("128K", "128k tokens", "131072", "131,072"):
        stated = words.stated_length(text)
        assert stated
        assert not stated.is_off(131_072)
        assert stated.is_off(163_840)


def test_parameters_are_counted_where_elements_are_parameters() -> None:
    whole = RepoFacts("0" * 40, elements={"BF16": 7_615_616_512, "I64": 512}, declared=333_312)
    packed = RepoFacts("0" * 40, elements={"BF16": 1_000, "U32": 9_000}, declared=40_000)
    assert whole.parameters == 7_615_616_512
    assert packed.parameters == 40_000
    assert packed.counted is None
    assert RepoFacts("0" * 40, elements={"U32": 9_000}).parameters is None
