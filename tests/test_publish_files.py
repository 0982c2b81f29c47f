"""Publishing a card and a file beside it, against a small fake: both or none, whatever gets lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardgen import publish
from cardgen.errors import HubError, StaleError, UnreachableError
from cardgen.file_marks import RESULTS
from cardgen.model import README, Card, RepoKey
from cardgen.plan import Plan, judge_with
from cardgen.survey import survey
from cards import make_card
from clocks import QuickClock
from fake_hub import FakeHub, Trouble

REPO: RepoKey = ("model", "org/name")
PLAIN = make_card({"license": "mit"})
OLD = make_card({"license": "mit"}, results="- value: 1\n")
NEW = make_card({"license": "mit"}, results="- value: 2\n")
LOST = UnreachableError("lost")


def version(card: Card) -> dict[str, bytes]:
    return {README: card.text.encode(), **{path: text.encode() for path, text in card.files.items()}}


@pytest.fixture
def hub() -> FakeHub:
    """A Hub whose repo has the old card with its file, and somebody's file in the same folder."""
    made = FakeHub()
    made.repos[REPO] = [{**version(OLD), ".eval_results/theirs.yaml": b"- value: 3\n"}]
    return made


def make_plan(hub: FakeHub, *cards: Card, overwrite: frozenset[str] = frozenset()) -> Plan:
    return survey(cards, hub, judge_with(overwrite=overwrite), clock=QuickClock()).plan


def push(hub: FakeHub, wanted: Plan) -> list[tuple[str, str | None]]:
    outcomes = publish.apply(wanted, hub, clock=QuickClock())
    return [(outcome.state, outcome.commit[-2:] if outcome.commit else None) for outcome in outcomes]


def test_only_repos_with_files_are_asked_for_more(hub: FakeHub) -> None:
    """The repo that would be written to may have a .gitattributes that is in the way."""
    hub.put(("model", "org/plain"), PLAIN.text)
    cards = [NEW, make_card({"license": "mit"}, repo_id="org/plain"), make_card({}, repo_id="org/new")]
    make_plan(hub, *cards)
    assert sorted(hub.requests) == [
        ("read", "org/name"),
        ("read", "org/new"),
        ("read", "org/plain"),
        *[("read_file", "org/name")] * 2,
    ]


def test_a_card_that_once_had_files_is_asked_for_more(hub: FakeHub) -> None:
    make_plan(hub, PLAIN)
    assert hub.requests == [("read", "org/name"), *[("read_file", "org/name")] * 2]


@pytest.mark.parametrize("card", [NEW, PLAIN])
def test_one_commit_changes_both_and_nothing_else(hub: FakeHub, card: Card) -> None:
    assert push(hub, make_plan(hub, card)) == [("published", "01")]
    assert hub.repos[REPO][1:] == [{**version(card), ".eval_results/theirs.yaml": b"- value: 3\n"}]
    assert push(hub, make_plan(hub, card)) == [("unchanged", "01")]
    assert len(hub.repos[REPO]) == 2


@pytest.mark.parametrize("card", [NEW, PLAIN])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("times", [1, 4])
def test_a_lost_answer_never_leads_to_a_second_commit(hub: FakeHub, card: Card, when: str, times: int) -> None:
    wanted = make_plan(hub, card)
    hub.trouble = Trouble("commit", LOST, when, times)
    assert push(hub, wanted) == [("published", "01")]
    assert len(hub.repos[REPO]) == 2


Edit = Callable[[FakeHub], None]
LATER: dict[str, Edit] = {
    "card": lambda hub: hub.edit(REPO, "# Mine\n"),
    "file": lambda hub: hub.edit(REPO, "- value: 9\n", RESULTS),
    "other file": lambda hub: hub.edit(REPO, "1", "weights.txt"),
}


@pytest.mark.parametrize("edit", LATER)
def test_a_commit_that_got_lost_is_found_under_the_commits_of_others(hub: FakeHub, edit: str) -> None:
    wanted = make_plan(hub, NEW)

    def lose_and_edit(request: str, repo: RepoKey, when: str) -> None:
        if (request, when) == ("commit", "after"):
            LATER[edit](hub)
            raise LOST

    hub.trouble = lose_and_edit
    found = "02" if edit == "other file" else "01"  # the head has all of it still
    assert push(hub, wanted) == [("published", found)]
    assert len(hub.repos[REPO]) == 3


@pytest.mark.parametrize(
    ("path", "text", "state"),
    [(RESULTS, NEW.files[RESULTS], ("published", "02")), (README, NEW.text, ("stopped", "01"))],
    ids=["the file alone", "the card alone"],
)
def test_half_of_a_lost_commit_is_not_the_commit(hub: FakeHub, path: str, text: str, state: tuple[str, str]) -> None:
    """Somebody commits one of the two files, by chance the very bytes, while ours is lost before it arrives.

    A card that records another file than the one that is there says that somebody had a hand in it.
    """
    wanted = make_plan(hub, NEW)
    lost = iter([True])

    def edit_and_lose(request: str, repo: RepoKey, when: str) -> None:
        if (request, when) == ("commit", "before") and next(lost, False):
            hub.edit(REPO, text, path)
            raise LOST

    hub.trouble = edit_and_lose
    assert push(hub, wanted) == [state]


def test_a_commit_that_lands_late_is_seen_for_what_it_is(hub: FakeHub) -> None:
    """Its answer is lost, it is not there yet when looked for, and it is when it is sent again."""
    wanted = make_plan(hub, NEW)
    asked = iter([LOST, StaleError("stale")])

    def land_late(request: str, repo: RepoKey, when: str) -> None:
        if (request, when) == ("commit", "before") and (error := next(asked, None)):
            if isinstance(error, StaleError):
                hub.repos[REPO].append({**hub.repos[REPO][-1], **version(NEW)})
            raise error

    hub.trouble = land_late
    assert push(hub, wanted) == [("published", "01")]
    assert len(hub.repos[REPO]) == 2


def test_a_file_that_changes_in_between_is_planned_again(hub: FakeHub) -> None:
    wanted = make_plan(hub, NEW)
    hub.edit(REPO, OLD.files[RESULTS].replace("1\n", "9\n"), RESULTS)
    assert push(hub, wanted) == [("stopped", "01")]
    assert len(hub.repos[REPO]) == 2


def test_what_was_agreed_to_is_not_what_came_after(hub: FakeHub) -> None:
    hub.edit(REPO, "- value: 9\n", RESULTS)
    wanted = make_plan(hub, NEW, overwrite=frozenset({"org/name"}))
    assert wanted.pending
    hub.edit(REPO, "- value: 10\n", RESULTS)
    assert push(hub, wanted) == [("stopped", "02")]


def test_a_file_of_somebody_in_a_new_repo_is_not_overwritten(hub: FakeHub) -> None:
    del hub.repos[REPO]
    wanted = make_plan(hub, NEW)
    hub.repos[REPO] = [{RESULTS: b"- value: 3\n"}]
    assert push(hub, wanted) == [("stopped", "00")]


@pytest.mark.parametrize("card", [NEW, PLAIN])
def test_every_file_is_read_back_from_its_commit(hub: FakeHub, card: Card) -> None:
    wanted = make_plan(hub, card)
    hub.after_commit = lambda: hub.repos[REPO][-1].__setitem__(RESULTS, b"- value: 9\n")
    (outcome,) = publish.apply(wanted, hub, clock=QuickClock())
    assert outcome.state == "failed"
    assert outcome.error is not None
    assert "does not hold what was published" in outcome.error.message


def test_a_file_that_cannot_be_read_fails_its_repo_alone(hub: FakeHub) -> None:
    cards = [NEW, make_card({}, repo_id="org/other")]
    hub.trouble = Trouble("read_file", HubError("gated"), times=99)
    found = survey(cards, hub, judge_with(), clock=QuickClock())
    assert [error.message for error in found.failed.values()] == ["gated"]
    assert [change.repo.key for change in found.plan.changes] == [("model", "org/other")]
