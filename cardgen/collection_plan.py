"""What a push would do to the collection's page on the Hub: a value, worked out before anything is touched.

What the manifest names is in its order, with its notes. What others put into the collection stays at the very place
where it stands, unless `prune` is said; only what is not ours to say follows from what is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from msgspec import structs

from cardgen import collection_order, diff
from cardgen.members import Member, MemberKind
from cardgen.model import HubCollection

Action = Literal["create", "update", "unchanged"]
Key = tuple[MemberKind, str]


@dataclass(frozen=True, slots=True)
class Item:
    """A member of a live collection. `object_id` is its own id there; positions are numbers with gaps."""

    object_id: str
    member: Member
    position: int

    @property
    def key(self) -> Key:
        return self.member.key

    @property
    def note(self) -> str:
        return self.member.note or ""


@dataclass(frozen=True, slots=True)
class LiveCollection:
    """What the Hub has of a collection at one moment; its items in their order."""

    slug: str
    title: str
    description: str = ""
    private: bool = False
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """What of a collection's page is to be changed; None stays as it is."""

    title: str | None = None
    description: str | None = None
    private: bool | None = None


@dataclass(frozen=True, slots=True)
class ItemEdit:
    """What of an item is to be changed; None stays as it is."""

    object_id: str
    note: str | None = None
    position: int | None = None


StepKind = Literal["create", "title", "description", "private", "remove", "add", "note", "order"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is done: to the page, to a member, or (`order`) to the order of them all.

    `value` is the new title, description or note, or what the collection is: `private` or `public`.
    """

    kind: StepKind
    value: str = ""
    member: Member | None = None


@dataclass(frozen=True, slots=True)
class CollectionChange:
    """What a push would do to one collection, and why. `live` is None where there is none yet."""

    wanted: HubCollection
    source: str
    live: LiveCollection | None
    steps: tuple[Step, ...]
    diff: str
    """Raw text, of others too: escape it where it is shown."""

    @property
    def action(self) -> Action:
        """`create`, `update` or `unchanged`."""
        if self.live is None:
            return "create"
        return "update" if self.steps else "unchanged"

    @property
    def writes(self) -> bool:
        """Whether a push changes something."""
        return bool(self.steps)

    @property
    def slug(self) -> str:
        """Where it is: as the Hub says it, or else the manifest; empty before it is made."""
        return self.live.slug if self.live else self.wanted.slug

    @property
    def title(self) -> str:
        return self.wanted.title or (self.live.title if self.live else "")

    @property
    def reason(self) -> str:
        """What is done, in short."""
        kinds = [step.kind for step in self.steps]
        counted = (("add", "adds"), ("remove", "removes"), ("note", "changes notes of"))
        members = [f"{verb} {kinds.count(kind)}" for kind, verb in counted if kind in kinds]
        page = [kind for kind in ("title", "description", "private") if kind in kinds and "create" not in kinds]
        return "; ".join(
            [
                *(["the collection does not exist yet"] if "create" in kinds else []),
                *([f"changed: {', '.join(page)}"] if page else []),
                *([", ".join(members)] if members else []),
                *(["reorders"] if "order" in kinds else []),
            ]
        )


def make(wanted: HubCollection, source: str, live: LiveCollection | None) -> CollectionChange:
    """The change that makes a live collection what its manifest, which is called `source`, wants."""
    before = live or LiveCollection("", "")
    steps = (*_page_steps(wanted, live), *_member_steps(wanted, before))
    after = _after(wanted, before)
    return CollectionChange(wanted, source, live, steps, _diff(source, live, after))


def page(wanted: HubCollection, live: LiveCollection) -> Page | None:
    """What is to be changed of the page; None if nothing is."""
    title = wanted.title if wanted.title and wanted.title != live.title.strip() else None
    description = wanted.description if _differs(wanted.description, live.description) else None
    private = wanted.private if wanted.private not in {None, live.private} else None
    found = Page(title, description, private)
    return None if found == Page() else found


def missing(wanted: HubCollection, live: LiveCollection) -> tuple[Member, ...]:
    """What is to be added, in its order."""
    there = {item.key for item in live.items}
    return tuple(member for member in wanted.members if member.key not in there)


def surplus(wanted: HubCollection, live: LiveCollection) -> tuple[Item, ...]:
    """What is to be taken out: where the manifest says `prune`, all that it does not name."""
    named = {member.key for member in wanted.members}
    return tuple(item for item in live.items if wanted.prune and item.key not in named)


def item_edits(wanted: HubCollection, live: LiveCollection) -> tuple[ItemEdit, ...]:
    """What is to be changed of the items that are there, in the order in which it has to be done."""
    notes = {member.key: member.note for member in wanted.members}
    items = _ordered(wanted, live.items)
    positions = collection_order.positions([item.position for item in items])
    edits = [
        ItemEdit(item.object_id, notes.get(item.key) if _differs(notes.get(item.key), item.note) else None, position)
        for item, position in zip(items, positions, strict=True)
    ]
    return tuple(edit for edit in edits if edit != ItemEdit(edit.object_id))


def _ordered(wanted: HubCollection, items: Sequence[Item]) -> list[Item]:
    keys, ours = [item.key for item in items], [member.key for member in wanted.members]
    return [items[index] for index in collection_order.arrange(keys, ours)]


def _page_steps(wanted: HubCollection, live: LiveCollection | None) -> Iterator[Step]:
    changed = page(wanted, live or LiveCollection("", "")) or Page()
    if live is None:
        yield Step("create", wanted.title)
    elif changed.title is not None:
        yield Step("title", changed.title)
    if changed.description is not None:
        yield Step("description", changed.description)
    if changed.private is not None:
        yield Step("private", "private" if changed.private else "public")


def _member_steps(wanted: HubCollection, live: LiveCollection) -> Iterator[Step]:
    for item in surplus(wanted, live):
        yield Step("remove", member=item.member)
    for member in missing(wanted, live):
        yield Step("add", member.note or "", member)
    there = {item.key: item for item in live.items}
    for member in wanted.members:
        if member.key in there and _differs(member.note, there[member.key].note):
            yield Step("note", member.note or "", there[member.key].member)
    items = _before_ordering(wanted, live)
    if [item.key for item in items] != [item.key for item in _ordered(wanted, items)]:
        yield Step("order")


def _before_ordering(wanted: HubCollection, live: LiveCollection) -> list[Item]:
    """The items once some are taken out and some added, which the Hub does at the end."""
    gone = set(surplus(wanted, live))
    kept = [item for item in live.items if item not in gone]
    last = max((item.position for item in kept), default=-1)
    return kept + [Item("", member, last + number) for number, member in enumerate(missing(wanted, live), 1)]


def _after(wanted: HubCollection, live: LiveCollection) -> LiveCollection:
    """The collection as it will be."""
    notes = {member.key: member.note for member in wanted.members}
    items = _ordered(wanted, _before_ordering(wanted, live))
    changed = page(wanted, live) or Page()
    return LiveCollection(
        live.slug,
        live.title if changed.title is None else changed.title,
        live.description if changed.description is None else changed.description,
        live.private if changed.private is None else changed.private,
        tuple(_noted(item, notes.get(item.key)) for item in items),
    )


def _noted(item: Item, note: str | None) -> Item:
    return replace(item, member=structs.replace(item.member, note=note)) if _differs(note, item.note) else item


def _differs(wanted: str | None, live: str) -> bool:
    """Whether a text is ours to say and another one; blanks around it, and how its lines end, do not count."""
    return wanted is not None and wanted != live.replace("\r\n", "\n").strip()


def _diff(source: str, live: LiveCollection | None, after: LiveCollection) -> str:
    before = "".join(_lines(live)) if live else ""
    name = f"collection {live.slug}" if live else "collection"
    return diff.unified(before, "".join(_lines(after)), f"{name} on the Hub", f"{name} from {source}")


def _lines(shown: LiveCollection) -> Iterator[str]:
    yield f"title: {_line(shown.title)}\n"
    yield f"description: {_line(shown.description)}\n"
    yield f"private: {'yes' if shown.private else 'no'}\n"
    for item in shown.items:
        member = f"- {item.member.kind} {_line(item.member.item_id)}"
        yield f"{member}: {_line(item.note)}\n" if item.note else f"{member}\n"


def _line(text: str) -> str:
    """A text of others as one line, which can be no other line of a diff."""
    return text.replace("\\", "\\\\").replace("\n", "\\n")
