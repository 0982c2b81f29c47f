"""Whose turn it is to be asked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cardgen.links.turns import Manners, Turns


def taken(turns: Turns[int], now: float = 0) -> list[tuple[str, int]]:
    jobs = []
    while turn := turns.take(now):
        jobs.append(turn)
    return jobs


def test_hosts_take_turns_and_none_gets_more_than_its_share() -> None:
    turns: Turns[int] = Turns(2)
    for job in range(4):
        turns.add("a", job, now=0)
    turns.add("b", 9, now=0)
    assert taken(turns) == [("a", 0), ("b", 9), ("a", 1)]
    turns.done("a", now=0)
    assert taken(turns) == [("a", 2)]
    assert not turns.is_idle("a")
    turns.done("b", now=0)
    assert turns.is_idle("b")


def test_a_resting_host_is_passed_over_until_it_wakes() -> None:
    turns: Turns[int] = Turns(2)
    turns.add("a", 1, now=0)
    turns.add("b", 2, now=0)
    turns.rest("a", 5)
    turns.rest("a", 3)
    assert taken(turns, 0) == [("b", 2)]
    assert (turns.next_wake(), turns.rests_until("a")) == (5, 5)
    assert taken(turns, 4) == []
    assert taken(turns, 5) == [("a", 1)]
    assert turns.next_wake() is None


def test_what_was_begun_goes_first() -> None:
    turns: Turns[int] = Turns(1)
    turns.add("a", 1, now=0)
    turns.add_again("a", 0, now=0)
    assert taken(turns) == [("a", 0)]


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 5)), max_size=30),
    st.integers(1, 3),
    st.data(),
)
def test_every_job_is_taken_once_whatever_rests(
    jobs: list[tuple[str, int]], per_host: int, data: st.DataObject
) -> None:
    turns: Turns[int] = Turns(per_host)
    for number, (host, rest) in enumerate(jobs):
        turns.add(host, number, now=0)
        if rest:
            turns.rest(host, rest)
    active: list[tuple[str, int]] = []
    seen: list[int] = []
    now = 0.0
    while len(seen) < len(jobs) or active:
        begun = taken(turns, now)
        assert all(turns.rests_until(host) <= now for host, _ in begun)
        active += begun
        seen += [number for _, number in begun]
        assert all([host for host, _ in active].count(name) <= per_host for name in "abc")
        if active:
            host, _ = active.pop(data.draw(st.integers(0, len(active) - 1)))
            turns.done(host, now=now)
        else:
            wake = turns.next_wake()
            assert wake is not None
            now = max(now, wake)
    assert sorted(seen) == list(range(len(jobs)))


def test_a_host_with_manners_of_its_own() -> None:
    turns: Turns[int] = Turns(3, 9, {"a": Manners(at_once=1), "b": Manners(pause=2.0)})
    for host in ("a", "b", "c"):
        for job in range(4):
            turns.add(host, job, now=0)
    assert taken(turns, 0) == [("a", 0), ("b", 0), ("c", 0), ("c", 1), ("c", 2)]
    for _ in range(5):
        turns.answered("a", 0.001, now=1)
    turns.done("a", now=1)
    turns.done("b", now=1)
    assert taken(turns, 1) == [("a", 1)]
    assert turns.next_wake() == 2
    assert taken(turns, 2) == [("b", 1)]
    assert taken(turns, 3.9) == []
    assert taken(turns, 4) == [("b", 2)]


def grown(seconds: float, answers: int = 100) -> int:
    """How many a host is asked at once, after so many answers that took so long."""
    turns: Turns[int] = Turns(10, 40)
    for _ in range(answers):
        turns.answered("a", seconds, now=1)
    for job in range(100):
        turns.add("a", job, now=0)
    return len(taken(turns))


def test_a_quick_host_is_asked_more_at_once() -> None:
    assert grown(0.04) == 32
    assert grown(0.1) == 40


def test_a_host_that_needs_its_time_is_not_and_nor_is_one_that_needs_none() -> None:
    assert (grown(0.3), grown(0.5), grown(0.005)) == (10, 10, 10)


def test_a_host_that_slows_down_is_asked_less_at_once() -> None:
    turns: Turns[int] = Turns(10, 40)
    for _ in range(30):
        turns.answered("a", 0.06, now=1)
    for _ in range(50):
        turns.answered("a", 0.19, now=1)
    for job in range(100):
        turns.add("a", job, now=0)
    assert len(taken(turns)) == 10


def test_a_host_that_refused_is_kept_to_what_it_took() -> None:
    """It took 5 and said to come back in 10 seconds: so it gets 5 in each of these, and then one more."""
    turns: Turns[int] = Turns(10)
    for job in range(40):
        turns.add("a", job, now=1)
    first = taken(turns, 1)
    for _ in first[:5]:
        turns.answered("a", 0.3, now=1)
    turns.refused("a", 11, now=1.5)
    for _ in first:
        turns.done("a", now=1.5)
    assert taken(turns, 10.9) == []
    begun = []
    for window in range(3):
        now = turns.next_wake()
        assert now is not None
        assert now == 11 + 10 * window
        jobs = taken(turns, now)
        begun.append(len(jobs))
        for _ in jobs:
            turns.done("a", now=now)
        assert taken(turns, now) == []
    assert begun == [5, 6, 7]


def test_what_is_skipped_is_not_counted() -> None:
    turns: Turns[int] = Turns(10)
    turns.add("a", 1, now=1)
    assert taken(turns, 1) == [("a", 1)]
    turns.skip("a", now=1)
    turns.add("a", 2, now=1)
    turns.answered("a", 0.3, now=1)
    turns.refused("a", 2, now=1)
    assert taken(turns, 2) == [("a", 2)]
