"""The local hub against public facts about the Hub: collections."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import partial

import pytest
from huggingface_hub import Collection, HfApi
from huggingface_hub.errors import HfHubHTTPError

import hub_facts
from cardgen.localhub import LocalHub
from hub_client import bearer, client, raw, refused
from hub_facts import Check, Facts, calls

fact = Facts()


def filled(api: HfApi, repo_id: str, names: Sequence[str] = ("a", "b", "c")) -> Collection:
    """A collection of this repo's name, with repos of it as items."""
    made = api.create_collection(repo_id, namespace="lab")
    for name in names:
        api.create_repo(f"{repo_id}-{name}")
        made = api.add_collection_item(made.slug, f"{repo_id}-{name}", "model")
    return made


def order(api: HfApi, slug: str) -> str:
    """The last letters of the items, in their order."""
    return "".join(item.item_id[-1] for item in api.get_collection(slug).items)


@fact("a slug is the namespace, the words of the title, and 24 hexadecimal digits (codei-o-67a9…)")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    made = api.create_collection(f"CodeI/O  @ {repo_id}!", namespace="lab", description="About.")
    assert re.fullmatch(r"lab/codei-o-lab-repo\d+-[0-9a-f]{24}", made.slug)
    assert (made.title, made.description, made.items) == (f"CodeI/O  @ {repo_id}!", "About.", [])
    assert (made.private, made.upvotes, made.url) == (False, 0, f"{hub.endpoint}/collections/{made.slug}")
    assert calls(hub) == ["POST /api/collections"]


@fact("without a namespace the client asks whoami, and the collection is the user's")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    made = api.create_collection(f"Mine {repo_id}")
    assert made.slug.startswith("local/mine-")
    assert calls(hub) == ["GET /api/whoami-v2", "POST /api/collections"]


@fact("the owner is an object with a name (live answer of prism-ml/bonsai-2), which the client passes on")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    owner: object = filled(api, repo_id, ()).owner
    assert isinstance(owner, dict)
    assert owner["name"] == "lab"


@fact("a second collection of the same title is a 409 with the slug of the first, which exists_ok fetches as it is")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    made = api.create_collection(repo_id, namespace="lab", description="First.")
    with pytest.raises(HfHubHTTPError) as caught:
        api.create_collection(repo_id, namespace="lab")
    assert (caught.value.response.status_code, caught.value.response.json()["slug"]) == (409, made.slug)
    again = api.create_collection(repo_id, namespace="lab", description="Second.", exists_ok=True)
    assert (again.slug, again.description) == (made.slug, "First.")
    assert api.create_collection(repo_id, namespace="other").slug != made.slug


@fact("a new title changes the words of the slug and not its id; the old address works on, and so do words alone")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    made = filled(api, repo_id)
    renamed = api.update_collection_metadata(made.slug, title=f"New {repo_id}", description="About.", theme="pink")
    assert renamed.slug == "lab/new-" + made.slug.removeprefix("lab/")
    assert (renamed.description, renamed.theme, len(renamed.items)) == ("About.", "pink", 3)
    for slug in (made.slug, renamed.slug, renamed.slug[:-25]):
        assert api.get_collection(slug).title == f"New {repo_id}"
    with pytest.raises(HfHubHTTPError) as caught:
        api.get_collection(renamed.slug.replace("lab/", "other/"))
    assert caught.value.response.status_code == 404


@fact("metadata that is not sent stays; an empty description clears it")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    made = api.create_collection(repo_id, namespace="lab", description="About.")
    assert api.update_collection_metadata(made.slug, theme="green").description == "About."
    assert api.update_collection_metadata(made.slug, description="").description == ""
    assert api.get_collection(made.slug).theme == "green"


@fact("a description has up to 150 characters, a note up to 500")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    made = filled(api, repo_id, ("a",))
    item = made.items[0].item_object_id
    api.update_collection_metadata(made.slug, description="x" * 150)
    api.update_collection_item(made.slug, item, note="ü" * 500)
    assert refused(lambda: api.update_collection_metadata(made.slug, description="x" * 151)) == 400
    assert refused(lambda: api.update_collection_item(made.slug, item, note="x" * 501)) == 400
    assert refused(lambda: api.create_collection("Other", namespace="lab", description="x" * 151)) == 400
    assert refused(lambda: api.add_collection_item(made.slug, repo_id, "model", note="x" * 501)) == 400
    assert api.get_collection(made.slug).items[0].note == "ü" * 500


@fact("items are added at the end: models, datasets, spaces, papers and collections; one id may be of two kinds")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    api.create_repo(repo_id, repo_type="dataset")
    api.create_repo(repo_id, repo_type="space", space_sdk="static")
    inner = api.create_collection(f"Inner {repo_id}", namespace="lab")
    made = api.create_collection(repo_id, namespace="lab")
    wanted = [(repo_id, "model"), (repo_id, "dataset"), (repo_id, "space"), ("2502.07316", "paper")]
    for item_id, kind in wanted:
        api.add_collection_item(made.slug, item_id, kind, note=f"A {kind}")  # type: ignore[arg-type] # a literal's words
    found = api.add_collection_item(made.slug, inner.slug, "collection")
    assert [(item.item_id, item.item_type) for item in found.items] == [*wanted, (inner.slug, "collection")]
    assert [item.position for item in found.items] == [0, 1, 2, 3, 4]
    assert [item.note for item in found.items] == ["A model", "A dataset", "A space", "A paper", None]


@fact("an item that does not exist is a 404")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    made = api.create_collection(repo_id, namespace="lab")
    for item_id, kind in (
        ("lab/nothing", "model"),
        (repo_id, "dataset"),
        ("not a repo", "model"),
        ("../../etc", "space"),
        ("x", "paper"),
        ("lab/nothing-" + "0" * 24, "collection"),
        ("lab/bucket", "bucket"),
        ("x", "user"),
    ):
        with pytest.raises(HfHubHTTPError) as caught:
            api.add_collection_item(made.slug, item_id, kind)  # type: ignore[arg-type] # words that are wrong
        assert caught.value.response.status_code == 404
    assert api.get_collection(made.slug).items == []


@fact("an item that is there already is a 409; exists_ok fetches the collection and leaves the note as it was")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    made = filled(api, repo_id, ("a",))
    with pytest.raises(HfHubHTTPError) as caught:
        api.add_collection_item(made.slug, f"{repo_id}-a", "model", note="New")
    assert caught.value.response.status_code == 409
    found = api.add_collection_item(made.slug, f"{repo_id}-a", "model", note="New", exists_ok=True)
    assert [(item.item_id, item.note) for item in found.items] == [(f"{repo_id}-a", None)]


@fact("a note is cleared with an empty text; what is not sent stays")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    made = filled(api, repo_id)
    item = made.items[1].item_object_id
    api.update_collection_item(made.slug, item, note="<b>")
    api.update_collection_item(made.slug, item, position=0)
    assert api.get_collection(made.slug).items[0].note == "<b>"
    api.update_collection_item(made.slug, item, note="")
    assert (api.get_collection(made.slug).items[0].note, order(api, made.slug)) == (None, "bac")


@fact("an item that takes a position moves those from there on; positions are numbers with gaps, not indexes")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    made = filled(api, repo_id, "abcd")
    by_name = {item.item_id[-1]: item.item_object_id for item in made.items}
    for name, position, expected in (("d", 0, "dabc"), ("a", 50, "dbca"), ("c", 1, "dcba"), ("d", 2, "cdba")):
        api.update_collection_item(made.slug, by_name[name], position=position)
        assert order(api, made.slug) == expected
    positions = [item.position for item in api.get_collection(made.slug).items]
    assert positions == sorted(set(positions)) != [0, 1, 2, 3]
    for number, name in enumerate("abcd"):
        api.update_collection_item(made.slug, by_name[name], position=number)
    assert order(api, made.slug) == "abcd"


@fact("the undocumented items/batch changes many items in one request, or none (swift-huggingface, pyhfapi)")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    made = filled(api, repo_id, "abcd")
    ids = {item.item_id[-1]: item.item_object_id for item in made.items}

    def batch(*entries: object) -> int:
        body = json.dumps(entries).encode()
        return raw(hub, "POST", f"/api/collections/{made.slug}/items/batch", bearer(hub), body)[0]

    def update(name: str, **data: object) -> dict[str, object]:
        return {"_id": ids.get(name, name), "action": "update", "data": data}

    assert (
        batch(*(update(name, position=number) for number, name in enumerate("cadb")), update("a", note="x", position=1))
        == 200
    )
    assert order(api, made.slug) == "cadb"
    assert batch(update("b", position=0), update("f" * 24, position=1)) == 404
    assert batch({"_id": ids["a"], "action": "delete"}) == batch("x") == batch(update("a", position=-1)) == 400
    assert order(api, made.slug) == "cadb"
    assert {item.note for item in api.get_collection(made.slug).items} == {None, "x"}


@fact("items and collections are deleted; a second time is a 404, which missing_ok takes")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    made = filled(api, repo_id)
    item = made.items[0].item_object_id
    api.delete_collection_item(made.slug, item)
    with pytest.raises(HfHubHTTPError) as caught:
        api.delete_collection_item(made.slug, item)
    assert (caught.value.response.status_code, order(api, made.slug)) == (404, "bc")
    api.delete_collection_item(made.slug, item, missing_ok=True)
    api.delete_collection(made.slug)
    api.delete_collection(made.slug, missing_ok=True)
    for gone in (api.get_collection, api.delete_collection):
        with pytest.raises(HfHubHTTPError) as caught:
            gone(made.slug)
        assert caught.value.response.status_code == 404


@fact("a list has no positions, four items of each collection at most, and comes in pages")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    owner = repo_id.replace("/", "-")
    made = api.create_collection(f"Full {repo_id}", namespace=owner)
    for name in "abcdef":
        api.create_repo(f"{repo_id}-{name}")
        api.add_collection_item(made.slug, f"{repo_id}-{name}", "model")
    slugs = [made.slug] + [api.create_collection(f"{repo_id} {number}", namespace=owner).slug for number in range(25)]
    hub.requests.clear()
    found = list(api.list_collections(owner=owner))
    assert sorted(each.slug for each in found) == sorted(slugs)
    assert [len(each.items) for each in found] == [0] * 25 + [4]
    assert len(calls(hub)) == 2
    assert len(list(api.list_collections(owner=owner, limit=3))) == 3
    assert [each.slug for each in api.list_collections(item=f"models/{repo_id}-f")] == [made.slug]
    assert list(api.list_collections(owner="nobody")) == []
    assert all("position" not in row for row in json.loads(raw(hub, "GET", f"/api/collections?owner={owner}")[2]))


@fact("a private collection is for the members of its namespace")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    made = api.create_collection(repo_id, namespace="lab", private=True)
    stranger, nobody = client(hub, hub.add_token("write", ("mine",))), client(hub, token=False)
    for other in (stranger, nobody):
        with pytest.raises(HfHubHTTPError) as caught:
            other.get_collection(made.slug)
        assert caught.value.response.status_code == 404
        assert made.slug not in [each.slug for each in other.list_collections(owner="lab")]
    member = client(hub, hub.add_token("read", ("lab",)))
    assert member.get_collection(made.slug).private
    assert made.slug in [each.slug for each in member.list_collections(owner="lab")]
    assert not api.update_collection_metadata(made.slug, private=False).private
    assert nobody.get_collection(made.slug).title == repo_id


@fact("a collection is changed by those who may write to its namespace: 403 for a token that reads, and for others")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    made = filled(api, repo_id, ("a",))
    item = made.items[0].item_object_id
    for token in (hub.add_token("read"), hub.add_token("write", ("mine",))):
        other = client(hub, token)
        assert refused(partial(other.add_collection_item, made.slug, repo_id, "model")) == 403
        assert refused(partial(other.update_collection_item, made.slug, item, note="x")) == 403
        assert refused(partial(other.delete_collection_item, made.slug, item)) == 403
        assert refused(partial(other.update_collection_metadata, made.slug, title="x")) == 403
        assert refused(partial(other.delete_collection, made.slug)) == 403
        assert refused(partial(other.create_collection, "x", namespace="lab")) == 403
    assert raw(hub, "POST", "/api/collections", body=b'{"title": "x"}')[0] == 401
    assert [each.item_id for each in api.get_collection(made.slug).items] == [f"{repo_id}-a"]


@fact("items follow their repos: moved ones keep their place, deleted and private ones are not shown")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    made = filled(api, repo_id, "abcd")
    api.move_repo(f"{repo_id}-a", f"{repo_id}-z")
    api.delete_repo(f"{repo_id}-b")
    api.update_repo_settings(f"{repo_id}-c", private=True)
    assert order(api, made.slug) == "zcd"
    assert order(client(hub, token=False), made.slug) == "zd"
    api.create_repo(f"{repo_id}-b")
    assert order(api, made.slug) == "zcd"


@fact("collections have places among those of their namespace")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    owner = repo_id.replace("/", "-")
    made = [api.create_collection(f"{repo_id} {number}", namespace=owner) for number in range(3)]
    assert [each.position for each in made] == [0, 1, 2]
    assert api.update_collection_metadata(made[2].slug, position=0).position == 0
    assert [api.get_collection(each.slug).position for each in made] == [1, 2, 0]


@pytest.mark.parametrize("check", fact.table)
def test_fact(check: Check, shared_hub: LocalHub) -> None:
    hub_facts.run(check, shared_hub)
