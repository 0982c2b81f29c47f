"""The hub is killed while it has a request, before it is carried out or after; the push goes on, or is run again."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

import doomed_hub
from cardgen import collection_publish, hub, localhub, propose, publish
from cardgen.errors import HubError
from cardgen.file_marks import RESULTS
from cardgen.hub import Connection
from cardgen.hub_collections import HubCollections
from cardgen.hub_pull_requests import HubPullRequests
from cardgen.localhub import LocalHub
from cardgen.members import Member
from cardgen.model import Card, HubCollection
from cards import make_card
from clocks import QuickClock
from doomed_hub import When
from hub_client import client, git, repo_path, titles, write_card
from pushing import card_in_git, make_plan

ONE: Final = "lab/one"
OLD = make_card({"license": "mit"}, repo_id=ONE)
NEW = make_card({"license": "apache-2.0"}, "# T\n\nNew text.\n", repo_id=ONE, results="- value: 1\n")
NEWER = make_card({"license": "apache-2.0"}, "# T\n\nNewer text.\n", repo_id=ONE, results="- value: 2\n")
MEMBERS = (Member("model", "lab/two", "A note"), Member("model", ONE))
PAGE = HubCollection(slug="", title="Family", description="Two models.", namespace="lab", members=MEMBERS)
CREATE, UPDATE = (f"{verb} card from collections/codeio.yaml" for verb in ("Create", "Update"))


def push(connection: Connection, card: Card) -> str:
    (outcome,) = publish.apply(make_plan(connection, [card]), connection, clock=QuickClock())
    return outcome.state


def propose_card(connection: Connection, card: Card) -> str:
    made = make_plan(connection, [card])
    (outcome,) = propose.apply(made, connection, pulls=HubPullRequests(connection), clock=QuickClock())
    return outcome.state


def publish_page(connection: Connection) -> str:
    pages = HubCollections(connection)
    change = collection_publish.look(PAGE, "collections/codeio.yaml", pages, clock=QuickClock())
    return collection_publish.apply(change, pages, clock=QuickClock()).state if change.writes else "unchanged"


def nothing(local: LocalHub, connection: Connection) -> None:
    """There is no such repo."""


def published(local: LocalHub, connection: Connection) -> None:
    push(connection, OLD)


def proposed(local: LocalHub, connection: Connection) -> None:
    published(local, connection)
    propose_card(connection, NEW)


def overtaken(local: LocalHub, connection: Connection) -> None:
    """Main has changed the same lines since it was proposed."""
    proposed(local, connection)
    write_card(client(local), ONE, OLD.text.replace("license:", "widget: []\nlicense:").encode())


def with_a_page(local: LocalHub, connection: Connection) -> None:
    """The collection is there, with other words, and its members in another order."""
    members(local, connection)
    slug = client(local).create_collection("Family", namespace="lab", description="Old.").slug
    client(local).add_collection_item(slug, ONE, "model")
    client(local).add_collection_item(slug, "lab/two", "model")


def members(local: LocalHub, connection: Connection) -> None:
    for member in MEMBERS:
        client(local).create_repo(member.item_id)


def pulls(local: LocalHub) -> list[str]:
    return [each.status for each in client(local).get_repo_discussions(ONE)]


def is_published(local: LocalHub, *commits: str) -> None:
    assert titles(local, ONE) == [*commits, "initial commit"]
    assert card_in_git(local, ONE) == NEW.data
    assert git(repo_path(local, ONE), "show", f"main:{RESULTS}") == NEW.files[RESULTS].strip()


def is_proposed(local: LocalHub, number: int, commits: int) -> None:
    assert pulls(local) == ["open", "closed"][:number]
    ref = f"refs/pr/{number}"
    assert git(repo_path(local, ONE), "rev-list", "--count", f"main..{ref}") == str(commits)
    assert b"Newer text." in card_in_git(local, ONE, revision=ref)
    assert git(repo_path(local, ONE), "show", f"{ref}:{RESULTS}") == NEWER.files[RESULTS].strip()


def has_the_page(local: LocalHub) -> None:
    (found,) = client(local).list_collections(owner="lab")
    page = client(local).get_collection(found.slug)
    assert (page.title, page.description) == ("Family", "Two models.")
    assert [(item.item_id, item.note) for item in page.items] == [("lab/two", "A note"), (ONE, None)]


@dataclass(frozen=True)
class Kind:
    """A kind of write: what was there before, what is done, and what has to be there then, once."""

    before: Callable[[LocalHub, Connection], None]
    act: Callable[[Connection], str]
    ended: Callable[[LocalHub], None]
    end: str


KINDS: Final[Mapping[str, Kind]] = {
    "create": Kind(nothing, lambda each: push(each, NEW), lambda local: is_published(local, CREATE), "published"),
    "update": Kind(
        published, lambda each: push(each, NEW), lambda local: is_published(local, UPDATE, CREATE), "published"
    ),
    "propose": Kind(
        published, lambda each: propose_card(each, NEWER), lambda local: is_proposed(local, 1, 1), "proposed"
    ),
    "propose again": Kind(
        proposed, lambda each: propose_card(each, NEWER), lambda local: is_proposed(local, 1, 2), "proposed"
    ),
    "propose anew": Kind(
        overtaken, lambda each: propose_card(each, NEWER), lambda local: is_proposed(local, 2, 1), "proposed"
    ),
    "make the page": Kind(members, publish_page, has_the_page, "published"),
    "change the page": Kind(with_a_page, publish_page, has_the_page, "published"),
}
READ, COMMIT = ("GET", "/resolve/main/README"), ("POST", "/commit/")
VERIFY, RESULT = ("GET", "/resolve/[0-9a-f]{40}/README"), ("GET", "/resolve/[0-9a-f]{40}/.eval_results")
CHECK, PREUPLOAD = ("POST", "/validate-yaml"), ("POST", "/preupload/")
CLOSE, PAGES = ("POST", "/discussions/1/status"), "/api/collections"
BEFORE: Final = {
    "create": (READ, ("GET", "/whoami"), ("POST", "/repos/create"), CHECK, PREUPLOAD, COMMIT, VERIFY, RESULT),
    "update": (("GET", "/resolve/.*gitattributes"), PREUPLOAD, COMMIT, RESULT),
    "propose": (("GET", "/discussions$"), CHECK, COMMIT, VERIFY),
    "propose again": (("GET", "/commits/"), COMMIT, RESULT),
    "propose anew": (("GET", "/discussions/1$"), CLOSE, ("POST", "/commit/main")),
    "make the page": (("GET", f"{PAGES}$"), ("POST", f"{PAGES}$"), ("POST", "/items$")),
    "change the page": (("GET", f"{PAGES}/"), ("PATCH", f"{PAGES}/"), ("POST", "/batch$")),
}
CASES: Final = [
    (kind, *request, when, is_back)
    for kind, requests in BEFORE.items()
    for request in requests
    for when in ("before", "after")
    for is_back in (True, False)
    if request[0] != "GET" or (when == "before" and is_back)
]
"""Every request; of those that write, before and after, and a hub that comes back at once or after the push."""


class ComesBack(QuickClock):
    """While somebody waits for it the hub is started again."""

    def __init__(self, start: Callable[[], object]) -> None:
        super().__init__()
        self.start = start

    def wait(self, seconds: float) -> None:
        self.start()
        super().wait(seconds)


@pytest.mark.parametrize(("name", "method", "path", "when", "is_back"), CASES)
def test_killed_with_a_request(
    in_memory: Path, monkeypatch: pytest.MonkeyPatch, name: str, method: str, path: str, when: When, is_back: bool
) -> None:
    kind, root = KINDS[name], in_memory / "hub"
    with localhub.start(root) as local, hub.connect(local.endpoint, local.token, clock=QuickClock()) as connection:
        kind.before(local, connection)
    with ExitStack() as stack:
        doomed = stack.enter_context(doomed_hub.serving(root, method, path, when))
        back: list[LocalHub] = []

        def start() -> None:
            assert doomed.is_killed()
            if not back:
                back.append(stack.enter_context(localhub.start(root, doomed.port)))

        connection = stack.enter_context(hub.connect(doomed.endpoint, doomed.token, clock=QuickClock()))
        if is_back:
            for module in (__name__, "pushing"):
                monkeypatch.setattr(f"{module}.QuickClock", lambda: ComesBack(start))
            assert kind.act(connection) == kind.end
        else:
            with contextlib.suppress(HubError, AssertionError):
                assert kind.act(connection) == "failed"
            assert doomed.is_killed(), "this kind of request was made"
            start()
            assert kind.act(connection) in {kind.end, "unchanged"}
        kind.ended(back[0])
        assert kind.act(connection) in {"unchanged", "proposed"}
        kind.ended(back[0])
