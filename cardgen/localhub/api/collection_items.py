"""The items of a collection: added, changed, ordered, removed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cardgen.localhub import names, refusals
from cardgen.localhub.api import collections
from cardgen.localhub.call import Call, endpoint
from cardgen.localhub.collection_store import Collection, Item
from cardgen.localhub.names import KINDS

MAX_NOTE = 500
_PAPER = re.compile(r"\d{4}\.\d{4,5}")


def add(call: Call) -> Response:
    """Add an item at the end: 404 for one that is not there, 409 for one that is in the collection already."""
    found, wanted = collections.writable(call), call.json()
    item = wanted.get("item")
    if not isinstance(item, dict):
        raise refusals.bad_request('"item" is required')
    kind, item_id = str(item.get("type")), _known_id(call, str(item.get("type")), str(item.get("id")))
    if not call.storage.collections.add_item(found, kind, item_id, _note(wanted)):
        raise refusals.conflict("Item already in collection")
    return JSONResponse(collections.shown(call, collections.named(call), call.caller()))


def change(call: Call) -> Response:
    """Change the note of an item (an empty one clears it), or its position."""
    found = collections.writable(call)
    item = _item(call.storage.collections.items(found), call.params["item"])
    call.storage.collections.change_items(found, [_changed(item, call.json())])
    return JSONResponse({"success": True})


def change_many(call: Call) -> Response:
    """The same for several items in one request; all of it happens, or nothing."""
    found, wanted = collections.writable(call), call.json_value()
    if not isinstance(wanted, list) or not all(_is_update(each) for each in wanted):
        raise refusals.bad_request('Every entry must have "_id", the action "update", and "data"')
    items = call.storage.collections.items(found)
    changed = [_changed(_item(items, each["_id"]), each["data"]) for each in wanted]
    call.storage.collections.change_items(found, changed)
    return JSONResponse({"success": True})


def delete(call: Call) -> Response:
    """Remove an item from the collection."""
    found = collections.writable(call)
    if not call.storage.collections.delete_item(found, call.params["item"]):
        raise refusals.not_found("Item")
    return JSONResponse({"success": True})


def _is_update(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("_id"), str)
        and entry.get("action") == "update"
        and isinstance(entry.get("data"), dict)
    )


def _item(items: list[Item], item_id: str) -> Item:
    found = [item for item in items if item.id == item_id]
    if not found:
        raise refusals.not_found("Item")
    return found[0]


def _changed(item: Item, wanted: dict[str, Any]) -> Item:
    if "note" in wanted:
        item = replace(item, note=_note(wanted))
    if "position" in wanted:
        item = replace(item, position=collections.position(wanted))
    return item


def _known_id(call: Call, kind: str, item_id: str) -> str:
    """The id of something that is there and that the caller may see; of a collection its own id. Raises Refusal."""
    if f"{kind}s" in KINDS and _is_repo(call, kind, item_id):
        return item_id
    if kind == "paper" and _PAPER.fullmatch(item_id):
        return item_id
    if kind == "collection" and (found := _collection(call, item_id)):
        return found.id
    raise refusals.not_found(f"{kind.capitalize()[:50]} {item_id[:200]}")


def _is_repo(call: Call, kind: str, item_id: str) -> bool:
    namespace, _, name = item_id.partition("/")
    try:
        repo = names.parse(names.kind_of(kind), namespace, name)
    except ValueError:
        return False
    return call.storage.repos.exists(repo) and call.shows(repo, call.caller())


def _collection(call: Call, slug: str) -> Collection | None:
    namespace, _, words = slug.partition("/")
    return call.storage.collections.get(namespace, words)


def _note(wanted: dict[str, Any]) -> str:
    return collections.text(wanted.get("note") or "", "note", 0, MAX_NOTE)


_ITEMS = "/api/collections/{namespace}/{slug}/items"
ROUTES = [
    Route(_ITEMS, endpoint(add), methods=["POST"]),
    Route(f"{_ITEMS}/batch", endpoint(change_many), methods=["POST"]),
    Route(f"{_ITEMS}/{{item}}", endpoint(change), methods=["PATCH"]),
    Route(f"{_ITEMS}/{{item}}", endpoint(delete), methods=["DELETE"]),
]
