"""Collections: made, listed, read, changed, deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html import escape
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cardgen import repo_ids
from cardgen.localhub import refusals
from cardgen.localhub.access import Token
from cardgen.localhub.api import dates, people
from cardgen.localhub.call import Call, endpoint
from cardgen.localhub.collection_store import Collection, Item
from cardgen.localhub.names import KINDS, kind_of, parse

MAX_DESCRIPTION = 150
MAX_TITLE = 300
PAGE = 20
MOST_LISTED = 100
LISTED_ITEMS = 4
"""A list shows as many items of each collection."""


def create(call: Call) -> Response:
    """Make a collection. One of the same title is a 409 whose `slug` tells the client where."""
    caller, wanted = call.known_caller(), call.json()
    namespace = wanted.get("namespace") or caller.user
    if not isinstance(namespace, str) or repo_ids.part_problem(namespace):
        raise refusals.bad_request('"namespace" must be the name of a user or an organization')
    if not caller.may_write_to(namespace):
        raise refusals.no_rights(f'create a collection under the namespace "{namespace}"')
    title, description = _title(wanted), _description(wanted)
    made, is_new = call.storage.collections.create(
        namespace, title, description, private=bool(wanted.get("private", False))
    )
    if not is_new:
        message = "A collection with this title exists already"
        return JSONResponse({"error": message, "slug": made.slug}, 409, {"X-Error-Message": message})
    return JSONResponse(shown(call, made, caller))


def listing(call: Call) -> Response:
    """Collections page by page, the last changed one first; `owner` and `item` pick. Rows have no `position`."""
    caller = call.caller()
    limit, start = max(1, call.number("limit", PAGE, MOST_LISTED)), call.number("cursor", 0, 1_000_000_000)
    found = list(islice(_visible(call, caller), start, start + limit + 1))
    headers = {}
    if len(found) > limit:
        query = [(key, value) for key, value in call.query.multi_items() if key != "cursor"]
        following = f"{call.base}/api/collections?{urlencode([*query, ('cursor', start + limit)])}"
        headers["Link"] = f'<{following}>; rel="next"'
    return JSONResponse([_listed(call, each, caller) for each in found[:limit]], headers=headers)


def read(call: Call) -> Response:
    """A collection with all of its items. An older address, with the words of an older title, works too."""
    return JSONResponse(shown(call, named(call), call.caller()))


def change(call: Call) -> Response:
    """Change what is named: title, description, position, private, theme."""
    found, wanted = writable(call), call.json()
    if "title" in wanted:
        found = replace(found, title=_title(wanted))
    if "description" in wanted:
        found = replace(found, description=_description(wanted))
    if "private" in wanted:
        found = replace(found, private=bool(wanted["private"]))
    if "theme" in wanted:
        found = replace(found, theme=str(wanted["theme"]))
    if "position" in wanted:
        found = replace(found, position=position(wanted))
    changed = call.storage.collections.change(found)
    return JSONResponse({"success": True, "data": shown(call, changed, call.caller())})


def delete(call: Call) -> Response:
    """Delete a collection, for good; the repos in it stay."""
    call.storage.collections.delete(writable(call))
    return JSONResponse({"success": True})


def named(call: Call) -> Collection:
    """The collection of the path, if the caller may see it. Raises Refusal."""
    found = call.storage.collections.get(call.params["namespace"], call.params["slug"])
    if found is None or not _shows(found, call.caller()):
        raise refusals.not_found("Collection")
    return found


def writable(call: Call) -> Collection:
    """The same, if the caller may change it. Raises Refusal."""
    caller, found = call.known_caller(), named(call)
    if not caller.may_write_to(found.namespace):
        raise refusals.no_rights("change this collection")
    return found


def position(wanted: dict[str, Any]) -> int:
    """The position that a body asks for. Raises Refusal."""
    value = wanted["position"]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1_000_000:
        raise refusals.bad_request('"position" must be a number from 0')
    return value


def shown(call: Call, found: Collection, caller: Token | None) -> dict[str, Any]:
    """A collection as the Hub answers it: with the items that the caller may see."""
    items = [row for item in call.storage.collections.items(found) if (row := _item(call, item, caller))]
    return {
        "slug": found.slug,
        "title": found.title,
        "description": found.description,
        "owner": {**people.user(found.namespace), "type": "org"},
        "gating": False,
        "items": items,
        "lastUpdated": dates.of_epoch(found.updated_at),
        "position": found.position,
        "private": found.private,
        "theme": found.theme,
        "upvotes": 0,
        "isUpvotedByUser": False,
        "shareUrl": f"{call.base}/collections/{found.slug}",
    }


def _listed(call: Call, found: Collection, caller: Token | None) -> dict[str, Any]:
    row = shown(call, found, caller)
    del row["position"]
    return {**row, "items": row["items"][:LISTED_ITEMS]}


def _visible(call: Call, caller: Token | None) -> Iterator[Collection]:
    owners, items = call.query.getlist("owner"), call.query.getlist("item")
    ids = [call.storage.collections.having(*_picked(item)) for item in items]
    for each in call.storage.collections.all():
        is_wanted = (not owners or each.namespace in owners) and (not ids or any(each.id in some for some in ids))
        if is_wanted and _shows(each, caller):
            yield each


def _picked(item: str) -> tuple[str, str]:
    """`models/lab/one` as kind and id."""
    word, _, item_id = item.partition("/")
    return word.removesuffix("s"), item_id


def _shows(found: Collection, caller: Token | None) -> bool:
    return not found.private or (caller is not None and caller.is_member_of(found.namespace))


def _item(call: Call, item: Item, caller: Token | None) -> dict[str, Any] | None:
    """An item, unless it is a repo or collection that is gone, or that the caller may not see."""
    row: dict[str, Any] = {"_id": item.id, "id": item.item_id, "type": item.kind, "position": item.position}
    if item.note:
        row["note"] = {"text": item.note, "html": escape(item.note)}
    if f"{item.kind}s" in KINDS:
        name = parse(kind_of(item.kind), *item.item_id.split("/"))
        if not call.storage.repos.exists(name) or not call.shows(name, caller):
            return None
        row |= {"author": name.namespace, "private": call.storage.state.settings(name).private}
    if item.kind == "collection":
        of = call.storage.collections.of_id(item.item_id)
        if of is None or not _shows(of, caller):
            return None
        row |= {"slug": of.slug, "title": of.title}
    return row


def _title(wanted: dict[str, Any]) -> str:
    return text(wanted.get("title"), "title", 1, MAX_TITLE).strip()


def _description(wanted: dict[str, Any]) -> str:
    return text(wanted.get("description") or "", "description", 0, MAX_DESCRIPTION)


def text(value: object, key: str, least: int, most: int) -> str:
    """A text of a body. Raises Refusal for what is none, or too short or too long."""
    if not isinstance(value, str) or any("\ud800" <= character <= "\udfff" for character in value):
        raise refusals.bad_request(f'"{key}" must be a string')
    if not least <= len(value) <= most:
        raise refusals.bad_request(f'"{key}" length must be from {least} to {most} characters')
    return value


ROUTES = [
    Route("/api/collections", endpoint(create), methods=["POST"]),
    Route("/api/collections", endpoint(listing)),
    Route("/api/collections/{namespace}/{slug}", endpoint(read)),
    Route("/api/collections/{namespace}/{slug}", endpoint(change), methods=["PATCH"]),
    Route("/api/collections/{namespace}/{slug}", endpoint(delete), methods=["DELETE"]),
]
