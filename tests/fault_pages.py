"""Every kind of write that a publisher makes to a collection's page, with its requests, and what it has to be after."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from cardgen import collection_publish, hub
from cardgen.errors import HubError
from cardgen.hub import Connection
from cardgen.hub_collections import HubCollections
from cardgen.localhub import LocalHub, names
from cardgen.localhub.repo_store import RepoStore
from cardgen.members import Member
from cardgen.model import HubCollection
from clocks import QuickClock
from fault_cases import Ended
from fault_events import LOSES, Event
from hub_client import bearer, client, raw

SOURCE = "collections/family.yaml"
TITLE = "Family"
THEIRS = "x"
"""The member that somebody else put in."""

Request = tuple[str, str]
FIND: Mapping[str, Request] = {"find in a list": ("GET", "/api/collections$")}
LOOK: Mapping[str, Request] = {"look": ("GET", "/api/collections/[^/]+/[^/]+$")}


@dataclass(frozen=True)
class Page:
    """A kind of write: the members before (none: there is no collection), what is wanted, and its requests."""

    before: str
    requests: Mapping[str, Request]
    after: str
    has_slug: bool = True
    description: str = "By hand."
    prune: bool = False
    notes: Mapping[str, str] | None = None


PAGES: Mapping[str, Page] = {
    "make": Page(
        "", {**FIND, "make": ("POST", "/api/collections$"), "add": ("POST", "/items$")}, "abc", has_slug=False
    ),
    "add": Page("abx", {**FIND, **LOOK, "add": ("POST", "/items$")}, "abxc", has_slug=False),
    "text": Page("abcx", {**LOOK, "change": ("PATCH", "/api/collections/[^/]+/[^/]+$")}, "abcx", description="About."),
    "take out": Page("abxc", {**LOOK, "remove": ("DELETE", "/items/")}, "abc", prune=True),
    "note": Page("abcx", {**LOOK, "note": ("PATCH", "/items/")}, "abcx", notes={"a": ""}),
    "order": Page("cxba", {**LOOK, "order": ("POST", "/items/batch$")}, "axbc", notes={"b": "New"}),
}
REQUESTS: tuple[tuple[str, str], ...] = tuple((name, each) for name, page in PAGES.items() for each in page.requests)
"""Every request of every write."""


@dataclass(frozen=True)
class Shelf:
    """A namespace of its own on a hub, with one collection, or none yet."""

    hub: LocalHub
    connection: Connection
    namespace: str
    page: Page
    slug: str = ""

    @property
    def wanted(self) -> HubCollection:
        """What a manifest says."""
        notes = self.page.notes or {}
        members = tuple(Member("model", f"lab/{name}", notes.get(name)) for name in "abc")
        slug = self.slug if self.page.has_slug else ""
        return HubCollection(slug, TITLE, self.page.description, self.namespace, members=members, prune=self.page.prune)

    def shown(self) -> list[tuple[str, str]]:
        """The members of the collection that there is, with their notes; none where there is none."""
        slug = self.only_slug()
        items = client(self.hub).get_collection(slug).items if slug else []
        return [(item.item_id[-1], item.note or "") for item in items]

    def only_slug(self) -> str:
        """The collection of the namespace; there never are two."""
        found = [each.slug for each in client(self.hub).list_collections(owner=self.namespace)]
        assert len(found) <= 1
        return found[0] if found else ""

    def look(self) -> Any:
        """All of the collections that there are."""
        return [self.ask("GET", f"/{each['slug']}") for each in self.ask("GET", f"?owner={self.namespace}")]

    def only_slug_now(self) -> str:
        """The same, over a connection of somebody else's: for the middle of a run."""
        (found,) = self.ask("GET", f"?owner={self.namespace}")
        return str(found["slug"])

    def ask(self, method: str, path: str, value: Any = None) -> Any:
        """Somebody else does something, over a connection of their own."""
        headers = {**bearer(self.hub), "content-type": "application/json"}
        status, _, body = raw(self.hub, method, f"/api/collections{path}", headers, json.dumps(value).encode())
        assert status < 300, body
        return json.loads(body) if body.startswith((b"{", b"[")) else None


_numbers = count(1)


@contextmanager
def opened(local: LocalHub, name: str, token: str = "") -> Iterator[Shelf]:
    """A namespace with what is there before a write."""
    page = PAGES[name]
    for each in "abcxy":
        repo, repos = names.parse("models", "lab", each), RepoStore(local.root)
        if not repos.exists(repo):
            repos.create(repo)
    with hub.connect(local.endpoint, token or local.token, clock=QuickClock()) as connection:
        shelf = Shelf(local, connection, f"lab{next(_numbers)}", page)
        yield Shelf(local, connection, shelf.namespace, page, _make(shelf) if page.before else "")
    local.faults.clear()


def _make(shelf: Shelf) -> str:
    said = {"title": TITLE, "namespace": shelf.namespace, "description": "By hand.", "private": False}
    slug: str = shelf.ask("POST", "", said)["slug"]
    for name in shelf.page.before:
        item = {"item": {"id": f"lab/{name}", "type": "model"}, "note": f"Note of {name}"}
        shelf.ask("POST", f"/{slug}/items", item)
    return slug


def run(shelf: Shelf) -> Ended:
    """Look at it, and publish it, as `push` does."""
    pages = HubCollections(shelf.connection)
    try:
        change = collection_publish.look(shelf.wanted, SOURCE, pages, clock=QuickClock())
    except HubError as error:
        return Ended("failed", error)
    outcome = collection_publish.apply(change, pages, clock=QuickClock())
    return Ended(outcome.state, outcome.errors[0] if outcome.errors else None)


def check(shelf: Shelf, others: str = "") -> None:
    """One collection, its text, its members once, in their order, with the notes that they had; `others` came in."""
    shown = shelf.shown()
    assert "".join(name for name, _ in shown if name not in others) == shelf.page.after
    assert sorted(name for name, _ in shown) == sorted(shelf.page.after + others)
    notes = {name: f"Note of {name}" for name in shelf.page.before} | {**(shelf.page.notes or {})}
    assert dict(shown) == {name: notes.get(name, "") for name in shelf.page.after + others}
    found = client(shelf.hub).get_collection(shelf.only_slug())
    assert (found.title, found.description) == (TITLE, shelf.page.description)


def check_nothing_unplanned(shelf: Shelf) -> None:
    """Whatever a failed run has done was planned; what somebody put in is there, unless it was to be taken out."""
    members = [name for name, _ in shelf.shown()]
    kept = {*shelf.page.before} & {*shelf.page.after}
    assert len(members) == len({*members})
    assert kept <= {*members} <= {*shelf.page.before, *shelf.page.after}
    assert dict(shelf.shown()).get(THEIRS, "Note of x") == "Note of x"


def _no_collection(name: str, request: str) -> str:
    return "there is no collection yet" if name == "make" and request != "add" else ""


def _reads(request: str) -> bool:
    return request in {"look", "find in a list"}


def _not_by_title(name: str, request: str) -> str:
    if request == "find in a list":
        return "where it is known by its title alone, one of another title is another one"
    return _no_collection(name, request)


def _writes(name: str, request: str) -> str:
    return "the answer to a request that writes nothing is asked for again" if _reads(request) else ""


def _undone(name: str, request: str) -> str:
    if name == "add":
        return "the answer to the one addition shows that it is there, and what comes after that is no fault"
    return "there is nothing to undo" if _reads(request) or request == "make" else ""


def _first(name: str, request: str) -> str:
    return "" if request == next(iter(PAGES[name].requests)) else "it holds for the whole run"


def _lists(name: str, request: str) -> str:
    return "" if request == "find in a list" else "the list of a namespace alone comes in pages"


def _anywhere(name: str, request: str) -> str:
    return ""


EVENTS: Mapping[str, Event] = {
    "somebody adds a member": Event("others", _no_collection),
    "somebody undoes it every time": Event("others", _undone),
    "somebody adds a member after a lost answer": Event("others after", _writes, LOSES),
    "somebody renames the collection": Event("gone", _not_by_title),
    "the collection is deleted": Event("gone", _no_collection),
    "the token expires": Event("rights", _anywhere),
    "a token without the right": Event("rights", _first, ("read", "of another namespace")),
    "long lists": Event("many", _lists),
}
"""What happens meanwhile, as `fault_events.EVENTS` has it for repos."""


def cases(event: str) -> list[tuple[str, str, str]]:
    """Write, request and way: all that an event can be at."""
    return [
        (name, request, way)
        for name, request in REQUESTS
        for way in EVENTS[event].ways
        if not EVENTS[event].absent(name, request)
    ]
