"""Collections with the real client against the local hub; what became of them is asked with a client of its own."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import trustme
from msgspec.structs import replace

import faults
from cardgen import collection_publish, hub, hub_session, localhub
from cardgen.collection_publish import CollectionOutcome
from cardgen.errors import HubError, TokenError
from cardgen.hub import Connection
from cardgen.hub_collections import HubCollections
from cardgen.localhub import Answer, Delay, LocalHub, Run, Tls
from cardgen.members import Member, MemberKind
from cardgen.model import HubCollection
from clocks import QuickClock
from hub_client import client

SOURCE = "collections/family.yaml"


@pytest.fixture
def pages(connection: Connection) -> HubCollections:
    return HubCollections(connection)


def member(name: str, note: str | None = None, kind: MemberKind = "model") -> Member:
    return Member(kind, f"lab/{name}", note)


def make_repos(local: LocalHub, names: str) -> None:
    for name in names:
        client(local).create_repo(f"lab/{name}", exist_ok=True)


def make_live(local: LocalHub, names: str, title: str = "Family") -> str:
    """A collection that somebody made; its slug."""
    make_repos(local, names)
    made = client(local).create_collection(title, namespace="lab", description="By hand.")
    for name in names:
        client(local).add_collection_item(made.slug, f"lab/{name}", "model", note=f"Note of {name}")
    return made.slug


def shown(local: LocalHub, slug: str) -> list[str]:
    """The members in their order, each with its note."""
    items = client(local).get_collection(slug).items
    return [f"{item.item_id.rpartition('/')[2]}: {item.note}" if item.note else item.item_id[-1] for item in items]


def push(wanted: HubCollection, pages: HubCollections) -> CollectionOutcome:
    change = collection_publish.look(wanted, SOURCE, pages, clock=QuickClock())
    return collection_publish.apply(change, pages, clock=QuickClock())


def wish(names: str, slug: str = "", *, prune: bool = False, **notes: str) -> HubCollection:
    members = tuple(member(name, notes.get(name)) for name in names)
    return HubCollection(slug, "Family", "About.", "lab", members=members, prune=prune)


def test_a_collection_is_made_and_then_left_alone(local_hub: LocalHub, pages: HubCollections) -> None:
    make_repos(local_hub, "abc")
    local_hub.requests.clear()
    outcome = push(wish("abc", b="The second"), pages)
    assert (outcome.change.action, outcome.state) == ("create", "published")
    assert [call.method for call in local_hub.requests] == ["GET", "POST", "POST", "POST", "POST"]
    made = client(local_hub).get_collection(outcome.slug)
    assert (made.title, made.description, made.private) == ("Family", "About.", False)
    assert shown(local_hub, outcome.slug) == ["a", "b: The second", "c"]
    local_hub.requests.clear()
    assert push(wish("abc", outcome.slug), pages).state == "unchanged"
    assert [call.method for call in local_hub.requests] == ["GET"]
    assert push(wish("abc"), pages).state == "unchanged"


def test_what_is_there_becomes_what_is_wanted(local_hub: LocalHub, pages: HubCollections) -> None:
    slug = make_live(local_hub, "cbxa")
    make_repos(local_hub, "d")
    local_hub.requests.clear()
    outcome = push(wish("abcd", slug, a="", b="New"), pages)
    assert outcome.state == "published"
    assert shown(local_hub, slug) == ["a", "b: New", "x: Note of x", "c: Note of c", "d"]
    assert [(call.method, call.path.rpartition("/")[2]) for call in local_hub.requests][1:4] == [
        ("PATCH", slug.rpartition("/")[2]),
        ("POST", "items"),
        ("POST", "batch"),
    ]
    assert push(wish("abcd", slug, prune=True), pages).state == "published"
    assert shown(local_hub, slug) == ["a", "b: New", "c: Note of c", "d"]


def test_members_of_every_kind(local_hub: LocalHub, pages: HubCollections) -> None:
    api = client(local_hub)
    make_repos(local_hub, "a")
    api.create_repo("lab/d", repo_type="dataset")
    api.create_repo("lab/s", repo_type="space", space_sdk="static")
    inner = api.create_collection("Inner", namespace="lab")
    members = (
        Member("paper", "2502.07310", "The paper"),
        member("s", kind="space"),
        Member("collection", f"lab/older-words-{inner.slug[-24:]}"),
        member("a"),
        member("d", kind="dataset"),
    )
    wanted = replace(wish(""), members=members)
    slug = push(wanted, pages).slug
    assert [item.item_type for item in api.get_collection(slug).items] == [each.kind for each in members]
    assert push(wanted, pages).state == "unchanged"
    assert push(replace(wanted, members=members[::-1]), pages).state == "published"
    assert [item.item_type for item in api.get_collection(slug).items] == [each.kind for each in members[::-1]]


def test_a_new_title_changes_the_slug_and_the_old_one_leads_on(local_hub: LocalHub, pages: HubCollections) -> None:
    slug = make_live(local_hub, "a", "Old words")
    outcome = push(wish("a", slug), pages)
    assert (outcome.state, outcome.slug) == ("published", f"lab/family-{slug[-24:]}")
    assert push(wish("a", slug), pages).state == "unchanged"
    assert push(wish("a", slug), pages).slug == outcome.slug


def test_it_is_private_if_that_is_said(local_hub: LocalHub, pages: HubCollections) -> None:
    make_repos(local_hub, "a")
    slug = push(replace(wish("a"), private=True), pages).slug
    assert client(local_hub).get_collection(slug).private
    assert push(wish("a", slug), pages).state == "unchanged"
    assert push(replace(wish("a", slug), private=False), pages).state == "published"
    assert not client(local_hub).get_collection(slug).private


def test_a_slug_that_leads_nowhere(local_hub: LocalHub, pages: HubCollections) -> None:
    with pytest.raises(HubError, match="there is no collection lab/family-0") as caught:
        push(wish("a", f"lab/family-{'0' * 24}"), pages)
    assert "as its slug" in caught.value.hint
    assert not list(client(local_hub).list_collections(owner="lab"))


def test_a_title_is_found_whole_among_many(local_hub: LocalHub, pages: HubCollections) -> None:
    slug = make_live(local_hub, "abcdef")
    for number in range(25):
        client(local_hub).create_collection(f"Family {number}", namespace="lab")
    assert push(wish("abcdefg"), pages).slug == slug
    assert shown(local_hub, slug)[-1] == "f: Note of f"


def test_a_member_that_is_not_there_stops_no_other(local_hub: LocalHub, pages: HubCollections) -> None:
    make_repos(local_hub, "ac")
    client(local_hub).create_repo("other/p", private=True)
    token = local_hub.add_token("write", ("lab",))
    with hub.connect(local_hub.endpoint, token) as stranger:
        outcome = push(
            replace(wish("abc"), members=(*wish("abc").members, Member("model", "other/p"))), HubCollections(stranger)
        )
    assert outcome.state == "failed"
    assert [error.message.split(":")[0] for error in outcome.errors] == ["model lab/b", "model other/p"]
    assert shown(local_hub, outcome.slug) == ["a", "c"]
    make_repos(local_hub, "b")
    assert push(wish("abc"), pages).state == "published"
    assert shown(local_hub, outcome.slug) == ["a", "b", "c"]


@pytest.mark.parametrize("names", ["ab", "ba", "b"])
def test_a_token_without_the_right_is_told_so(local_hub: LocalHub, names: str) -> None:
    slug = make_live(local_hub, "a")
    make_repos(local_hub, "b")
    for token in (local_hub.add_token("write", ("other",)), local_hub.add_token("read", ("lab",))):
        with hub.connect(local_hub.endpoint, token) as connection:
            outcome = push(wish(names, slug, prune=True), HubCollections(connection))
            made = push(replace(wish("a"), title="New"), HubCollections(connection))
        for each in (outcome, made):
            assert (each.state, type(each.errors[0])) == ("failed", TokenError)
            assert "may not edit collections" in each.errors[0].message
            assert token not in str(each.errors)
            assert each.errors[0].__context__ is None
    assert shown(local_hub, slug) == ["a: Note of a"]


@pytest.mark.parametrize("status", [404, 405])
def test_a_hub_that_cannot_edit_many_items_at_once(local_hub: LocalHub, pages: HubCollections, status: int) -> None:
    slug = make_live(local_hub, "abcd")
    local_hub.faults.add("POST", "/items/batch$", Answer(status, '{"error": "no"}', faults.JSON))
    assert push(wish("dcba", slug, b="New", c=""), pages).state == "published"
    assert shown(local_hub, slug) == ["d: Note of d", "c", "b: New", "a: Note of a"]


def test_an_item_that_somebody_takes_out_meanwhile(local_hub: LocalHub, pages: HubCollections) -> None:
    slug = make_live(local_hub, "abc")
    item = client(local_hub).get_collection(slug).items[0].item_object_id
    gone = Run(lambda: client(local_hub).delete_collection_item(slug, item))
    local_hub.faults.add("POST", "/items/batch$", gone, nth=1)
    assert push(wish("cba", slug), pages).state == "published"
    assert shown(local_hub, slug) == ["c: Note of c", "b: Note of b", "a"]


def test_a_collection_that_somebody_deletes_meanwhile(local_hub: LocalHub, pages: HubCollections) -> None:
    slug = make_live(local_hub, "abc")
    gone = Run(lambda: client(local_hub).delete_collection(slug))
    local_hub.faults.add("POST", "/items/batch$", gone, nth=1)
    outcome = push(wish("cba", slug), pages)
    assert outcome.state == "failed"
    assert "there is no collection" in outcome.errors[0].message
    assert not list(client(local_hub).list_collections(owner="lab"))


def test_two_publishers_at_once(local_hub: LocalHub, pages: HubCollections) -> None:
    make_repos(local_hub, "abcdef")
    outcomes: list[CollectionOutcome] = []
    threads = [threading.Thread(target=lambda: outcomes.append(push(wish("fedcba", a="x"), pages))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(outcomes) == 3
    assert not any(each.errors for each in outcomes)
    assert len({each.slug for each in outcomes}) == 1
    assert len(list(client(local_hub).list_collections(owner="lab"))) == 1
    assert shown(local_hub, outcomes[0].slug) == ["f", "e", "d", "c", "b", "a: x"]


def test_a_silent_hub_is_given_up_and_asked_again(
    local_hub: LocalHub, pages: HubCollections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(hub_session.TIMEOUTS, "read", 0.3)
    make_repos(local_hub, "ab")
    for request in (("GET", "/api/collections"), ("POST", "/api/collections$"), ("POST", "/items$")):
        local_hub.faults.add(*request, Delay(60), nth=1)
    outcome = push(wish("ab"), pages)
    assert outcome.state == "published"
    assert shown(local_hub, outcome.slug) == ["a", "b"]
    assert len(list(client(local_hub).list_collections(owner="lab"))) == 1


def test_a_token_that_expires_meanwhile(local_hub: LocalHub) -> None:
    make_repos(local_hub, "abc")
    token = local_hub.add_token("write", ("lab",))
    local_hub.faults.add("POST", "/items$", Run(lambda: local_hub.expire(token)), nth=2)
    with hub.connect(local_hub.endpoint, token, clock=QuickClock()) as connection:
        outcome = push(wish("abc"), HubCollections(connection))
    assert (outcome.state, [type(error) for error in outcome.errors]) == ("failed", [TokenError])
    assert token not in str(outcome.errors)
    assert shown(local_hub, outcome.slug) == ["a"]


def test_over_https_a_token_of_nobody_is_a_token_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There the client calls most of its 401s by the name of another error than over http."""
    authority = trustme.CA()
    certificate, key, trusted = (tmp_path / name for name in ("certificate.pem", "key.pem", "trusted.pem"))
    issued = authority.issue_cert("127.0.0.1")
    issued.cert_chain_pems[0].write_to_path(certificate)
    issued.private_key_pem.write_to_path(key)
    authority.cert_pem.write_to_path(trusted)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with localhub.start(tmp_path / "hub", tls=Tls(certificate, key)) as local:
        with hub.connect(local.endpoint, local.token, clock=QuickClock()) as connection:
            assert push(wish(""), HubCollections(connection)).state == "published"
        with hub.connect(local.endpoint, "hf_nobody", clock=QuickClock()) as connection, pytest.raises(TokenError):
            push(wish(""), HubCollections(connection))
