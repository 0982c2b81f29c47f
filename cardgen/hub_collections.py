"""The edge to the Hub, for collections: read, made, changed, over the connection of `cardgen.hub`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Final, TypeVar, cast

import huggingface_hub
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils._http import hf_raise_for_status

from cardgen.collection_plan import Item, ItemEdit, LiveCollection, Page
from cardgen.errors import HubError, TokenError
from cardgen.hub import Connection
from cardgen.members import Member, MemberKind
from cardgen.model import HubCollection

MAX_LISTED: Final = 5_000
"""Collections of a namespace that are looked through for one of a title."""

Answer = TypeVar("Answer")


class HubCollections:
    """A Hub as a collection's page needs it (`collection_publish.Collections`). Threads share it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._api = connection.api

    def find(self, namespace: str, title: str) -> Sequence[str]:
        """One request for each page of the list, which has no more than four items of each collection."""

        def ask() -> list[str]:
            listed = islice(self._api.list_collections(owner=namespace), MAX_LISTED)
            return [each.slug for each in listed if (each.title or "").strip() == title]

        return self._connection.ask(f"the collections of {namespace}", ask)

    def read(self, slug: str) -> LiveCollection:
        """One request."""

        def ask() -> LiveCollection | None:
            try:
                return live(self._api.get_collection(slug))
            except HfHubHTTPError as error:
                if error.response.status_code != 404:
                    raise
                return None

        found = self._connection.ask(f"the collection {slug}", ask)
        if found is None:
            raise HubError(
                f"there is no collection {slug}, or this token may not see it",
                "put the end of its address into the manifest as its slug, or leave the slug out to have it made",
            )
        return found

    def create(self, wanted: HubCollection) -> LiveCollection:
        """One request, and one more if a collection of this title is there already: the Hub then says where."""

        def ask() -> LiveCollection:
            made = self._api.create_collection(
                wanted.title,
                namespace=wanted.namespace,
                description=wanted.description or None,
                private=bool(wanted.private),
                exists_ok=True,
            )
            return live(made)

        return self._write(f"the collections of {wanted.namespace}", ask)

    def change(self, slug: str, page: Page) -> None:
        """One request."""

        def ask() -> None:
            self._api.update_collection_metadata(
                slug, title=page.title, description=page.description, private=page.private
            )

        self._write(f"the collection {slug}", ask)

    def add(self, slug: str, member: Member) -> LiveCollection:
        """One request, and one more if it is there already."""

        def ask() -> LiveCollection:
            note = member.note or None
            return live(self._api.add_collection_item(slug, member.item_id, member.kind, note=note, exists_ok=True))

        return self._write(f"{member.kind} {member.item_id}", ask)

    def edit(self, slug: str, edits: Sequence[ItemEdit]) -> None:
        """One request for all of them, by `items/batch`, which is in the Hub's OpenAPI and not in its client.

        Where the Hub does not have it, or knows one of the items no more: one request for each.
        """

        def ask() -> None:
            if len(edits) == 1 or not self._edit_at_once(slug, edits):
                for edit in edits:
                    self._edit(slug, edit)

        self._write(f"the collection {slug}", ask)

    def remove(self, slug: str, object_id: str) -> None:
        """One request."""
        self._write(
            f"the collection {slug}", lambda: self._api.delete_collection_item(slug, object_id, missing_ok=True)
        )

    def _edit_at_once(self, slug: str, edits: Sequence[ItemEdit]) -> bool:
        url = f"{self._connection.endpoint}/api/collections/{slug}/items/batch"
        wanted = [{"_id": edit.object_id, "action": "update", "data": _data(edit)} for edit in edits]
        response = self._connection.post(url, wanted)
        if response.status_code in {404, 405}:
            return False
        hf_raise_for_status(response)
        return True

    def _edit(self, slug: str, edit: ItemEdit) -> None:
        try:
            self._api.update_collection_item(slug, edit.object_id, note=edit.note, position=edit.position)
        except HfHubHTTPError as error:
            if error.response.status_code != 404:
                raise

    def _write(self, subject: str, request: Callable[[], Answer]) -> Answer:
        """The answer; a token that may not write here is a TokenError, since it may not write anything else here."""

        def ask() -> Answer:
            try:
                return request()
            except HfHubHTTPError as error:
                if error.response.status_code != 403:
                    raise
            # Raised outside of the handler: the request in its context would carry the token.
            raise TokenError(
                f"{subject}: this token may not edit collections here",
                "it needs write access to the collections of the namespace; a trusted publisher's has it to one repo",
            )

        return self._connection.ask(subject, ask)


def _data(edit: ItemEdit) -> dict[str, str | int]:
    said = {"note": edit.note, "position": edit.position}
    return {key: value for key, value in said.items() if value is not None}


def live(found: huggingface_hub.Collection) -> LiveCollection:
    """A collection as the client gives it; its items in their order, which are positions with gaps."""
    items = [
        Item(each.item_object_id, Member(cast(MemberKind, each.item_type), each.item_id, each.note), each.position)
        for each in found.items
    ]
    return LiveCollection(
        found.slug,
        found.title or "",
        found.description or "",
        bool(found.private),
        tuple(sorted(items, key=lambda item: item.position)),
    )
