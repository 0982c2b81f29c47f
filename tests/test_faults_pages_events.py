"""What others do at every request of every kind of write of a collection's page: theirs stays, ours is there once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

import faults
from cardgen.errors import TokenError
from cardgen.localhub import LocalHub, Run
from deadlines import ended_by_the_hub
from fault_cases import Ended, check_words
from fault_pages import THEIRS, TITLE, Shelf, cases, check, check_nothing_unplanned, opened, run

EACH = ("name", "request_name", "way")
LATER = "y"
MAX_REQUESTS = 45
MAX_UNDONE = 18
"""Three members are asked for in each of six rounds."""


def happen(
    shelf: Shelf,
    request_name: str,
    event: Callable[[], object],
    nth: int | None = 1,
    lost: str = "",
    after: bool = False,
) -> Ended:
    """Run, while something happens before a request; or else after it, and its answer may be `lost`."""
    request = shelf.page.requests[request_name]
    if lost:
        faults.plan(shelf.hub, lost, *request, nth=(1,))
    planned = shelf.hub.faults.add(*request, Run(event, "after" if lost or not nth else "before"), nth)
    shelf.hub.requests.clear()
    with ended_by_the_hub():
        ended = run(shelf)
    asked = len(shelf.hub.requests)
    shelf.hub.faults.clear()
    assert planned.fired >= 1
    assert nth is None or asked <= MAX_REQUESTS
    return ended


def add(shelf: Shelf, name: str = LATER) -> None:
    """Somebody adds a member."""
    shelf.ask("POST", f"/{shelf.only_slug_now()}/items", {"item": {"id": f"lab/{name}", "type": "model"}})


@pytest.mark.parametrize(EACH, cases("somebody adds a member"))
def test_somebody_adds_a_member(shared_hub: LocalHub, name: str, request_name: str, way: str) -> None:
    """It stays; unless it was there before the plan, which says that others' are taken out."""
    with opened(shared_hub, name) as shelf:
        ended = happen(shelf, request_name, lambda: add(shelf))
        assert ended.state == "published", ended.error
        check(shelf, others="" if shelf.page.prune and request_name == "look" else LATER)


@pytest.mark.parametrize(EACH, cases("somebody adds a member after a lost answer"))
def test_somebody_adds_a_member_after_a_lost_answer(
    shared_hub: LocalHub, name: str, request_name: str, way: str
) -> None:
    with opened(shared_hub, name) as shelf:
        ended = happen(shelf, request_name, lambda: add(shelf), lost=way)
        assert ended.state == "published", ended.error
        check(shelf, others=LATER)


class Undoing:
    """Somebody makes the members and the text what they were, each time that they are changed."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._notes = {f"lab/{name}": note for name, note in shelf.shown()}
        self._is_at_it = False
        self.times = 0

    def __call__(self) -> None:
        if self._is_at_it:  # their own requests are met too
            return
        self._is_at_it = True
        self.times += 1
        self._undo()
        self._is_at_it = False

    def _undo(self) -> None:
        slug = self._shelf.only_slug_now()
        self._shelf.ask("PATCH", f"/{slug}", {"description": "By hand."})
        items = {item["id"]: item["_id"] for item in self._shelf.ask("GET", f"/{slug}")["items"]}
        for surplus in {*items} - {*self._notes}:
            self._shelf.ask("DELETE", f"/{slug}/items/{items[surplus]}")
        for missing in {*self._notes} - {*items}:
            add(self._shelf, missing.rpartition("/")[2])
        for position, (name, note) in enumerate(self._notes.items()):
            if name in items:
                said = {"note": note, "position": position}
                self._shelf.ask("PATCH", f"/{slug}/items/{items[name]}", said)


@pytest.mark.parametrize(EACH, cases("somebody undoes it every time"))
def test_somebody_undoes_it_every_time(shared_hub: LocalHub, name: str, request_name: str, way: str) -> None:
    """It ends, and says why."""
    with opened(shared_hub, name) as shelf:
        undoing = Undoing(shelf)
        ended = happen(shelf, request_name, undoing, nth=None)
        assert undoing.times <= MAX_UNDONE
        assert ended.state == "failed"
        check_words(shared_hub, ended.error)
        assert re.search("others keep|does not show", str(ended.error)), ended.error
        assert THEIRS not in shelf.page.before or THEIRS in dict(shelf.shown())


@pytest.mark.parametrize(EACH, cases("somebody renames the collection"))
def test_somebody_renames_the_collection(shared_hub: LocalHub, name: str, request_name: str, way: str) -> None:
    """Its address changes with its title, and the old one leads there still."""
    with opened(shared_hub, name) as shelf:
        ended = happen(
            shelf, request_name, lambda: shelf.ask("PATCH", f"/{shelf.only_slug_now()}", {"title": "Another"})
        )
        assert ended.state == "published", ended.error
        assert run(shelf).state in {"published", "unchanged"}
        check(shelf)


@pytest.mark.parametrize(EACH, cases("the collection is deleted"))
def test_the_collection_is_deleted(shared_hub: LocalHub, name: str, request_name: str, way: str) -> None:
    """It is made again where a manifest names no slug, and by another run; where it does, nothing is."""
    with opened(shared_hub, name) as shelf:
        ended = happen(shelf, request_name, lambda: shelf.ask("DELETE", f"/{shelf.only_slug_now()}"))
        if request_name == "find in a list":
            assert ended.state == "published"
        else:
            assert ended.state == "failed"
            check_words(shared_hub, ended.error)
            assert not shelf.only_slug()
        again = run(shelf)
        if shelf.page.has_slug:
            assert again.state == "failed"
            assert not shelf.only_slug()
        else:
            assert again.state in {"published", "unchanged"}
            assert [member for member, _ in shelf.shown()] == [*"abc"]


@pytest.mark.parametrize(EACH, cases("the token expires"))
def test_the_token_expires(shared_hub: LocalHub, name: str, request_name: str, way: str) -> None:
    token = shared_hub.add_token(user="local")
    with opened(shared_hub, name, token) as shelf:
        ended = happen(shelf, request_name, lambda: shared_hub.expire(token))
        assert (ended.state, type(ended.error)) == ("failed", TokenError)
        check_words(shared_hub, ended.error)
        assert token not in str(ended.error)
    with opened(shared_hub, name) as other:
        shelf = replace(shelf, connection=other.connection)
        check_nothing_unplanned(shelf)
        assert run(shelf).state in {"published", "unchanged"}
        check(shelf)


@pytest.mark.parametrize(EACH, cases("a token without the right"))
def test_a_token_without_the_right(shared_hub: LocalHub, name: str, request_name: str, way: str) -> None:
    token = shared_hub.add_token("read") if way == "read" else shared_hub.add_token("write", ("other",))
    with opened(shared_hub, name, token) as shelf:
        before = shelf.shown()
        ended = run(shelf)
        assert (ended.state, type(ended.error)) == ("failed", TokenError)
        check_words(shared_hub, ended.error)
    with opened(shared_hub, name) as other:
        assert replace(shelf, connection=other.connection).shown() == before


@pytest.mark.parametrize(EACH, cases("long lists"))
def test_long_lists(shared_hub: LocalHub, name: str, request_name: str, way: str) -> None:
    """Three pages of collections, of which the second is lost at first."""
    with opened(shared_hub, name) as shelf:
        for number in range(45):
            shelf.ask("POST", "", {"title": f"{TITLE} {number}", "namespace": shelf.namespace, "private": False})
        planned = faults.plan(shared_hub, "reset before", *shelf.page.requests[request_name], nth=(2,))
        ended = run(shelf)
        shared_hub.faults.clear()
        assert ended.state == "published", ended.error
        assert planned.fired == 1
        found = [each["title"] for each in shelf.ask("GET", f"?owner={shelf.namespace}&limit=100")]
        assert sorted(found) == sorted([TITLE, *(f"{TITLE} {number}" for number in range(45))])
