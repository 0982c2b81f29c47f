"""Collections in memory, with either of the things that a Hub may do to an item whose position is taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from msgspec import structs

from cardgen.collection_plan import Item, ItemEdit, LiveCollection, Page
from cardgen.errors import HubError
from cardgen.members import Member
from cardgen.model import HubCollection


@dataclass
class FakeCollections:
    """One namespace's collections. `moves_others`: an item that takes a position moves those from there on."""

    moves_others: bool = True
    unknown: frozenset[str] = frozenset()
    live: dict[str, LiveCollection] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    trouble: Callable[[str, str], None] = lambda request, when: None
    _next: int = 0

    def _ask(self, request: str) -> None:
        self.requests.append(request)
        self.trouble(request, "before")

    def find(self, namespace: str, title: str) -> Sequence[str]:
        self._ask("find")
        return [slug for slug, each in self.live.items() if each.title == title]

    def read(self, slug: str) -> LiveCollection:
        self._ask("read")
        if slug not in self.live:
            raise HubError("there is no such collection")
        found = self.live[slug]
        return replace(found, items=tuple(sorted(found.items, key=lambda item: item.position)))

    def create(self, wanted: HubCollection) -> LiveCollection:
        self._ask("create")
        slug = self._id("lab/made-")
        self.live[slug] = LiveCollection(slug, wanted.title, wanted.description or "", bool(wanted.private))
        self.trouble("create", "after")
        return self.live[slug]

    def change(self, slug: str, page: Page) -> None:
        self._ask("change")
        given = {"title": page.title, "description": page.description, "private": page.private}
        said = {key: value for key, value in given.items() if value is not None}
        self.live[slug] = replace(self.live[slug], **said)  # type: ignore[arg-type] # each has its field's type
        self.trouble("change", "after")

    def add(self, slug: str, member: Member) -> LiveCollection:
        self._ask("add")
        if member.item_id in self.unknown:
            raise HubError(f"{member.item_id}: not found")
        items = self.live[slug].items
        if member.key not in {item.key for item in items}:
            last = max((item.position for item in items), default=-1)
            added = Item(self._id(""), structs.replace(member, note=member.note or None), last + 1)
            self.live[slug] = replace(self.live[slug], items=(*items, added))
        self.trouble("add", "after")
        return self.read_quietly(slug)

    def edit(self, slug: str, edits: Sequence[ItemEdit]) -> None:
        self._ask("edit")
        for edit in edits:
            self._edit(slug, edit)
        self.trouble("edit", "after")

    def remove(self, slug: str, object_id: str) -> None:
        self._ask("remove")
        items = tuple(item for item in self.live[slug].items if item.object_id != object_id)
        self.live[slug] = replace(self.live[slug], items=items)
        self.trouble("remove", "after")

    def read_quietly(self, slug: str) -> LiveCollection:
        """The collection, without a request."""
        found = self.live[slug]
        return replace(found, items=tuple(sorted(found.items, key=lambda item: item.position)))

    def _edit(self, slug: str, edit: ItemEdit) -> None:
        items = list(self.live[slug].items)
        taken = edit.position in {item.position for item in items if item.object_id != edit.object_id}
        for number, item in enumerate(items):
            if item.object_id == edit.object_id:
                note = item.note if edit.note is None else edit.note
                position = item.position if edit.position is None else edit.position
                items[number] = Item(item.object_id, structs.replace(item.member, note=note or None), position)
            elif self.moves_others and taken and edit.position is not None and item.position >= edit.position:
                items[number] = replace(item, position=item.position + 1)
        self.live[slug] = replace(self.live[slug], items=tuple(items))

    def _id(self, start: str) -> str:
        self._next += 1
        return f"{start}{self._next:024x}"
