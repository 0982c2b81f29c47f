"""Publishing against a small fake: what happens in which order, and what is never done twice."""

from __future__ import annotations

import threading

import pytest

from cardgen import fetch, patience, publish
from cardgen.clock import Clock
from cardgen.errors import BusyError, HubError, QuotaError, TokenError, UnreachableError
from cardgen.model import README, Card, RepoKey
from cardgen.outcomes import Outcome
from cardgen.patience import LONGEST_PAUSE, Patience
from cardgen.plan import Plan, judge_with
from cardgen.survey import survey
from cards import make_card
from clocks import QuickClock
from fake_hub import FakeHub, Trouble

REPO: RepoKey = ("model", "org/name")
CARD = make_card({"license": "mit"})
LOST = UnreachableError("lost")


@pytest.fixture
def hub() -> FakeHub:
    return FakeHub()


def make_plan(hub: FakeHub, *cards: Card, overwrite: frozenset[str] = frozenset()) -> Plan:
    return survey(cards, hub, judge_with(overwrite=overwrite), clock=QuickClock()).plan


def apply(wanted: Plan, hub: FakeHub, clock: Clock | None = None) -> list[tuple[str, str | None]]:
    outcomes = publish.apply(wanted, hub, clock=clock or QuickClock())
    return [(outcome.state, outcome.commit[-2:] if outcome.commit else None) for outcome in outcomes]


def published(hub: FakeHub, repo: RepoKey = REPO) -> list[str]:
    return [version.get(README, b"").decode() for version in hub.repos[repo]]


def test_a_repo_is_made_and_its_card_committed_once(hub: FakeHub) -> None:
    assert apply(make_plan(hub, CARD), hub) == [("published", "01")]
    assert published(hub) == ["", CARD.text]
    assert apply(make_plan(hub, CARD), hub) == [("unchanged", "01")]
    assert published(hub) == ["", CARD.text]


def test_nothing_is_asked_when_there_is_nothing_to_do(hub: FakeHub) -> None:
    hub.put(REPO, CARD.text)
    wanted = make_plan(hub, CARD)
    hub.requests.clear()
    apply(wanted, hub)
    assert hub.requests == []


def test_a_repo_that_stops_or_fails_does_not_stop_the_others(hub: FakeHub) -> None:
    cards = [make_card({}, repo_id=f"org/m{number}") for number in range(12)]
    hub.put(cards[3].repo.key, "# Somebody's\n")
    wanted = make_plan(hub, *cards)

    def refuse_one(request: str, repo: RepoKey, when: str) -> None:
        if request == "commit" and repo[1] == "org/m5":
            raise HubError("no")

    hub.trouble = refuse_one
    expected = {3: "stopped", 5: "failed"}
    assert [state for state, _ in apply(wanted, hub)] == [expected.get(number, "published") for number in range(12)]
    assert published(hub, cards[3].repo.key) == ["# Somebody's\n"]
    hub.trouble = lambda *_: None
    again = apply(make_plan(hub, *cards), hub)
    assert [state for state, _ in again] == [{3: "stopped", 5: "published"}.get(n, "unchanged") for n in range(12)]
    assert all(len(versions) == 2 for key, versions in hub.repos.items() if key != cards[3].repo.key)


@pytest.mark.parametrize("request_name", ["commit", "create"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("times", [1, 4])
def test_a_lost_answer_never_leads_to_a_second_commit(hub: FakeHub, request_name: str, when: str, times: int) -> None:
    wanted = make_plan(hub, CARD)
    hub.trouble = Trouble(request_name, LOST, when, times)
    assert apply(wanted, hub) == [("published", "01")]
    assert published(hub) == ["", CARD.text]


def test_a_commit_that_got_lost_is_found_under_the_commits_of_others(hub: FakeHub) -> None:
    hub.put(REPO, make_card({}).text)
    wanted = make_plan(hub, CARD)

    def lose_and_edit(request: str, repo: RepoKey, when: str) -> None:
        if (request, when) == ("commit", "after"):
            hub.edit(repo, "# Somebody's\n")
            raise LOST

    hub.trouble = lose_and_edit
    assert apply(wanted, hub) == [("published", "01")]
    assert published(hub)[1:] == [CARD.text, "# Somebody's\n"]


def test_an_edit_that_came_instead_of_a_lost_commit_is_kept(hub: FakeHub) -> None:
    hub.put(REPO, make_card({}).text)
    wanted = make_plan(hub, CARD)

    def edit_and_lose(request: str, repo: RepoKey, when: str) -> None:
        if request == "commit":
            hub.edit(repo, CARD.text.replace("Text", "Edited"))
            raise LOST

    hub.trouble = edit_and_lose
    assert apply(wanted, hub) == [("stopped", "01")]
    assert len(published(hub)) == 2


def test_a_card_that_changes_in_between_is_planned_again(hub: FakeHub) -> None:
    old = make_card({}).text
    hub.put(REPO, old)
    wanted = make_plan(hub, CARD)
    hub.edit(REPO, f"---\nconfigs: [1]\n---\n{old}")
    assert apply(wanted, hub) == [("published", "02")]
    assert published(hub)[-1] == CARD.text.replace("license", "configs: [1]\nlicense", 1)


def test_somebody_who_keeps_committing_wins_in_the_end(hub: FakeHub) -> None:
    hub.put(REPO, make_card({}).text)
    wanted = make_plan(hub, CARD)
    hub.trouble = lambda request, repo, when: (
        hub.edit(repo, make_card({}).text) if (request, when) == ("commit", "before") else None
    )
    assert apply(wanted, hub) == [("failed", None)]
    assert hub.requests.count(("commit", "org/name")) == publish.MAX_REPLANS + 1


def test_what_was_agreed_to_is_not_what_came_after(hub: FakeHub) -> None:
    hub.put(REPO, CARD.text.replace("Text", "Seen"))
    wanted = make_plan(hub, CARD, overwrite=frozenset({"org/name"}))
    hub.edit(REPO, CARD.text.replace("Text", "Not seen"))
    (outcome,) = publish.apply(wanted, hub, clock=QuickClock())
    assert outcome.state == "stopped"
    assert outcome.change.action == "conflict"
    assert len(published(hub)) == 2


def test_a_card_that_appears_in_a_new_repo_is_not_overwritten(hub: FakeHub) -> None:
    wanted = make_plan(hub, CARD)
    hub.put(REPO, "# Somebody was faster\n")
    assert apply(wanted, hub) == [("stopped", "00")]
    assert published(hub) == ["# Somebody was faster\n"]


def test_a_busy_hub_is_given_the_time_it_asks_for_within_reason(hub: FakeHub) -> None:
    wanted = make_plan(hub, CARD)
    clock = QuickClock()
    errors = iter([BusyError("busy", wait=7.0), BusyError("busy", wait=3600.0), BusyError("busy")])

    def busy(request: str, repo: RepoKey, when: str) -> None:
        if (request, when) == ("commit", "before") and (error := next(errors, None)):
            raise error

    hub.trouble = busy
    assert apply(wanted, hub, clock) == [("published", "01")]
    assert clock.waits == [7.0, LONGEST_PAUSE, 4.0]


def test_a_quota_that_is_used_up_ends_the_push_at_once(hub: FakeHub) -> None:
    cards = [make_card({}, repo_id=f"org/m{number}") for number in range(100)]
    wanted = make_plan(hub, *cards)
    clock = QuickClock()
    hub.trouble = Trouble("commit", QuotaError("quota"), times=10_000)
    states = [state for state, _ in apply(wanted, hub, clock)]
    assert set(states) == {"failed", "skipped"}
    assert states.count("failed") <= patience.WORKERS
    assert clock.waits == []
    hub.trouble = lambda *_: None
    assert {state for state, _ in apply(make_plan(hub, *cards), hub)} == {"published"}


def test_a_hub_that_is_busy_for_ever_is_left(hub: FakeHub) -> None:
    wanted = make_plan(hub, CARD)
    clock = QuickClock()
    hub.trouble = Trouble("commit", BusyError("quota"), times=99)
    assert apply(wanted, hub, clock) == [("failed", None)]
    assert clock.waits == [1.0, 2.0, 4.0, 8.0]
    hub.trouble = lambda *_: None
    assert apply(make_plan(hub, CARD), hub) == [("published", "01")]


def test_a_commit_that_got_lost_at_the_last_try_is_found(hub: FakeHub) -> None:
    wanted = make_plan(hub, CARD)
    errors = iter([BusyError("busy")] * 4)

    def busy_then_lost(request: str, repo: RepoKey, when: str) -> None:
        if request == "commit" and when == "before" and (error := next(errors, None)):
            raise error
        if request == "commit" and when == "after":
            raise LOST

    hub.trouble = busy_then_lost
    assert apply(wanted, hub) == [("published", "01")]


def test_who_waits_is_woken_to_stop() -> None:
    patience = Patience()
    patience.clock.stop()
    with pytest.raises(HubError, match="stopped"):
        patience.ask(lambda: Trouble("x", BusyError("busy", wait=60))("x", REPO, "before"))


def test_a_hub_that_is_down_is_not_asked_for_every_repo(hub: FakeHub) -> None:
    cards = [make_card({}, repo_id=f"org/m{number}") for number in range(40)]
    wanted = make_plan(hub, *cards)
    hub.trouble = Trouble("create", LOST, times=10_000)
    states = [state for state, _ in apply(wanted, hub)]
    assert set(states) == {"failed", "skipped"}
    assert states.count("skipped") > states.count("failed")


def test_a_token_that_stops_working_stops_it_all(hub: FakeHub) -> None:
    cards = [make_card({}, repo_id=f"org/m{number}") for number in range(40)]
    wanted = make_plan(hub, *cards)
    hub.trouble = Trouble("create", TokenError("expired"), times=10_000)
    outcomes = publish.apply(wanted, hub, clock=QuickClock())
    assert [outcome.state for outcome in outcomes].count("failed") <= patience.WORKERS
    assert {outcome.state for outcome in outcomes} == {"failed", "skipped"}
    assert hub.repos == {}


def test_a_token_that_only_reads_is_refused_before_anything_is_written(hub: FakeHub) -> None:
    wanted = make_plan(hub, CARD)
    hub.can_write = False
    with pytest.raises(TokenError, match="may only read"):
        publish.apply(wanted, hub, clock=QuickClock())
    assert hub.repos == {}


def test_one_repo_that_cannot_be_read_does_not_hide_the_others(hub: FakeHub) -> None:
    hub.put(REPO, CARD.text)
    hub.trouble = lambda request, repo, when: (_ for _ in ()).throw(HubError("disabled")) if repo != REPO else None
    readings = fetch.cards([REPO, ("model", "org/disabled")], hub, clock=QuickClock())
    assert readings.live[REPO].readme == CARD.text.encode()
    assert [error.message for error in readings.failed.values()] == ["disabled"]


@pytest.mark.parametrize("error", [TokenError("wrong"), UnreachableError("down"), BusyError("busy")])
def test_reading_ends_where_no_repo_can_be_read(hub: FakeHub, error: HubError) -> None:
    hub.trouble = Trouble("read", error, times=10_000)
    with pytest.raises(type(error)):
        fetch.cards([("model", f"org/m{number}") for number in range(100)], hub, clock=QuickClock())
    assert len({repo_id for _, repo_id in hub.requests}) < 50


@pytest.mark.parametrize("error", [TokenError("wrong"), UnreachableError("down"), BusyError("busy")])
def test_planning_ends_where_no_repo_can_be_read(hub: FakeHub, error: HubError) -> None:
    hub.trouble = Trouble("read", error, times=10_000)
    cards = [make_card({}, repo_id=f"org/m{number}") for number in range(100)]
    with pytest.raises(type(error)):
        survey(cards, hub, judge_with(), clock=QuickClock())
    assert len({repo_id for _, repo_id in hub.requests}) < 50


@pytest.mark.parametrize("error", [HubError("disabled"), UnreachableError("502"), BusyError("429")])
def test_a_repo_that_cannot_be_read_is_left_out_of_the_plan(hub: FakeHub, error: HubError) -> None:
    cards = [make_card({}, repo_id=f"org/m{number}") for number in range(20)]

    def fail_one(request: str, repo: RepoKey, when: str) -> None:
        if repo[1] == "org/m7":
            raise error

    hub.trouble = fail_one
    found = survey(cards, hub, judge_with(), clock=QuickClock())
    assert found.failed == {cards[7].repo.key: error}
    assert [change.card for change in found.plan.changes] == [*cards[:7], *cards[8:]]


def test_interrupted_it_finishes_what_runs_and_goes_on_when_run_again(hub: FakeHub) -> None:
    cards = [make_card({}, repo_id=f"org/m{number}") for number in range(40)]
    wanted = make_plan(hub, *cards)
    stopped = threading.Event()

    class Told(Clock):
        def stop(self) -> None:
            super().stop()
            stopped.set()

    def all_but_the_first_take_long(request: str, repo: RepoKey, when: str) -> None:
        if repo[1] != "org/m0" and request != "whoami":
            assert stopped.wait(60)

    def interrupt(outcome: Outcome) -> None:
        raise KeyboardInterrupt

    hub.trouble = all_but_the_first_take_long
    with pytest.raises(KeyboardInterrupt):
        publish.apply(wanted, hub, clock=Told(), on_outcome=interrupt)
    assert 1 <= len(hub.repos) <= 1 + patience.WORKERS
    assert all(versions == [{}, {README: cards[0].text.encode()}] for versions in hub.repos.values())
    apply(make_plan(hub, *cards), hub)
    assert [len(versions) for versions in hub.repos.values()] == [2] * 40


def test_outcomes_are_told_as_they_come_and_given_in_the_plans_order(hub: FakeHub) -> None:
    cards = [make_card({}, repo_id=f"org/m{number}") for number in range(9)]
    told: list[Outcome] = []
    outcomes = publish.apply(make_plan(hub, *cards), hub, clock=QuickClock(), on_outcome=told.append)
    assert [outcome.change.repo.repo_id for outcome in outcomes] == [card.repo.repo_id for card in cards]
    assert sorted(told, key=lambda each: each.change.repo.repo_id) == list(outcomes)


def test_every_card_is_read_back_from_its_commit(hub: FakeHub) -> None:
    hub.after_commit = lambda: hub.edit(REPO, "# Later\n")
    assert apply(make_plan(hub, CARD), hub) == [("published", "01")]


def test_a_card_that_is_not_what_was_published_has_failed(hub: FakeHub) -> None:
    hub.after_commit = lambda: hub.repos[REPO].__setitem__(1, {README: b"# Something else\n"})
    (outcome,) = publish.apply(make_plan(hub, CARD), hub, clock=QuickClock())
    assert outcome.state == "failed"
    assert outcome.error is not None
    assert "does not hold what was published" in outcome.error.message


def test_a_card_that_cannot_be_read_back_has_failed(hub: FakeHub) -> None:
    wanted = make_plan(hub, CARD)
    hub.after_commit = lambda: setattr(hub, "trouble", Trouble("read", HubError("gone"), times=99))
    assert apply(wanted, hub) == [("failed", None)]
