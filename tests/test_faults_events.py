"""What others do at every request of every kind of write: nobody's work is lost, and what is ours is there once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

import faults
from cardgen.errors import ProtectedError, TokenError
from cardgen.localhub import LocalHub, Run
from cardgen.localhub.repo_store import RepoStore
from cardgen.localhub.state import Settings
from deadlines import ended_by_the_hub
from fault_cases import (
    BY_HAND,
    CREATE,
    FIRST,
    UPDATE,
    WRITES,
    Case,
    Ended,
    Write,
    check,
    check_nothing_unplanned,
    check_words,
    empty,
    opened,
    own_files,
    run,
)
from fault_events import cases
from histories import History

EACH = ("name", "request_name", "way")


@pytest.fixture
def case(shared_hub: LocalHub) -> Iterator[Case]:
    with opened(shared_hub) as made:
        yield made


def start(case: Case, name: str) -> tuple[Write, History]:
    """What is there before a write."""
    write = WRITES[name]
    write.before(case)
    return write, case.history()


def happen(
    case: Case, write: Write, request_name: str, event: Callable[[], object], nth: int | None = 1, lost: str = ""
) -> Ended:
    """Run, while something happens before a request; or else after it, and its answer is `lost`."""
    request = write.requests[request_name]
    if lost:
        faults.plan(case.hub, lost, *request, nth=(1,))
    planned = case.hub.faults.add(*request, Run(event, "after" if lost else "before"), nth)
    with ended_by_the_hub():
        ended = run(case, write)
    case.hub.faults.clear()
    assert 1 <= planned.fired <= faults.REPLANNED
    return ended


def check_proposed(case: Case, by_hand: int) -> None:
    """One pull request is open, and it is what is wanted; the edits of main are all there."""
    history = case.history()
    main = [each.title for each in history.line("refs/heads/main")]
    assert sorted(main) == sorted([*FIRST, *[BY_HAND] * by_hand])
    (is_open,) = [each.num for each in case.api.get_repo_discussions(case.repo_id) if each.status == "open"]
    assert own_files(history.line(f"refs/pr/{is_open}")[0].files)


@pytest.mark.parametrize(EACH, cases("somebody commits"))
def test_somebody_commits(case: Case, name: str, request_name: str, way: str) -> None:
    write, _ = start(case, name)
    ended = happen(case, write, request_name, case.edit)
    assert ended.state == write.done, ended.error
    edits = 1 + write.main.count(BY_HAND)
    if not write.is_proposal:
        return check(case, write, by_hand=edits)
    # What was proposed before the edit may conflict with it: the next run proposes it anew.
    for _ in range(2):
        check_proposed(case, edits)
        assert run(case, write).state == "proposed"
    numbers = case.history().refs
    assert run(case, write).state == "proposed"
    assert case.history().refs == numbers
    return None


@pytest.mark.parametrize(EACH, cases("somebody commits every time"))
def test_somebody_commits_every_time(case: Case, name: str, request_name: str, way: str) -> None:
    write, _ = start(case, name)
    ended = happen(case, write, request_name, case.edit, nth=None)
    assert ended.state == "failed"
    check_words(case.hub, ended.error)
    assert re.search("others keep committing", str(ended.error))
    main = case.history().line("refs/heads/main")
    assert [each.title for each in main[: faults.REPLANNED]] == [BY_HAND] * faults.REPLANNED
    assert {each.title for each in main} <= {BY_HAND, *FIRST}
    assert run(case, write).state == "published"
    check(case, write, by_hand=faults.REPLANNED)


def edit_pull(case: Case) -> None:
    """Somebody commits to the pull request of cardgen's."""
    case.commit({f"notes-{len(case.history().commits)}.txt": b"Theirs.\n"}, branch="refs/pr/1")


def check_theirs(case: Case, edits: int) -> None:
    """Their commits to the pull request are there, in the one that there is."""
    history = case.history()
    assert [each.title for each in history.line("refs/pr/1")].count(BY_HAND) == edits


@pytest.mark.parametrize(EACH, cases("somebody commits to the pull request"))
def test_somebody_commits_to_the_pull_request(case: Case, name: str, request_name: str, way: str) -> None:
    """It is theirs then; unless they were so late that it was closed already, or done."""
    write, _ = start(case, name)
    ended = happen(case, write, request_name, lambda: edit_pull(case))
    check_theirs(case, 1)
    assert [each.title for each in case.history().line("refs/heads/main")] == [*write.main]
    if ended.state == "stopped":
        assert isinstance(ended.error, ProtectedError)
        check_words(case.hub, ended.error)
        assert "refs/pr/2" not in case.history().refs
        assert run(case, write).state == "stopped"
    else:
        assert (ended.state, request_name) in {("proposed", each) for each in ("verify", "conflicts", "close", "check")}


@pytest.mark.parametrize(EACH, cases("somebody commits to the pull request every time"))
def test_somebody_commits_to_the_pull_request_every_time(case: Case, name: str, request_name: str, way: str) -> None:
    write, _ = start(case, name)
    ended = happen(case, write, request_name, lambda: edit_pull(case), nth=None)
    assert ended.state == "stopped"
    check_words(case.hub, ended.error)
    assert "refs/pr/2" not in case.history().refs


@pytest.mark.parametrize(EACH, cases("somebody makes the repo"))
def test_somebody_makes_the_repo(case: Case, name: str, request_name: str, way: str) -> None:
    write, _ = start(case, name)
    theirs = b"# Theirs\n"

    def make() -> None:
        empty(case)
        if way == "with a card":
            case.commit({"README.md": theirs})

    ended = happen(case, write, request_name, make)
    if way == "without a card":
        assert ended.state == "published"
        check(case, write)
    else:
        assert ended.state == "stopped"
        assert case.history().line("refs/heads/main")[0].files["README.md"] == theirs


@pytest.mark.parametrize(EACH, cases("somebody commits after a lost answer"))
def test_somebody_commits_after_a_lost_answer(case: Case, name: str, request_name: str, way: str) -> None:
    """The commit is found under theirs."""
    write, _ = start(case, name)
    ended = happen(case, write, request_name, case.edit, lost=way)
    assert ended.state == write.done, ended.error
    edits = 1 + write.main.count(BY_HAND)
    if write.is_proposal:
        return check_proposed(case, edits)
    check(case, write, by_hand=edits)
    titles = [each.title for each in case.history().line("refs/heads/main")]
    assert titles.index(BY_HAND) == (0 if request_name == "commit" else 1)
    return None


@pytest.mark.parametrize(EACH, cases("somebody commits to the pull request after a lost answer"))
def test_somebody_commits_to_the_pull_request_after_a_lost_answer(
    case: Case, name: str, request_name: str, way: str
) -> None:
    write, _ = start(case, name)
    ended = happen(case, write, request_name, lambda: edit_pull(case), lost=way)
    assert ended.state in {"proposed", "stopped"}, ended.error
    check_theirs(case, 1)
    titles = [each.title for each in case.history().line("refs/pr/1")]
    assert titles.count(UPDATE) == 2
    numbers = case.history().refs
    assert run(case, write).state in {"proposed", "stopped"}
    assert case.history().refs == numbers


def delete(case: Case) -> None:
    RepoStore(case.hub.root).delete(case.name)
    case.hub.state.forget_repo(case.name)


@pytest.mark.parametrize(EACH, cases("the repo is deleted"))
def test_the_repo_is_deleted(case: Case, name: str, request_name: str, way: str) -> None:
    """It stays so, until a plan says that it is made."""
    write, _ = start(case, name)
    ended = happen(case, write, request_name, lambda: delete(case))
    if request_name == "read" and not write.is_proposal:
        assert ended.state == "published"
    else:
        assert ended.state == "failed"
        check_words(case.hub, ended.error)
        assert re.search(faults.GONE, str(ended.error)), ended.error
        assert not case.history().refs
    again = run(case, write)
    if write.is_proposal:
        assert again.state == "failed"
        assert not case.history().refs
    else:
        assert again.state in {"published", "unchanged"}
        assert [each.title for each in case.history().line("refs/heads/main")] == [CREATE, "initial commit"]


@pytest.mark.parametrize(EACH, cases("the repo is renamed"))
def test_the_repo_is_renamed(case: Case, name: str, request_name: str, way: str) -> None:
    """The Hub leads from the old id to the new one, also a commit."""
    write, _ = start(case, name)
    renamed = replace(case, repo_id=f"{case.repo_id}-renamed")

    def rename() -> None:
        case.hub.state.begin_move(case.name, renamed.name)
        RepoStore(case.hub.root).move(case.name, renamed.name)
        case.hub.state.end_move(case.name, renamed.name)

    ended = happen(case, write, request_name, rename)
    assert ended.state == write.done, ended.error
    check(renamed, write, by_hand=write.main.count(BY_HAND))
    assert run(case, write).state in {"proposed", "unchanged"}
    assert not case.history().refs
    check(renamed, write, by_hand=write.main.count(BY_HAND))
    delete(renamed)


@pytest.mark.parametrize(EACH, cases("the token expires"))
def test_the_token_expires(shared_hub: LocalHub, name: str, request_name: str, way: str) -> None:
    token = shared_hub.add_token(user="local")
    with opened(shared_hub, token) as case:
        write, before = start(case, name)
        ended = happen(case, write, request_name, lambda: shared_hub.expire(token))
        assert (ended.state, type(ended.error)) == ("failed", TokenError)
        check_words(case.hub, ended.error)
        assert token not in str(ended.error)
        check_nothing_unplanned(case, write, before)
        with opened(shared_hub) as renewed:
            assert run(replace(case, connection=renewed.connection), write).state in {write.done, "unchanged"}
            check(case, write)


@pytest.mark.parametrize(EACH, cases("a token without the right"))
def test_a_token_without_the_right(shared_hub: LocalHub, name: str, request_name: str, way: str) -> None:
    token = {
        "read": lambda: shared_hub.add_token("read", user="local"),
        "of another namespace": lambda: shared_hub.add_token("write", ("other",), user="local"),
        "for proposals": lambda: shared_hub.add_token("pull-requests", (), user="local"),
    }[way]()
    with opened(shared_hub, token) as case:
        write, before = start(case, name)
        ended = run(case, write)
        if write.is_proposal and way != "read":
            assert ended.state == "proposed", ended.error
            check(case, write)
        else:
            assert ended.state == "failed"
            check_words(case.hub, ended.error)
            assert re.search("may only read|not allowed", str(ended.error))
            assert case.history() == before


@pytest.mark.parametrize(EACH, cases("a repo that is shut"))
def test_a_repo_that_is_shut(shared_hub: LocalHub, name: str, request_name: str, way: str) -> None:
    """To members it is not; others are told, and nothing is written."""
    stranger = shared_hub.add_token("write", ("other",), user="local")
    with opened(shared_hub, stranger) as case:
        write, before = start(case, name)
        settings = Settings(gate="auto") if way == "gated" else Settings(private=True)
        shared_hub.state.set_settings(case.name, settings)
        ended = run(case, write)
        assert ended.state == "failed"
        check_words(case.hub, ended.error)
        assert re.search("gated" if way == "gated" else f"not allowed|{faults.GONE}", str(ended.error)), ended.error
        assert case.history() == before
        with opened(shared_hub) as member:
            assert run(replace(case, connection=member.connection), write).state == write.done
            check(case, write)


@pytest.mark.parametrize(EACH, cases("an older copy in the cache"))
def test_an_older_copy_in_the_cache(case: Case, name: str, request_name: str, way: str) -> None:
    """It is never taken for what the Hub has."""
    write, _ = start(case, name)
    case.api.hf_hub_download(case.repo_id, "README.md")
    case.edit()
    before = case.history()
    case.hub.requests.clear()
    faults.plan(case.hub, way, *write.requests[request_name])
    ended = run(case, write)
    case.hub.faults.clear()
    assert not [call for call in case.hub.requests if call.method == "HEAD"]
    if way not in faults.FAULTS:
        assert ended.state == "failed"
        check_words(case.hub, ended.error)
        assert case.history() == before
        ended = run(case, write)
    assert ended.state == write.done
    if write.is_proposal:
        check_proposed(case, 1 + write.main.count(BY_HAND))
    else:
        check(case, write, by_hand=1)


OTHERS = 30
"""Pull requests of the same user: two pages of them."""


@pytest.mark.parametrize(EACH, cases("long lists"))
def test_long_lists(case: Case, name: str, request_name: str, way: str) -> None:
    """A history of thousands, and pull requests over several pages, of which the second is lost at first."""
    write, _ = start(case, name)
    case.age(3_000)
    for number in range(OTHERS if write.is_proposal else 0):
        case.api.create_pull_request(case.repo_id, f"Mine {number}")
    planned = faults.plan(case.hub, "reset before", *(write.requests.get("find") or ("GET", "nothing")), nth=(2,))
    ended = run(case, write)
    case.hub.faults.clear()
    assert ended.state == write.done, ended.error
    assert planned.fired == (1 if write.is_proposal else 0)
    numbers = case.history().refs
    assert run(case, write).state in {"proposed", "unchanged"}
    assert case.history().refs == numbers
